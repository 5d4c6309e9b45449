// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/certificate.h"

#include <QDateTime>
#include <QFile>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>

#include <sys/socket.h>
#include <unistd.h>

#include <optional>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

class Loader
{
public:
    Loader(const QString &certificateFile, const QString &keyFile, Language language)
        : m_certificateFile(certificateFile)
        , m_keyFile(keyFile)
        , m_language(language)
    {}

    tl::expected<CertificatePointer, QList<Error>> load(Timestamp now);

private:
    std::optional<QByteArray> read(QLatin1StringView setting, const QString &path);
    void readChain();
    void readKey();
    bool belongTogether() const;
    void tryPair(const QSslConfiguration &configuration);
    QSslConfiguration configuration() const;
    void fault(QLatin1StringView setting, const char *english, const QStringList &arguments = {});
    void lookAtDates(Timestamp now, Certificate &certificate) const;

    const QString &m_certificateFile;
    const QString &m_keyFile;
    const Language m_language;
    QList<QSslCertificate> m_chain;
    QSslKey m_key;
    QList<Error> m_faults;
};

constexpr QLatin1StringView certificateSetting{"TLS_CERT_FILE"};
constexpr QLatin1StringView keySetting{"TLS_KEY_FILE"};

void Loader::fault(QLatin1StringView setting, const char *english, const QStringList &arguments)
{
    m_faults.append({ErrorCode::InvalidField,
                     setting + u": "_s + message(m_language, english, arguments),
                     {},
                     QString(setting)});
}

std::optional<QByteArray> Loader::read(QLatin1StringView setting, const QString &path)
{
    constexpr qint64 longest = 1024 * 1024;
    QFile file(path);
    if (file.open(QIODevice::ReadOnly))
        return file.read(longest);
    fault(setting,
          QT_TRANSLATE_NOOP("service",
                            "%1 cannot be read (%2); check the path, and that this user may read it."),
          {path, file.errorString()});
    return std::nullopt;
}

void Loader::readChain()
{
    const auto text = read(certificateSetting, m_certificateFile);
    if (!text)
        return;
    m_chain = QSslCertificate::fromData(*text, QSsl::Pem);
    if (m_chain.isEmpty())
        fault(certificateSetting,
              QT_TRANSLATE_NOOP("service",
                                "%1 holds no certificate; give a PEM file with the server's own certificate "
                                "first and the rest of its chain behind it."),
              {m_certificateFile});
}

void Loader::readKey()
{
    const auto text = read(keySetting, m_keyFile);
    if (!text)
        return;
    if (text->contains("BEGIN ENCRYPTED PRIVATE KEY") || text->contains("Proc-Type: 4,ENCRYPTED")) {
        fault(keySetting,
              QT_TRANSLATE_NOOP("service",
                                "the key in %1 is encrypted, and nobody is there to type its password when "
                                "the service starts; write it without one (openssl pkey -in FILE -out FILE2) "
                                "to a file that only this user can read."),
              {m_keyFile});
        return;
    }
    for (const auto algorithm : {QSsl::Rsa, QSsl::Ec}) {
        m_key = QSslKey(*text, algorithm);
        if (!m_key.isNull())
            return;
    }
    fault(keySetting,
          QT_TRANSLATE_NOOP("service",
                            "%1 holds no private key of kind RSA or EC; give the PEM file with the "
                            "key of the certificate."),
          {m_keyFile});
}

// Qt compares no keys. What a public key consists of ends its DER form, and stands as it is in the private key's.
bool Loader::belongTogether() const
{
    const QSslKey certified = m_chain.constFirst().publicKey();
    if (certified.algorithm() != m_key.algorithm() || certified.length() != m_key.length())
        return false;
    const QByteArray whole = certified.toDer();
    return m_key.toDer().contains(whole.last(qMin<qsizetype>(whole.size(), certified.length() / 8)));
}

QSslConfiguration Loader::configuration() const
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    // Some clients offer the older one alone, and take no answer without it.
    configuration.setAllowedNextProtocols({"http/1.1", "http/1.0"});
    // Clients show no certificates, so that no authorities have to be loaded for each connection.
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    configuration.setCaCertificates({});
    configuration.setLocalCertificateChain(m_chain);
    configuration.setPrivateKey(m_key);
    return configuration;
}

// What TLS thinks of the pair is said when a connection begins, and that is too late: one begins here, with nobody
// at its other end.
void Loader::tryPair(const QSslConfiguration &configuration)
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
        return;
    QSslSocket socket;
    socket.setSslConfiguration(configuration);
    if (socket.setSocketDescriptor(ends[0]))
        socket.startServerEncryption();
    else
        ::close(ends[0]);
    ::close(ends[1]);
    if (socket.error() == QAbstractSocket::UnknownSocketError)
        return;
    constexpr int shortest = 2048;
    if (!belongTogether())
        fault(keySetting,
              QT_TRANSLATE_NOOP("service",
                                "the key in %1 does not belong to the first certificate in %2; give the two "
                                "that were issued together, the server's own certificate first."),
              {m_keyFile, m_certificateFile});
    else if (m_key.algorithm() == QSsl::Rsa && m_key.length() < shortest)
        fault(keySetting,
              QT_TRANSLATE_NOOP("service",
                                "the RSA key in %1 has %2 bits, too few for the TLS library of this "
                                "system; have a certificate issued for one with %3 or more."),
              {m_keyFile, QString::number(m_key.length()), QString::number(shortest)});
    else
        fault(certificateSetting,
              QT_TRANSLATE_NOOP(
                  "service", "the TLS library of this system does not take the certificate in %1; have one "
                             "issued for an RSA key of 2048 bits or an EC key of curve P-256."),
              {m_certificateFile});
}

void Loader::lookAtDates(Timestamp now, Certificate &certificate) const
{
    const QSslCertificate *first = &m_chain.constFirst();
    for (const QSslCertificate &one : m_chain) {
        if (one.expiryDate() < first->expiryDate())
            first = &one;
    }
    certificate.expires = fromMilliseconds(first->expiryDate().toMSecsSinceEpoch());
    const QString cure = u" Clients will refuse it: have it renewed, then send SIGHUP."_s;
    if (certificate.expires <= now)
        certificate.warnings.append(u"TLS_CERT_FILE: the certificate in %1 expired on %2."_s.arg(
                                        m_certificateFile, toIso(certificate.expires)) +
                                    cure);
    const auto begins = fromMilliseconds(m_chain.constFirst().effectiveDate().toMSecsSinceEpoch());
    if (begins > now)
        certificate.warnings.append(
            u"TLS_CERT_FILE: the certificate in %1 is not valid before %2; is the clock of this host right?"_s
                .arg(m_certificateFile, toIso(begins)));
}

QString nameOf(const QSslCertificate &certificate)
{
    const QStringList names = certificate.subjectInfo(QSslCertificate::CommonName);
    if (!names.isEmpty())
        return names.constFirst();
    const auto others = certificate.subjectAlternativeNames();
    return others.isEmpty() ? QString() : others.first();
}

tl::expected<CertificatePointer, QList<Error>> Loader::load(Timestamp now)
{
    if (!QSslSocket::supportsSsl()) {
        fault(certificateSetting,
              QT_TRANSLATE_NOOP("service", "there is no TLS library on this system that can be used; install "
                                           "OpenSSL 3 (Debian: libssl3)."));
        return tl::unexpected<QList<Error>>(m_faults);
    }
    readChain();
    readKey();
    auto certificate = std::make_shared<Certificate>();
    if (m_faults.isEmpty()) {
        certificate->configuration = configuration();
        tryPair(certificate->configuration);
    }
    if (!m_faults.isEmpty())
        return tl::unexpected<QList<Error>>(m_faults);
    certificate->subject = nameOf(m_chain.constFirst());
    certificate->fingerprint = m_chain.constFirst().digest(QCryptographicHash::Sha256).toHex();
    lookAtDates(now, *certificate);
    if (QFile::permissions(m_keyFile) & (QFile::ReadOther | QFile::WriteOther))
        certificate->warnings.append(
            u"TLS_KEY_FILE: everybody on this host can read the private key in %1. Take that right away: "
            "chmod o-rwx %1"_s.arg(m_keyFile));
    return certificate;
}

}

tl::expected<CertificatePointer, QList<Error>>
loadCertificate(const QString &certificateFile, const QString &keyFile, Timestamp now, Language language)
{
    return Loader(certificateFile, keyFile, language).load(now);
}

}

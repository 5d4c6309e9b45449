// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/upstreamtls.h"

#include <QDateTime>
#include <QSslCertificate>
#include <QSslSocket>

using namespace Qt::StringLiterals;

namespace quota::service
{

UpstreamTls::UpstreamTls(const QList<QSslCertificate> &privateAuthorities)
    : m_public(QSslConfiguration::defaultConfiguration())
    , m_hasPrivate(!privateAuthorities.isEmpty())
{
    m_public.setPeerVerifyMode(QSslSocket::VerifyPeer);
    m_public.setAllowedNextProtocols({"http/1.1"});
    // The socket gives tickets out only when it may keep them.
    m_public.setSslOption(QSsl::SslOptionDisableSessionPersistence, false);
    m_private = m_public;
    m_private.setCaCertificates(privateAuthorities); // and no other
}

QSslConfiguration UpstreamTls::configurationFor(const Origin &origin) const
{
    QSslConfiguration configuration = origin.privateAuthority ? m_private : m_public;
    if (!origin.session.isEmpty())
        configuration.setSessionTicket(origin.session);
    return configuration;
}

static QString nameOf(const QStringList &names)
{
    return names.isEmpty() ? u"unnamed"_s : names.first();
}

static QString explainAuthority(const Origin &origin, const QSslCertificate &certificate)
{
    const QStringList common = certificate.issuerInfo(QSslCertificate::CommonName);
    const QString issuer =
        nameOf(common.isEmpty() ? certificate.issuerInfo(QSslCertificate::Organization) : common);
    const QString words = u"the certificate of %1 is vouched for by “%2”, which is not trusted here; "_s.arg(
        origin.name, issuer.left(100));
    return words +
           (origin.privateAuthority
                ? u"add that authority to UPSTREAM_CA_FILE, or switch the private authority of this "
                  "provider off if the certificate is a public one"_s
                : u"if it is an authority of your own, write its certificate into UPSTREAM_CA_FILE and "
                  "switch the private authority of this provider on"_s);
}

QString UpstreamTls::explain(const Origin &origin, const QList<QSslError> &errors)
{
    if (errors.isEmpty())
        return {};
    const QSslError &error = errors.first();
    const QSslCertificate certificate = error.certificate();
    switch (error.error()) {
    case QSslError::CertificateExpired:
        return u"the certificate of %1 expired on %2; have it renewed, or set the clock of this host"_s.arg(
            origin.name, certificate.expiryDate().toUTC().toString(Qt::ISODate));
    case QSslError::CertificateNotYetValid:
        return u"the certificate of %1 is valid from %2 on; set the clock of this host, or have it made anew"_s
            .arg(origin.name, certificate.effectiveDate().toUTC().toString(Qt::ISODate));
    case QSslError::HostNameMismatch: {
        QStringList names = certificate.subjectAlternativeNames().values();
        if (names.isEmpty())
            names = certificate.subjectInfo(QSslCertificate::CommonName);
        return u"the certificate of %1 does not name this host but %2; correct the base URL, or the certificate"_s
            .arg(origin.name, names.mid(0, 5).join(u", "_s).left(300));
    }
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return explainAuthority(origin, certificate);
    default:
        return u"the certificate of %1 is refused: %2"_s.arg(origin.name, error.errorString());
    }
}

}

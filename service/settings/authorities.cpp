// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/settings/authorities.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr qint64 maximumSize = 16 * 1024 * 1024;

static Reading<QList<QSslCertificate>> readFile(const QString &path)
{
    const auto wrong = [&](const char *english, const QStringList &more = {}) {
        return tl::unexpected<Text>(Text{english, QStringList{path} + more});
    };
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return wrong(
            QT_TRANSLATE_NOOP("service", "%1 cannot be read (%2); check the path and who may read it."),
            {file.errorString()});
    const QByteArray text = file.read(maximumSize);
    const qsizetype marks = text.count("-----BEGIN CERTIFICATE-----");
    if (marks == 0)
        return wrong(QT_TRANSLATE_NOOP("service",
                                       "%1 holds no certificate in PEM form; write the certificates of "
                                       "your authorities into it, one after another."));
    QList<QSslCertificate> certificates = QSslCertificate::fromData(text, QSsl::Pem);
    certificates.removeIf([](const QSslCertificate &certificate) { return certificate.isNull(); });
    if (certificates.size() != marks)
        return wrong(QT_TRANSLATE_NOOP("service",
                                       "%1 holds %2 certificates, of which %3 can be read; copy the "
                                       "others into it again."),
                     {QString::number(marks), QString::number(certificates.size())});
    return certificates;
}

std::optional<AuthorityFault> readAuthorities(Config &config, bool checksFile)
{
    if (config.upstreamCaFile.isEmpty()) {
        if (!config.upstreamPrivateCa)
            return std::nullopt;
        return AuthorityFault{
            u"UPSTREAM_PRIVATE_CA"_s,
            {QT_TRANSLATE_NOOP("service",
                               "there is no private authority that could vouch for the provider; name a "
                               "file with their certificates in UPSTREAM_CA_FILE."),
             {}}};
    }
    config.upstreamCaFile =
        QDir::cleanPath(QDir(config.dataDirectory).absoluteFilePath(config.upstreamCaFile));
    if (!checksFile)
        return std::nullopt;
    auto authorities = readFile(config.upstreamCaFile);
    if (!authorities)
        return AuthorityFault{u"UPSTREAM_CA_FILE"_s, authorities.error()};
    config.upstreamAuthorities = std::move(*authorities);
    return std::nullopt;
}

}

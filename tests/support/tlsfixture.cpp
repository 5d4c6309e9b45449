// SPDX-License-Identifier: GPL-3.0-or-later
#include "tlsfixture.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslKey>

using namespace Qt::StringLiterals;

namespace quota::test
{

QString tlsFixturePath(const QString &name)
{
    return QStringLiteral(QUOTA_SOURCE_DIR "/tests/data/tls/") + name;
}

QByteArray tlsFixture(const QString &name)
{
    QFile file(tlsFixturePath(name));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("missing fixture %s", qPrintable(name));
    return file.readAll();
}

QSslConfiguration tlsServerConfiguration()
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificate(QSslCertificate(tlsFixture(u"server.pem"_s)));
    configuration.setPrivateKey(QSslKey(tlsFixture(u"server.key"_s), QSsl::Ec));
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    return configuration;
}

QSslConfiguration trustingTestAuthority()
{
    return trusting(u"authority.pem"_s);
}

QSslConfiguration trusting(const QString &name)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates({QSslCertificate(tlsFixture(name))});
    return configuration;
}

}

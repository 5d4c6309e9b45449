// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/servedcertificate.h"
#include "tlsfixture.h"

#include <QFile>
#include <QSslCertificate>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

class TestCertificate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takes_data();
    void takes();
    void refuses_data();
    void refuses();
    void warnsOfDates_data();
    void warnsOfDates();
    void warnsOfAKeyThatAllCanRead();
    void changesWhileItIsLookedAt();

private:
    QString copy(const QString &name, const QByteArray &before = {});
    QTemporaryDir m_directory;
};

// Readable by this user only.
QString TestCertificate::copy(const QString &name, const QByteArray &before)
{
    QFile file(m_directory.filePath(name));
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate))
        qFatal("cannot write %s", qPrintable(name));
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    file.write(before + tlsFixture(name));
    return file.fileName();
}

void TestCertificate::takes_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QByteArray>("before"); // in the key's file
    QTest::addColumn<int>("chain");
    QTest::newRow("EC") << u"server.pem"_s << u"server.key"_s << QByteArray() << 1;
    QTest::newRow("RSA with a chain") << u"chain.pem"_s << u"chain.key"_s << QByteArray() << 2;
    QTest::newRow("key behind the certificate")
        << u"server.pem"_s << u"server.key"_s << tlsFixture(u"server.pem"_s) << 1;
}

void TestCertificate::takes()
{
    QFETCH(QString, certificate);
    QFETCH(QString, key);
    QFETCH(QByteArray, before);
    const auto loaded = loadCertificate(tlsFixturePath(certificate), copy(key, before), SystemClock().now());
    QVERIFY2(loaded, qPrintable(loaded ? QString() : loaded.error().constFirst().message));
    QCOMPARE((*loaded)->subject, u"localhost"_s);
    QCOMPARE((*loaded)->warnings, QStringList());
    QTEST(int((*loaded)->configuration.localCertificateChain().size()), "chain");
    QCOMPARE((*loaded)->fingerprint,
             QSslCertificate(tlsFixture(certificate)).digest(QCryptographicHash::Sha256).toHex());
}

void TestCertificate::refuses_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QStringList>("says"); // field and words of each fault
    const QString good = u"server.pem"_s;
    QTest::newRow("no files") << u"none.pem"_s << u"none.key"_s
                              << QStringList{u"TLS_CERT_FILE: "_s, u"none.pem cannot be read (No such file"_s,
                                             u"TLS_KEY_FILE: "_s, u"none.key cannot be read (No such file"_s};
    QTest::newRow("no certificate in it")
        << u"server.key"_s << u"server.key"_s << QStringList{u"TLS_CERT_FILE: "_s, u"holds no certificate"_s};
    QTest::newRow("no key in it") << good << u"authority.pem"_s
                                  << QStringList{u"TLS_KEY_FILE: "_s,
                                                 u"holds no private key of kind RSA or EC"_s};
    QTest::newRow("key of a kind Qt does not know")
        << good << u"modern.key"_s << QStringList{u"TLS_KEY_FILE: "_s, u"RSA or EC"_s};
    QTest::newRow("encrypted key") << u"chain.pem"_s << u"encrypted.key"_s
                                   << QStringList{u"TLS_KEY_FILE: "_s, u"is encrypted"_s};
    QTest::newRow("key of another kind")
        << good << u"chain.key"_s << QStringList{u"TLS_KEY_FILE: "_s, u"does not belong"_s};
    QTest::newRow("certificate of another")
        << u"authority.pem"_s << u"server.key"_s << QStringList{u"TLS_KEY_FILE: "_s, u"does not belong"_s};
    QTest::newRow("key too short") << u"short.pem"_s << u"short.key"_s
                                   << QStringList{u"TLS_KEY_FILE: "_s, u"has 1024 bits"_s};
    QTest::newRow("a directory") << u"."_s << u"server.key"_s
                                 << QStringList{u"TLS_CERT_FILE: "_s, u"cannot be read"_s};
}

void TestCertificate::refuses()
{
    QFETCH(QString, certificate);
    QFETCH(QString, key);
    QFETCH(QStringList, says);
    const auto loaded =
        loadCertificate(tlsFixturePath(certificate), tlsFixturePath(key), SystemClock().now());
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().size(), says.size() / 2);
    for (qsizetype i = 0; i < loaded.error().size(); ++i) {
        const Error &fault = loaded.error().at(i);
        QVERIFY2(fault.message.startsWith(says.at(2 * i)), qPrintable(fault.message));
        QVERIFY2(fault.message.contains(says.at(2 * i + 1)), qPrintable(fault.message));
        QCOMPARE(fault.field + u": "_s, says.at(2 * i));
    }
}

void TestCertificate::warnsOfDates_data()
{
    QTest::addColumn<QString>("now");
    QTest::addColumn<QString>("says");
    QTest::newRow("expired") << u"2200-01-01T00:00:00Z"_s << u"expired on 21"_s;
    QTest::newRow("not valid yet") << u"2001-01-01T00:00:00Z"_s << u"is not valid before 20"_s;
}

void TestCertificate::warnsOfDates()
{
    QFETCH(QString, now);
    QFETCH(QString, says);
    const auto loaded =
        loadCertificate(tlsFixturePath(u"chain.pem"_s), copy(u"chain.key"_s), *timestampFromIso(now));
    QVERIFY(loaded);
    QCOMPARE((*loaded)->warnings.size(), 1);
    QVERIFY2((*loaded)->warnings.constFirst().contains(says), qPrintable((*loaded)->warnings.constFirst()));
}

void TestCertificate::warnsOfAKeyThatAllCanRead()
{
    const QString key = copy(u"server.key"_s);
    QVERIFY(QFile::setPermissions(key, QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther));
    const auto loaded = loadCertificate(tlsFixturePath(u"server.pem"_s), key, SystemClock().now());
    QVERIFY(loaded);
    QCOMPARE((*loaded)->warnings.size(), 1);
    QVERIFY2((*loaded)->warnings.constFirst().contains(u"chmod o-rwx "_s + key),
             qPrintable((*loaded)->warnings.constFirst()));
}

void TestCertificate::changesWhileItIsLookedAt()
{
    ServedCertificate served;
    QVERIFY(served.reload(tlsFixturePath(u"server.pem"_s), copy(u"server.key"_s), SystemClock().now()));
    CertificateView view(served);
    const QByteArray first = view.now().fingerprint;
    QVERIFY(!served.reload(tlsFixturePath(u"chain.pem"_s), copy(u"server.key"_s), SystemClock().now()));
    QCOMPARE(view.now().fingerprint, first);
    QVERIFY(served.reload(tlsFixturePath(u"chain.pem"_s), copy(u"chain.key"_s), SystemClock().now()));
    QVERIFY(view.now().fingerprint != first);
    QCOMPARE(view.now().fingerprint, served.get()->fingerprint);
}

QTEST_GUILESS_MAIN(TestCertificate)
#include "tst_certificate.moc"

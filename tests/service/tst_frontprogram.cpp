// SPDX-License-Identifier: GPL-3.0-or-later
#include "program.h"
#include "tlsclient.h"
#include "tlsfixture.h"

#include <QFile>
#include <QRegularExpression>
#include <QSslCertificate>
#include <QTest>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace quota::test;

// Where the program listens and with what, as an operator meets it: signals, the command line, what is printed.
class TestFrontProgram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_program = std::make_unique<Program>(); }
    void cleanup() { m_program.reset(); }

    void readsItsCertificateAnewOnHangUp();
    void goesOnInANewLogOnHangUp();
    void stopsOnHangUpOfItsTerminal();
    void isFoundByTheCommandLine_data();
    void isFoundByTheCommandLine();
    void trustsTheAuthorityThatIsGiven();
    void refusesAnAdminPortThatIsTaken();
    void warnsOfPlainHttp_data();
    void warnsOfPlainHttp();
    void saysWhatIsWrongWithACertificate();

private:
    void install(const QString &certificate, const QString &key);
    QHash<QString, QString> tls(QHash<QString, QString> more = {}) const;
    quint16 portOf(const char *field) const;
    std::unique_ptr<Program> m_program;
};

void TestFrontProgram::install(const QString &certificate, const QString &key)
{
    for (const auto &[name, content] : {std::pair(u"cert.pem"_s, certificate), {u"key.pem"_s, key}}) {
        QFile file(m_program->path(name));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        file.write(tlsFixture(content));
    }
}

QHash<QString, QString> TestFrontProgram::tls(QHash<QString, QString> more) const
{
    more.insert(u"TLS_CERT_FILE"_s, m_program->path(u"cert.pem"_s));
    more.insert(u"TLS_KEY_FILE"_s, m_program->path(u"key.pem"_s));
    return more;
}

quint16 TestFrontProgram::portOf(const char *field) const
{
    const QRegularExpression url(QString::fromLatin1(field) + u"=https?://[^ ]*:(\\d+)"_s);
    return url.match(QString::fromUtf8(m_program->log())).captured(1).toUShort();
}

static QByteArray served(quint16 port)
{
    TlsClient client(port, trusting(u"root.pem"_s));
    return client.tls().peerCertificate().digest(QCryptographicHash::Sha256);
}

static QByteArray digest(const QString &name)
{
    return QSslCertificate(tlsFixture(name)).digest(QCryptographicHash::Sha256);
}

void TestFrontProgram::readsItsCertificateAnewOnHangUp()
{
    install(u"server.pem"_s, u"server.key"_s);
    QVERIFY2(m_program->serve(tls({{u"LANES"_s, u"4"_s}})), m_program->log().constData());
    const quint16 port = portOf("url");
    TlsClient before(port, trustingTestAuthority());
    QCOMPARE(ask(before, "GET", "/healthz").status, 200);
    QCOMPARE(served(port), digest(u"server.pem"_s));

    install(u"chain.pem"_s, u"server.key"_s); // half of an update
    m_program->signal(SIGHUP);
    QVERIFY2(m_program->waitFor("does not belong to the first certificate"), m_program->log().constData());
    QCOMPARE(served(port), digest(u"server.pem"_s));

    install(u"chain.pem"_s, u"chain.key"_s);
    m_program->signal(SIGHUP);
    QVERIFY2(m_program->waitFor("read anew"), m_program->log().constData());
    for (int i = 0; i < 12; ++i)
        QCOMPARE(served(port), digest(u"chain.pem"_s));
    QCOMPARE(ask(before, "GET", "/healthz").status, 200); // it goes on with the one it began with
    QCOMPARE(m_program->run({u"keys"_s, u"list"_s, u"--data-dir"_s, m_program->data()}).code, 0);
    QCOMPARE(m_program->end(), 0);
}

void TestFrontProgram::goesOnInANewLogOnHangUp()
{
    QVERIFY2(m_program->serve(), m_program->log().constData());
    const QString log = m_program->data() + u"/logs/app.log"_s;
    QTRY_VERIFY(QFile::exists(log));
    QVERIFY(QFile::rename(log, log + u".moved"_s));
    m_program->signal(SIGHUP);
    // Nothing to read anew without TLS, and no reason to stop.
    QCOMPARE(fetch(portOf("url"), "GET", "/healthz").status, 200);
    QCOMPARE(m_program->end(), 0);
    QFile after(log);
    QVERIFY(after.open(QIODevice::ReadOnly));
    QVERIFY(after.readAll().contains("Stopped"));
}

void TestFrontProgram::isFoundByTheCommandLine_data()
{
    using Settings = QHash<QString, QString>;
    QTest::addColumn<bool>("encrypted");
    QTest::addColumn<Settings>("settings");
    QTest::newRow("any port") << false << Settings();
    QTest::newRow("apart") << false << Settings{{u"ADMIN_LISTEN"_s, u"0"_s}};
    QTest::newRow("all addresses") << false << Settings{{u"HOST"_s, u"0.0.0.0"_s}};
    QTest::newRow("TLS") << true << Settings();
    QTest::newRow("TLS, apart") << true << Settings{{u"ADMIN_LISTEN"_s, u"0"_s}};
}

void TestFrontProgram::isFoundByTheCommandLine()
{
    using Settings = QHash<QString, QString>;
    QFETCH(bool, encrypted);
    QFETCH(Settings, settings);
    install(u"server.pem"_s, u"server.key"_s);
    QVERIFY2(m_program->serve(encrypted ? tls(settings) : settings), m_program->log().constData());
    const QStringList where{u"--data-dir"_s, m_program->data()};
    const auto made = m_program->run(QStringList{u"keys"_s, u"create"_s} + where);
    QVERIFY2(made.code == 0, made.error.constData());
    QVERIFY(made.out.startsWith("sk-"));
    const auto usage = m_program->run(QStringList{u"usage"_s, u"--json"_s} + where);
    QVERIFY2(usage.code == 0, usage.error.constData());
    QCOMPARE(m_program->end(), 0);
    // One that is gone is not asked at the address it had.
    const auto gone = m_program->run(QStringList{u"keys"_s, u"list"_s} + where);
    QCOMPARE(gone.code, 1);
    QVERIFY2(!gone.error.contains(QByteArray::number(portOf("admin"))), gone.error.constData());
}

void TestFrontProgram::trustsTheAuthorityThatIsGiven()
{
    install(u"chain.pem"_s, u"chain.key"_s);
    QVERIFY2(m_program->serve(tls()), m_program->log().constData());
    const QString url = u"https://localhost:%1"_s.arg(portOf("url"));
    const QStringList list{u"keys"_s, u"list"_s, u"--data-dir"_s, m_program->data(), u"--url"_s, url};
    const auto unknown = m_program->run(list);
    QCOMPARE(unknown.code, 1);
    QVERIFY2(unknown.error.contains("--ca-file"), unknown.error.constData());
    const auto good = m_program->run(list + QStringList{u"--ca-file"_s, tlsFixturePath(u"root.pem"_s)});
    QVERIFY2(good.code == 0, good.error.constData());
    const auto other = m_program->run(list + QStringList{u"--ca-file"_s, tlsFixturePath(u"authority.pem"_s)});
    QCOMPARE(other.code, 1);
    const auto none = m_program->run(list + QStringList{u"--ca-file"_s, tlsFixturePath(u"server.key"_s)});
    QCOMPARE(none.code, 1);
    QVERIFY2(none.error.contains("holds no certificate"), none.error.constData());
    QCOMPARE(m_program->end(), 0);
}

void TestFrontProgram::refusesAnAdminPortThatIsTaken()
{
    QVERIFY2(m_program->serve({{u"ADMIN_LISTEN"_s, u"0"_s}}), m_program->log().constData());
    const QByteArray admin = QByteArray::number(portOf("admin"));
    const auto second =
        m_program->run({u"serve"_s, u"--port"_s, u"0"_s, u"--data-dir"_s, m_program->path(u"other"_s)},
                       {{u"ADMIN_LISTEN"_s, QString::fromLatin1(admin)}});
    QCOMPARE(second.code, 1);
    QVERIFY2(second.error.contains("Port " + admin + " on 127.0.0.1 is taken by quota-proxy (pid " +
                                   QByteArray::number(m_program->pid()) + ')'),
             second.error.constData());
    QVERIFY2(second.error.contains("ADMIN_LISTEN"), second.error.constData());
    QCOMPARE(fetch(admin.toUShort(), "GET", "/healthz").status, 200);
    QCOMPARE(m_program->end(), 0);
}

void TestFrontProgram::warnsOfPlainHttp_data()
{
    using Settings = QHash<QString, QString>;
    QTest::addColumn<Settings>("settings");
    QTest::addColumn<bool>("encrypted");
    QTest::addColumn<bool>("warned");
    const Settings open{{u"HOST"_s, u"0.0.0.0"_s}};
    QTest::newRow("loopback") << Settings() << false << false;
    QTest::newRow("all addresses") << open << false << true;
    QTest::newRow("TLS") << open << true << false;
    QTest::newRow("admin API on loopback")
        << Settings{{u"HOST"_s, u"0.0.0.0"_s}, {u"ADMIN_LISTEN"_s, u"0"_s}} << false << false;
    QTest::newRow("admin API on all addresses")
        << Settings{{u"ADMIN_LISTEN"_s, u"0.0.0.0:0"_s}} << false << true;
}

void TestFrontProgram::warnsOfPlainHttp()
{
    using Settings = QHash<QString, QString>;
    QFETCH(Settings, settings);
    QFETCH(bool, encrypted);
    QFETCH(bool, warned);
    install(u"server.pem"_s, u"server.key"_s);
    QVERIFY2(m_program->serve(encrypted ? tls(settings) : settings), m_program->log().constData());
    QCOMPARE(m_program->end(), 0);
    QFile file(m_program->data() + u"/logs/app.log"_s);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray kept = file.readAll();
    for (const QByteArray &log : {m_program->log(), kept}) {
        const bool told = log.contains("Plain HTTP on 0.0.0.0") && log.contains("TLS_CERT_FILE") &&
                          log.contains("ADMIN_LISTEN");
        QVERIFY2(told == warned, log.constData());
    }
}

void TestFrontProgram::saysWhatIsWrongWithACertificate()
{
    install(u"chain.pem"_s, u"encrypted.key"_s);
    for (const QStringList &verb : {QStringList{u"serve"_s}, QStringList{u"config"_s, u"check"_s}}) {
        const auto ended = m_program->run(verb + QStringList{u"--data-dir"_s, m_program->data()}, tls());
        QCOMPARE(ended.code, 1);
        QVERIFY2(ended.error.contains("TLS_KEY_FILE: the key in " + m_program->path(u"key.pem"_s).toUtf8() +
                                      " is encrypted"),
                 ended.error.constData());
    }
}

// A terminal of our own, closed while the service runs in it.
void TestFrontProgram::stopsOnHangUpOfItsTerminal()
{
    const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    QVERIFY(terminal >= 0 && ::grantpt(terminal) == 0 && ::unlockpt(terminal) == 0);
    const QString name = QString::fromLocal8Bit(::ptsname(terminal));
    QProcess service;
    service.setStandardErrorFile(name, QIODevice::Append);
    service.start(Program::binary(), {u"serve"_s, u"--data-dir"_s, m_program->data(), u"--port"_s, u"0"_s,
                                      u"--database"_s, u"memory:"_s});
    QVERIFY(service.waitForStarted());
    QByteArray said;
    char buffer[4096];
    while (!said.contains("listens")) {
        const ssize_t size = ::read(terminal, buffer, sizeof buffer);
        QVERIFY2(size > 0, said.constData());
        said += QByteArray(buffer, size);
    }
    ::close(terminal);
    ::kill(pid_t(service.processId()), SIGHUP);
    QVERIFY(service.waitForFinished(20'000));
    QCOMPARE(service.exitCode(), 0);
}

QTEST_GUILESS_MAIN(TestFrontProgram)
#include "tst_frontprogram.moc"

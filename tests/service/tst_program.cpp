// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeupstream.h"
#include "rawclient.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace quota::service;
using namespace quota::test;

// The program as a stranger starts it: options, environment, signals, exit codes, what it prints where.
class TestProgram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void createsAKeyThatStopsAtItsQuota();
    void needsNothingButTheUpstream();
    void keepsItsBooksInMemoryWhenTold();
    void survivesARestart();
    void drainsOnASignal();
    void refusesASecondOne();
    void refusesToStart_data();
    void refusesToStart();
    void tellsWrongUse_data();
    void tellsWrongUse();
    void leaksNoSecret();

private:
    struct Ended
    {
        int code = -1;
        QByteArray out;
        QByteArray error;
    };
    Ended run(const QStringList &arguments, const QHash<QString, QString> &environment = {});
    std::unique_ptr<QProcess> serve(const QStringList &arguments,
                                    const QHash<QString, QString> &environment = {});
    static int end(QProcess &service);

    std::unique_ptr<QTemporaryDir> m_directory;
    quint16 m_port = 0;
    QByteArray m_log;
};

static const QString program = QStringLiteral(QUOTA_BINARY_DIR "/bin/quota-proxy");

static QProcessEnvironment cleanEnvironment(const QHash<QString, QString> &more)
{
    QProcessEnvironment environment;
    for (const QString &name : {u"PATH"_s, u"HOME"_s, u"ASAN_OPTIONS"_s, u"UBSAN_OPTIONS"_s,
                                u"TSAN_OPTIONS"_s, u"LSAN_OPTIONS"_s}) {
        if (qEnvironmentVariableIsSet(qPrintable(name)))
            environment.insert(name, qEnvironmentVariable(qPrintable(name)));
    }
    environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
    for (auto it = more.begin(); it != more.end(); ++it)
        environment.insert(it.key(), it.value());
    return environment;
}

void TestProgram::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    m_log.clear();
}

TestProgram::Ended TestProgram::run(const QStringList &arguments, const QHash<QString, QString> &environment)
{
    QProcess process;
    process.setProcessEnvironment(cleanEnvironment(environment));
    process.setWorkingDirectory(m_directory->path());
    process.start(program, arguments);
    process.closeWriteChannel();
    process.waitForFinished(20'000);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

std::unique_ptr<QProcess> TestProgram::serve(const QStringList &arguments,
                                             const QHash<QString, QString> &environment)
{
    auto service = std::make_unique<QProcess>();
    service->setProcessEnvironment(cleanEnvironment(environment));
    service->setWorkingDirectory(m_directory->path());
    QStringList all{u"serve"_s, u"--data-dir"_s, m_directory->filePath(u"data"_s)};
    if (!arguments.contains(u"--port"_s))
        all += {u"--port"_s, u"0"_s};
    service->start(program, all + arguments);
    static const QRegularExpression url(u"http://127\\.0\\.0\\.1:(\\d+)"_s);
    service->setReadChannel(QProcess::StandardError);
    QByteArray log;
    while (!log.contains("listens") && service->waitForReadyRead(10'000))
        log += service->readAllStandardError();
    m_log += log;
    m_port = url.match(QString::fromUtf8(log)).captured(1).toUShort();
    return service;
}

int TestProgram::end(QProcess &service)
{
    service.terminate();
    service.waitForFinished(20'000);
    return service.exitStatus() == QProcess::NormalExit ? service.exitCode() : -1;
}

static QByteArray lastLine(const QByteArray &text)
{
    return text.trimmed().split('\n').constLast();
}

static int chat(quint16 port, const QByteArray &secret)
{
    return fetch(port, "POST", "/v1/chat/completions", bearer(secret),
                 R"({"model":"m","messages":[{"role":"user","content":"hi"}]})")
        .status;
}

void TestProgram::createsAKeyThatStopsAtItsQuota()
{
    const auto service = serve({});
    QVERIFY2(m_port != 0, m_log.constData());
    const QString url = u"http://127.0.0.1:%1"_s.arg(m_port);
    const Ended made = run({u"keys"_s, u"create"_s, u"--prefix"_s, u"test"_s, u"--quota"_s, u"1000"_s,
                            u"--url"_s, url, u"--data-dir"_s, m_directory->filePath(u"data"_s)});
    QVERIFY2(made.code == 0, made.error.constData());
    const QByteArray secret = lastLine(made.out);
    QCOMPARE(made.out, secret + '\n'); // the rest goes to standard error
    QVERIFY(secret.startsWith("test"));
    QVERIFY(!made.error.contains(secret));
    RawClient client(m_port);
    const QByteArray body = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";
    const QByteArray request = "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
                               "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    for (int i = 0; i < 1000; ++i) {
        client.send(request);
        QCOMPARE(client.answer().status, 200);
    }
    client.send(request);
    QCOMPARE(client.answer().status, 429);
    QCOMPARE(end(*service), 0);
}

void TestProgram::needsNothingButTheUpstream()
{
    FakeUpstream upstream;
    const auto service = serve({}, {{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(upstream.baseUrl())},
                                    {u"DEEPSEEK_API_KEY"_s, u"x"_s},
                                    {u"DAILY_REQ_LIMIT"_s, u"-1"_s}});
    QVERIFY2(m_port != 0, m_log.constData());
    QVERIFY(!m_log.contains("demo"));
    const Ended made = run({u"keys"_s, u"create"_s, u"--url"_s, u"http://127.0.0.1:%1"_s.arg(m_port),
                            u"--data-dir"_s, m_directory->filePath(u"data"_s)});
    QCOMPARE(chat(m_port, lastLine(made.out)), 200);
    QCOMPARE(upstream.requestCount(), 1);
    QCOMPARE(upstream.requests().constFirst().headers.value("Authorization").toByteArray(),
             QByteArray("Bearer x"));
    QCOMPARE(end(*service), 0);
}

void TestProgram::keepsItsBooksInMemoryWhenTold()
{
    const auto service = serve({u"--database"_s, u"memory:"_s});
    QVERIFY2(m_port != 0, m_log.constData());
    const Ended made = run({u"keys"_s, u"create"_s, u"--url"_s, u"http://127.0.0.1:%1"_s.arg(m_port),
                            u"--data-dir"_s, m_directory->filePath(u"data"_s)});
    QVERIFY2(made.code == 0, made.error.constData());
    QCOMPARE(chat(m_port, lastLine(made.out)), 200);
    const Ended usage = run({u"usage"_s, u"--json"_s, u"--url"_s, u"http://127.0.0.1:%1"_s.arg(m_port),
                             u"--data-dir"_s, m_directory->filePath(u"data"_s)});
    QCOMPARE(
        QJsonDocument::fromJson(usage.out).object().value(u"sums"_s).toObject().value(u"requests"_s).toInt(),
        1);
    QVERIFY(!QFile::exists(m_directory->filePath(u"data/quota.db"_s)));
    QCOMPARE(end(*service), 0);
}

void TestProgram::survivesARestart()
{
    const auto first = serve({});
    const Ended made =
        run({u"keys"_s, u"create"_s, u"--quota"_s, u"3"_s, u"--url"_s, u"http://127.0.0.1:%1"_s.arg(m_port),
             u"--data-dir"_s, m_directory->filePath(u"data"_s)});
    const QByteArray secret = lastLine(made.out);
    QCOMPARE(chat(m_port, secret), 200);
    QCOMPARE(chat(m_port, secret), 200);
    QCOMPARE(end(*first), 0);
    const auto second = serve({});
    QCOMPARE(chat(m_port, secret), 200);
    QCOMPARE(chat(m_port, secret), 429);
    QCOMPARE(end(*second), 0);
}

void TestProgram::drainsOnASignal()
{
    FakeUpstream upstream;
    upstream.setAnswer([](const HttpRequest &) {
        Script script = Script::stream(FakeUpstream::chatEvents(2, false));
        script.paced = true;
        return script;
    });
    const auto service = serve({}, {{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(upstream.baseUrl())}});
    const Ended made = run({u"keys"_s, u"create"_s, u"--url"_s, u"http://127.0.0.1:%1"_s.arg(m_port),
                            u"--data-dir"_s, m_directory->filePath(u"data"_s)});
    const QByteArray body = R"({"model":"m","stream":true,"messages":[]})";
    RawClient client(m_port);
    client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(lastLine(made.out)) +
                "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    QVERIFY(client.until("\r\n\r\n").contains("200"));
    ::kill(pid_t(service->processId()), SIGINT);
    QTRY_VERIFY((m_log += service->readAllStandardError()).contains("Stopping"));
    upstream.release(10);
    QVERIFY(client.until("0\r\n\r\n").contains("[DONE]"));
    QVERIFY(service->waitForFinished(20'000));
    QCOMPARE(service->exitCode(), 0);
}

void TestProgram::refusesASecondOne()
{
    const auto service = serve({});
    const QByteArray pid = QByteArray::number(service->processId());
    const Ended sameDirectory =
        run({u"serve"_s, u"--port"_s, u"0"_s, u"--data-dir"_s, m_directory->filePath(u"data"_s)});
    QCOMPARE(sameDirectory.code, 1);
    QVERIFY2(sameDirectory.error.contains(pid), sameDirectory.error.constData());
    const Ended samePort = run({u"serve"_s, u"--port"_s, QString::number(m_port), u"--data-dir"_s,
                                m_directory->filePath(u"other"_s)});
    QCOMPARE(samePort.code, 1);
    QVERIFY2(samePort.error.contains("quota-proxy (pid " + pid + ')'), samePort.error.constData());
    QCOMPARE(fetch(m_port, "GET", "/healthz").status, 200);
    QCOMPARE(end(*service), 0);
}

void TestProgram::refusesToStart_data()
{
    QTest::addColumn<QByteArray>("envFile");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("unknown name") << QByteArray("PROT=1\n") << QByteArray("PORT");
    QTest::newRow("out of range") << QByteArray("PORT=70000\n") << QByteArray("70000");
    QTest::newRow("aliases that disagree")
        << QByteArray("SQLITE_PATH=/tmp/a.db\nDB_PATH=/tmp/b.db\n") << QByteArray("DB_PATH");
    QTest::newRow("all faults at once") << QByteArray("PORT=x\nLANES=y\n") << QByteArray("LANES");
    QTest::newRow("foreign address with a known token")
        << QByteArray("HOST=0.0.0.0\nADMIN_TOKEN=changeme\n") << QByteArray("ADMIN_TOKEN");
    QTest::newRow("not an address of this machine")
        << QByteArray("HOST=203.0.113.7\n") << QByteArray("203.0.113.7");
}

void TestProgram::refusesToStart()
{
    QFETCH(QByteArray, envFile);
    QFETCH(QByteArray, says);
    QFile file(m_directory->filePath(u".env"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(envFile);
    file.close();
    const Ended ended = run({u"serve"_s, u"--data-dir"_s, m_directory->filePath(u"data"_s)});
    QCOMPARE(ended.code, 1);
    QVERIFY2(ended.error.contains(says), ended.error.constData());
}

void TestProgram::tellsWrongUse_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("no verb") << QStringList() << QByteArray("serve");
    QTest::newRow("unknown verb") << QStringList{u"srve"_s} << QByteArray("serve");
    QTest::newRow("unknown option") << QStringList{u"serve"_s, u"--prot"_s, u"1"_s} << QByteArray("--prot");
    QTest::newRow("limit") << QStringList{u"keys"_s, u"create"_s, u"--limit"_s, u"requests/fortnight=1"_s}
                           << QByteArray("requests/fortnight=1");
}

void TestProgram::tellsWrongUse()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const Ended ended = run(arguments);
    QCOMPARE(ended.code, 2);
    QVERIFY2(ended.error.contains(says), ended.error.constData());
    QVERIFY(ended.out.isEmpty());
}

void TestProgram::leaksNoSecret()
{
    const auto service = serve({}, {{u"LOG_LEVEL"_s, u"debug"_s},
                                    {u"DEEPSEEK_API_KEY"_s, u"sk-upstream-very-secret"_s},
                                    {u"DEEPSEEK_BASE_URL"_s, u"http://127.0.0.1:9/v1"_s}});
    const Ended made = run({u"keys"_s, u"create"_s, u"--url"_s, u"http://127.0.0.1:%1"_s.arg(m_port),
                            u"--data-dir"_s, m_directory->filePath(u"data"_s)});
    const QByteArray secret = lastLine(made.out);
    QCOMPARE(chat(m_port, secret), 502);
    QFile tokenFile(m_directory->filePath(u"data/admin-token"_s));
    QVERIFY(tokenFile.open(QIODevice::ReadOnly));
    const QByteArray token = tokenFile.readAll().trimmed();
    QCOMPARE(tokenFile.permissions() &
                 (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
             QFile::Permissions());
    const RawAnswer metrics = fetch(m_port, "GET", "/metrics");
    QCOMPARE(metrics.status, 200);
    QCOMPARE(end(*service), 0);
    QByteArray everything =
        m_log + service->readAllStandardError() + service->readAllStandardOutput() + metrics.body;
    for (const QString &name : {u"logs/app.log"_s, u"quota.db"_s}) {
        QFile file(m_directory->filePath(u"data/"_s + name));
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(name));
        everything += file.readAll();
    }
    QVERIFY(everything.contains("upstream_failed"));
    for (const QByteArray &hidden : {secret, token, QByteArray("sk-upstream-very-secret")})
        QVERIFY(!everything.contains(hidden));
}

QTEST_GUILESS_MAIN(TestProgram)
#include "tst_program.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/telemetry/log.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;

class TestLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void writesText_data();
    void writesText();
    void writesJson();
    void masksCredentials_data();
    void masksCredentials();
    void takesQtMessages();
    void filtersByLevel_data();
    void filtersByLevel();
    void keepsRequestsOut();
    void givesTheHandlerBack();
    void makesPrivateFiles();
    void rotates_data();
    void rotates();
    void goesOnAfterRestart();
    void survivesAnUnwritableFile();
    void keepsLinesWholeBetweenThreads();
    void readsTheConfig();

private:
    QByteArrayList lines() const;
    LogOptions options() const;

    std::unique_ptr<QTemporaryDir> m_directory;
    QString m_file;
};

void TestLog::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(m_directory->isValid());
    m_file = m_directory->filePath(u"logs/app.log"_s);
}

LogOptions TestLog::options() const
{
    LogOptions options;
    options.file = m_file;
    options.toStandardError = false;
    return options;
}

static QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArrayList TestLog::lines() const
{
    QByteArrayList lines = contentOf(m_file).split('\n');
    if (lines.last().isEmpty())
        lines.removeLast();
    return lines;
}

// A record with fields of its own.
struct Entry
{
    QString message;
    QList<LogField> fields;
    LogLevel level = LogLevel::Info;
    QByteArray category = "quota.service";

    operator LogRecord() const
    {
        return {*timestampFromIso(u"2026-11-23T03:09:19.123Z"_s), level, category, message, fields};
    }
};

static Entry record(const QString &message, const QList<LogField> &fields = {},
                    LogLevel level = LogLevel::Info, const QByteArray &category = "quota.service")
{
    return {message, fields, level, category};
}

void TestLog::writesText_data()
{
    QTest::addColumn<Entry>("entry");
    QTest::addColumn<QString>("line");
    const QString start = u"2026-11-23T03:09:19.123Z INFO [quota-proxy] "_s;
    QTest::newRow("message") << record(u"started"_s) << start + u"started"_s;
    QTest::newRow("level") << record(u"broken"_s, {}, LogLevel::Error)
                           << u"2026-11-23T03:09:19.123Z ERROR [quota-proxy] broken"_s;
    QTest::newRow("warning") << record(u"hm"_s, {}, LogLevel::Warning)
                             << u"2026-11-23T03:09:19.123Z WARN [quota-proxy] hm"_s;
    QTest::newRow("fields") << record(u"done"_s, {{u"request"_s, u"req_1"_s},
                                                  {u"status"_s, 200},
                                                  {u"bytes"_s, qint64(123456789012)},
                                                  {u"stream"_s, true}})
                            << start + u"done request=req_1 status=200 bytes=123456789012 stream=true"_s;
    QTest::newRow("quoted") << record(u"m"_s,
                                      {{u"a"_s, u"b c"_s}, {u"d"_s, u"e\"\\f"_s}, {u"g"_s, QString()}})
                            << start + u"m a=\"b c\" d=\"e\\\"\\\\f\" g=\"\""_s;
    QTest::newRow("category") << record(u"m"_s, {}, LogLevel::Info, "quota.proxy")
                              << start + u"m category=quota.proxy"_s;
    QTest::newRow("one line") << record(u"a\r\n2026 ERROR forged\x1b[31m\u2028"_s, {{u"k"_s, u"x\ny"_s}})
                              << start + u"a\\r\\n2026 ERROR forged\\u001b[31m\\u2028 k=x\\ny"_s;
    QTest::newRow("chinese") << record(u"密钥"_s) << start + u"密钥"_s;
}

void TestLog::writesText()
{
    QFETCH(Entry, entry);
    QFETCH(QString, line);
    QCOMPARE(QString::fromUtf8(toTextLine(entry, u"quota-proxy"_s)), line + u'\n');
}

void TestLog::writesJson()
{
    const QByteArray line =
        toJsonLine(record(u"a \"b\"\n中"_s, {{u"request"_s, u"req_1"_s}, {u"status"_s, 200}, {u"level"_s, 3}},
                          LogLevel::Warning, "quota.http"),
                   u"my service"_s);
    QCOMPARE(line.count('\n'), 1);
    QVERIFY(
        line.startsWith(R"({"timestamp":"2026-11-23T03:09:19.123Z","level":"WARN","service":"my service",)"));
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    QCOMPARE(object["message"_L1].toString(), u"a \"b\"\n中"_s);
    QCOMPARE(object["level"_L1].toString(), u"WARN"_s);
    QCOMPARE(object["category"_L1].toString(), u"quota.http"_s);
    QCOMPARE(object["request"_L1].toString(), u"req_1"_s);
    QCOMPARE(object["status"_L1].toInt(), 200);
    QCOMPARE(object["level_"_L1].toInt(), 3);
}

void TestLog::masksCredentials_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("masked");
    const auto row = [](const char *name, const QString &text, const QString &masked) {
        QTest::newRow(name) << text << masked;
    };
    row("bearer", u"got Bearer sk-SECRET from"_s, u"got Bearer … from"_s);
    row("case", u"authorization: bearer   SECRET"_s, u"authorization: bearer   …"_s);
    row("quoted", u"(\"Authorization\", \"Bearer SECRET\")"_s, u"(\"Authorization\", \"Bearer …\")"_s);
    row("json", u"{\"Authorization\":\"Bearer SECRET\",\"a\":1}"_s,
        u"{\"Authorization\":\"Bearer …\",\"a\":1}"_s);
    row("basic", u"Proxy-Authorization: Basic c2VjcmV0"_s, u"Proxy-Authorization: Basic …"_s);
    row("no scheme", u"Authorization: SECRET next"_s, u"Authorization: … next"_s);
    row("key header", u"x-api-key: SECRET, x-admin-token=SECRET"_s, u"x-api-key: …, x-admin-token=…"_s);
    row("trial", u"{\"x-trial-key\": \"SECRET\"}"_s, u"{\"x-trial-key\": \"…\"}"_s);
    row("two", u"Bearer A Bearer B"_s, u"Bearer … Bearer …"_s);
    row("nothing", u"the bearer, of news: authorization failed"_s,
        u"the bearer, of news: authorization failed"_s);
}

void TestLog::masksCredentials()
{
    QFETCH(QString, text);
    QFETCH(QString, masked);
    QCOMPARE(redacted(text), masked);
    const QByteArray json = toJsonLine(record(text, {{u"field"_s, text}}), u"s"_s);
    const QByteArray plain = toTextLine(record(text, {{u"field"_s, text}}), u"s"_s);
    QVERIFY2(!json.contains("SECRET") && !plain.contains("SECRET"), plain.constData());
}

void TestLog::takesQtMessages()
{
    {
        const Log log(options());
        qCInfo(lcProxy).noquote() << "from a category" << 5;
        qWarning("from printf %d", 6);
        qCritical() << "Bearer"
                    << "sk-abc";
        logLine(lcService(), LogLevel::Info, u"with a field"_s, {{u"request"_s, u"req_9"_s}});
    }
    const QByteArrayList written = lines();
    QCOMPARE(written.size(), 4);
    QVERIFY(written.at(0).endsWith(" INFO [quota-proxy] from a category 5 category=quota.proxy"));
    QVERIFY(written.at(1).endsWith(" WARN [quota-proxy] from printf 6"));
    QVERIFY(written.at(2).contains(" ERROR ") && !written.at(2).contains("sk-abc"));
    QVERIFY(written.at(3).endsWith(" INFO [quota-proxy] with a field request=req_9"));
}

void TestLog::filtersByLevel_data()
{
    QTest::addColumn<int>("level");
    QTest::addColumn<int>("count");
    QTest::newRow("debug") << int(LogLevel::Debug) << 8;
    QTest::newRow("info") << int(LogLevel::Info) << 6;
    QTest::newRow("warning") << int(LogLevel::Warning) << 4;
    QTest::newRow("error") << int(LogLevel::Error) << 2;
}

void TestLog::filtersByLevel()
{
    QFETCH(int, level);
    QFETCH(int, count);
    {
        LogOptions chosen = options();
        chosen.level = LogLevel(level);
        const Log log(chosen);
        for (const LogLevel each : {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error})
            logLine(lcHttp(), each, u"line"_s);
        qCDebug(lcHttp) << "line";
        qCInfo(lcHttp) << "line";
        qCWarning(lcHttp) << "line";
        qCCritical(lcHttp) << "line";
        QCOMPARE(lcHttp().isDebugEnabled(), LogLevel(level) == LogLevel::Debug);
    }
    QCOMPARE(lines().size(), count);
    QVERIFY(lcHttp().isInfoEnabled());
}

void TestLog::keepsRequestsOut()
{
    // main() set QT_LOGGING_RULES to turn these on.
    static QLoggingCategory early("qt.httpserver");
    QVERIFY(early.isDebugEnabled());
    {
        LogOptions chosen = options();
        chosen.level = LogLevel::Debug;
        const Log log(chosen);
        QLoggingCategory late("qt.httpserver.response");
        QVERIFY(!early.isDebugEnabled());
        QVERIFY(!late.isDebugEnabled());
        QMessageLogger(nullptr, 0, nullptr, "qt.httpserver").debug() << "a whole request";
        qCWarning(early) << "something else";
    }
    QVERIFY(early.isDebugEnabled());
    QCOMPARE(lines().size(), 1);
    QVERIFY(lines().first().contains("something else"));
}

static QStringList seen;

static void collect(QtMsgType, const QMessageLogContext &, const QString &text)
{
    seen += text;
}

void TestLog::givesTheHandlerBack()
{
    const QtMessageHandler before = qInstallMessageHandler(collect);
    {
        const Log log(options());
        qInfo("inside");
    }
    qInfo("outside");
    logLine(lcAdmin(), LogLevel::Warning, u"no log, Bearer abc"_s, {{u"request"_s, u"req_1"_s}});
    qInstallMessageHandler(before);
    QCOMPARE(seen, (QStringList{u"outside"_s, u"no log, Bearer … request=req_1"_s}));
    QCOMPARE(lines().size(), 1);
}

void TestLog::makesPrivateFiles()
{
    m_file = m_directory->filePath(u"a/b/logs/app.log"_s);
    const Log log(options());
    qInfo("line");
    QTRY_VERIFY(QFileInfo::exists(m_file));
    const QFile::Permissions others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup |
                                      QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    QCOMPARE(QFile::permissions(m_file) & others, QFile::Permissions());
    QCOMPARE(QFile::permissions(QFileInfo(m_file).path()) & others, QFile::Permissions());
}

void TestLog::rotates_data()
{
    QTest::addColumn<int>("kept");
    QTest::newRow("none") << 0;
    QTest::newRow("one") << 1;
    QTest::newRow("three") << 3;
}

void TestLog::rotates()
{
    QFETCH(int, kept);
    LogFile file(m_file, 100, kept);
    const auto line = [](int number) {
        return QByteArray::number(number).rightJustified(39, '0') + '\n'; // two to a file
    };
    for (int i = 0; i < 20; ++i)
        QCOMPARE(file.write(line(i)), QString());
    QCOMPARE(contentOf(m_file), line(18) + line(19));
    for (int number = 1; number <= 4; ++number) {
        const QString old = m_file + u'.' + QString::number(number);
        QCOMPARE(QFileInfo::exists(old), number <= kept);
        if (number <= kept)
            QCOMPARE(contentOf(old), line(18 - 2 * number) + line(19 - 2 * number));
    }
    QCOMPARE(QDir(QFileInfo(m_file).path()).entryList(QDir::Files).size(), kept + 1);
    // A line larger than a file is written all the same.
    QCOMPARE(file.write(QByteArray(500, 'x') + '\n'), QString());
    QCOMPARE(contentOf(m_file).size(), 501);
}

void TestLog::goesOnAfterRestart()
{
    for (int i = 0; i < 3; ++i) {
        LogFile file(m_file, 1000, 1);
        QCOMPARE(file.write("line\n"), QString());
    }
    QCOMPARE(contentOf(m_file), QByteArray("line\nline\nline\n"));
}

void TestLog::survivesAnUnwritableFile()
{
    QFile obstacle(m_directory->filePath(u"logs"_s));
    QVERIFY(obstacle.open(QIODevice::WriteOnly));
    LogFile file(m_file, 1000, 1);
    const QString complaint = file.write("one\n");
    QVERIFY2(complaint.contains(m_file) && complaint.contains("LOG_FILE"_L1), qPrintable(complaint));
    QCOMPARE(file.write("two\n"), QString());
    const Log log(options());
    qInfo("goes on");
}

void TestLog::keepsLinesWholeBetweenThreads()
{
    {
        LogOptions chosen = options();
        chosen.format = LogFormat::Json;
        const Log log(chosen);
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([i] {
                for (int k = 0; k < 250; ++k) {
                    logLine(lcProxy(), LogLevel::Info, QString(50, u'm'), {{u"thread"_s, i}, {u"line"_s, k}});
                    qCInfo(lcHttp) << "other";
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
    }
    const QByteArrayList written = lines();
    QCOMPARE(written.size(), 2000);
    for (const QByteArray &line : written)
        QVERIFY2(QJsonDocument::fromJson(line).isObject(), line.constData());
}

void TestLog::readsTheConfig()
{
    Config config;
    config.logLevel = LogLevel::Warning;
    config.logFormat = LogFormat::Json;
    config.logFile = u"/x/app.log"_s;
    config.logFileBytes = 5;
    config.logFilesKept = 2;
    const LogOptions chosen = logOptions(config);
    QVERIFY(chosen.level == LogLevel::Warning && chosen.format == LogFormat::Json);
    QCOMPARE(chosen.file, u"/x/app.log"_s);
    QCOMPARE(chosen.fileBytes, 5);
    QCOMPARE(chosen.filesKept, 2);
    QCOMPARE(chosen.serviceName, u"quota-proxy"_s);
    config.logFile = u"none"_s;
    QVERIFY(logOptions(config).file.isEmpty());
}

int main(int argc, char **argv)
{
    qputenv("QT_LOGGING_RULES", "qt.httpserver*=true");
    QCoreApplication application(argc, argv);
    TestLog test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_log.moc"

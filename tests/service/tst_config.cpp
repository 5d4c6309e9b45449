// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/config.h"
#include "service/settings/envfile.h"
#include "service/settings/table.h"
#include "service/settings/values.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace std::chrono_literals;

class ConfigTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_directory;

    QString envFile(const QByteArray &text)
    {
        QFile file(m_directory.filePath(u"settings.env"_s));
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate))
            qFatal("cannot write the env file");
        file.write(text);
        return file.fileName();
    }

    SettingSources sources(const QHash<QString, QString> &environment = {})
    {
        SettingSources result;
        result.environment = environment;
        result.environment.insert(u"HOME"_s, u"/home/operator"_s);
        return result;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_directory.isValid());
        QVERIFY(QDir::setCurrent(m_directory.path())); // no .env of somebody else
    }

    void defaults()
    {
        const auto loaded = loadConfig(sources());
        QVERIFY(loaded);
        const Config &config = loaded->config;
        QCOMPARE(config.host, u"127.0.0.1"_s);
        QCOMPARE(config.port, quint16(8787));
        QCOMPARE(config.dataDirectory, u"/home/operator/.local/share/quota-proxy"_s);
        QCOMPARE(config.databasePath, u"/home/operator/.local/share/quota-proxy/quota.db"_s);
        QVERIFY(!config.memoryMode);
        QVERIFY(config.lanes >= 1);
        QVERIFY(config.adminToken.isEmpty());
        QVERIFY(config.upstreamBaseUrl.isEmpty());
        QCOMPARE(config.defaultLimits, (QList<Limit>{{LimitUnit::Requests, LimitWindow::Day, 200}}));
        QCOMPARE(config.keyPrefix, u"sk-"_s);
        QVERIFY(config.timeZone.isValid());
        QCOMPARE(config.countPolicy, CountPolicy::Attempts);
        QCOMPARE(config.maximumRequestBytes, qint64(32) * 1024 * 1024);
        QCOMPARE(config.defaultOutputTokens, qint64(4096));
        QCOMPARE(config.connectTimeout, 10s);
        QCOMPARE(config.shutdownGrace, 30s);
        QCOMPARE(config.logLevel, LogLevel::Info);
        QCOMPARE(config.logFormat, LogFormat::Text);
        QCOMPARE(config.logFile, u"/home/operator/.local/share/quota-proxy/logs/app.log"_s);
        QCOMPARE(config.logFileBytes, qint64(10) * 1024 * 1024);
        QCOMPARE(config.serviceName, u"quota-proxy"_s);
        QVERIFY(config.metricsEnabled);
        QVERIFY(config.notices.isEmpty());
    }

    void retentions()
    {
        const Config standard = loadConfig(sources({}))->config;
        QCOMPARE(standard.requestRetention, std::optional(std::chrono::days(400)));
        QCOMPARE(standard.usageRetention, std::optional(std::chrono::days(1'100)));
        QCOMPARE(standard.auditRetention, std::optional(std::chrono::days(1'100)));
        const Config config = loadConfig(sources({{u"REQUEST_RETENTION"_s, u"1d"_s},
                                                  {u"USAGE_RETENTION"_s, u"32"_s},
                                                  {u"AUDIT_RETENTION"_s, u"Never"_s}}))
                                  ->config;
        QCOMPARE(config.requestRetention, std::optional(std::chrono::days(1)));
        QCOMPARE(config.usageRetention, std::optional(std::chrono::days(32)));
        QVERIFY(!config.auditRetention);
    }

    void dataHomeIsUsedWhenAbsolute()
    {
        QCOMPARE(loadConfig(sources({{u"XDG_DATA_HOME"_s, u"/srv/data"_s}}))->config.dataDirectory,
                 u"/srv/data/quota-proxy"_s);
        QCOMPARE(loadConfig(sources({{u"XDG_DATA_HOME"_s, u"data"_s}}))->config.dataDirectory,
                 u"/home/operator/.local/share/quota-proxy"_s);
    }

    void values_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("shown"); // what the check below sees
        QTest::newRow("host") << u"HOST"_s << u"0.0.0.0"_s << u"0.0.0.0"_s;
        QTest::newRow("IPv6 in brackets") << u"HOST"_s << u"[::1]"_s << u"::1"_s;
        QTest::newRow("localhost") << u"HOST"_s << u"LocalHost"_s << u"localhost"_s;
        QTest::newRow("port 0") << u"PORT"_s << u"0"_s << u"0"_s;
        QTest::newRow("size mb") << u"MAX_REQUEST_SIZE"_s << u"2mb"_s << u"2097152"_s;
        QTest::newRow("size MB") << u"MAX_REQUEST_SIZE"_s << u"10MB"_s << u"10485760"_s;
        QTest::newRow("size bytes") << u"MAX_REQUEST_SIZE"_s << u"1048576"_s << u"1048576"_s;
        QTest::newRow("seconds bare") << u"SHUTDOWN_GRACE"_s << u"5"_s << u"5000"_s;
        QTest::newRow("seconds") << u"SHUTDOWN_GRACE"_s << u"30s"_s << u"30000"_s;
        QTest::newRow("minutes") << u"SHUTDOWN_GRACE"_s << u"2m"_s << u"120000"_s;
        QTest::newRow("memory") << u"DATABASE_URL"_s << u"memory:"_s << u"memory"_s;
        QTest::newRow("old memory") << u"SQLITE_PATH"_s << u":memory:"_s << u"memory"_s;
        QTest::newRow("absolute") << u"DATABASE_URL"_s << u"/data/x.db"_s << u"/data/x.db"_s;
        QTest::newRow("sqlite:") << u"DATABASE_URL"_s << u"sqlite:/data/x.db"_s << u"/data/x.db"_s;
        QTest::newRow("sqlite:///") << u"DATABASE_URL"_s << u"sqlite:///data/x.db"_s << u"/data/x.db"_s;
        QTest::newRow("file:") << u"DATABASE_URL"_s << u"file:/data/x.db"_s << u"/data/x.db"_s;
        QTest::newRow("relative") << u"DB_PATH"_s << u"a/x.db"_s
                                  << u"/home/operator/.local/share/quota-proxy/a/x.db"_s;
        QTest::newRow("no daily limit") << u"DAILY_REQ_LIMIT"_s << u"-1"_s << u""_s;
        QTest::newRow("blocks") << u"DAILY_REQ_LIMIT"_s << u"0"_s << u"requests/day=0"_s;
        QTest::newRow("monthly too") << u"DEFAULT_MONTHLY_LIMIT"_s << u"5000"_s
                                     << u"requests/day=200 requests/month=5000"_s;
        QTest::newRow("old limit name") << u"DEFAULT_DAILY_LIMIT"_s << u"7"_s << u"requests/day=7"_s;
        QTest::newRow("zone") << u"QUOTA_TIMEZONE"_s << u"Asia/Shanghai"_s << u"Asia/Shanghai"_s;
        QTest::newRow("zone link") << u"QUOTA_TIMEZONE"_s << u"Asia/Chongqing"_s << u"Asia/Chongqing"_s;
        QTest::newRow("zone of one word") << u"QUOTA_TIMEZONE"_s << u"GMT"_s << u"GMT"_s;
        QTest::newRow("zone by offset") << u"QUOTA_TIMEZONE"_s << u"Etc/GMT-7"_s << u"Etc/GMT-7"_s;
        QTest::newRow("json logs") << u"JSON_LOGS"_s << u"true"_s << u"json"_s;
        QTest::newRow("text logs") << u"JSON_LOGS"_s << u"false"_s << u"text"_s;
        QTest::newRow("debug") << u"LOG_LEVEL"_s << u"DEBUG"_s << u"0"_s;
        QTest::newRow("warn") << u"LOG_LEVEL"_s << u"warn"_s << u"2"_s;
        QTest::newRow("no log file") << u"LOG_FILE"_s << u"none"_s << u"(none)"_s;
        QTest::newRow("log file") << u"LOG_FILE"_s << u"/var/log/q.log"_s << u"/var/log/q.log"_s;
        QTest::newRow("successes") << u"COUNT_POLICY"_s << u"successes"_s << u"successes"_s;
        QTest::newRow("prefix") << u"TRIAL_KEY_PREFIX"_s << u"trial_"_s << u"trial_"_s;
        QTest::newRow("secret alone")
            << u"DEEPSEEK_API_KEY"_s << u"sk-abc"_s << u"https://api.deepseek.com/v1 sk-abc"_s;
        QTest::newRow("base URL") << u"DEEPSEEK_API_BASE_URL"_s << u"http://127.0.0.1:9/v1"_s
                                  << u"http://127.0.0.1:9/v1 "_s;
        QTest::newRow("metrics off") << u"ENABLE_METRICS"_s << u"false"_s << u"off"_s;
        QTest::newRow("address list off") << u"ENABLE_IP_WHITELIST"_s << u"false"_s << u""_s;
        QTest::newRow("empty is not given") << u"PORT"_s << u""_s << u"8787"_s;
    }
    void values()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(QString, shown);
        const auto loaded = loadConfig(sources({{name, value}}));
        QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error().first().message));
        const Config &config = loaded->config;
        const QString setting = findSetting(name)->name;
        QString is;
        if (setting == "HOST"_L1)
            is = config.host;
        else if (setting == "PORT"_L1)
            is = QString::number(config.port);
        else if (setting == "MAX_REQUEST_SIZE"_L1)
            is = QString::number(config.maximumRequestBytes);
        else if (setting == "SHUTDOWN_GRACE"_L1)
            is = QString::number(config.shutdownGrace.count());
        else if (setting == "DATABASE_URL"_L1)
            is = config.memoryMode ? u"memory"_s : config.databasePath;
        else if (setting == "DAILY_REQ_LIMIT"_L1 || setting == "DEFAULT_MONTHLY_LIMIT"_L1) {
            QStringList limits;
            for (const Limit &limit : config.defaultLimits)
                limits.append(toText(limit));
            is = limits.join(u' ');
        } else if (setting == "QUOTA_TIMEZONE"_L1)
            is = QString::fromUtf8(config.timeZone.id());
        else if (setting == "LOG_FORMAT"_L1)
            is = config.logFormat == LogFormat::Json ? u"json"_s : u"text"_s;
        else if (setting == "LOG_LEVEL"_L1)
            is = QString::number(int(config.logLevel));
        else if (setting == "LOG_FILE"_L1)
            is = config.logFile.isEmpty() ? u"(none)"_s : config.logFile;
        else if (setting == "COUNT_POLICY"_L1)
            is = config.countPolicy == CountPolicy::Successes ? u"successes"_s : u"attempts"_s;
        else if (setting == "API_KEY_PREFIX"_L1)
            is = config.keyPrefix;
        else if (setting.startsWith("DEEPSEEK"_L1))
            is = config.upstreamBaseUrl.toString() + u' ' + QString::fromLatin1(config.upstreamSecret);
        else if (setting == "ENABLE_METRICS"_L1)
            is = config.metricsEnabled ? u"on"_s : u"off"_s;
        QCOMPARE(is, shown);
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("says"); // in the message, beside the name
        QTest::newRow("port text") << u"PORT"_s << u"http"_s << u"“http”"_s;
        QTest::newRow("port range") << u"PORT"_s << u"65536"_s << u"0 to 65535"_s;
        QTest::newRow("port negative") << u"PORT"_s << u"-1"_s << u"0 to 65535"_s;
        QTest::newRow("host name") << u"HOST"_s << u"example.com"_s << u"127.0.0.1"_s;
        QTest::newRow("host number") << u"HOST"_s << u"1"_s << u"IP address"_s;
        QTest::newRow("lanes") << u"LANES"_s << u"0"_s << u"1 to 256"_s;
        QTest::newRow("postgresql") << u"DATABASE_URL"_s << u"postgresql://u:hidden@h/d"_s
                                    << u"not in this version"_s;
        QTest::newRow("mysql") << u"DATABASE_URL"_s << u"mysql://h/d"_s << u"“mysql:”"_s;
        QTest::newRow("directory") << u"DATABASE_URL"_s << u"/data/"_s << u"no file"_s;
        QTest::newRow("limit") << u"DAILY_REQ_LIMIT"_s << u"-2"_s << u"-1 for no limit"_s;
        QTest::newRow("limit text") << u"DAILY_REQ_LIMIT"_s << u"many"_s << u"0 to block"_s;
        QTest::newRow("month") << u"DEFAULT_MONTHLY_LIMIT"_s << u"1.5"_s << u"“1.5”"_s;
        QTest::newRow("zone") << u"QUOTA_TIMEZONE"_s << u"Mars/Base"_s << u"IANA"_s;
        QTest::newRow("zone rule") << u"QUOTA_TIMEZONE"_s << u"EST5EDT4,M3.2.0,M11.1.0"_s << u"IANA"_s;
        QTest::newRow("short zone rule") << u"QUOTA_TIMEZONE"_s << u"CST-8"_s << u"IANA"_s;
        QTest::newRow("zone path") << u"QUOTA_TIMEZONE"_s << u"../../../etc/passwd"_s << u"IANA"_s;
        QTest::newRow("policy") << u"COUNT_POLICY"_s << u"legacy"_s << u"attempts, successes"_s;
        QTest::newRow("a ceiling of nobody") << u"MODEL_MAX_TOKENS"_s << u"=5"_s << u"MODEL=TOKENS"_s;
        QTest::newRow("no ceiling") << u"MODEL_MAX_TOKENS"_s << u"a=1,b"_s << u"“b”"_s;
        QTest::newRow("a ceiling of 0") << u"MODEL_MAX_TOKENS"_s << u"a=0"_s << u"“a=0”"_s;
        QTest::newRow("a star within") << u"MODEL_MAX_TOKENS"_s << u"a*b=5"_s << u"at the end"_s;
        QTest::newRow("ceiling policy")
            << u"MISSING_MAX_TOKENS"_s << u"yes"_s << u"leave, max_tokens, max_completion_tokens"_s;
        QTest::newRow("prompts") << u"PROMPT_RESERVATION"_s << u"none"_s << u"estimate, bytes"_s;
        QTest::newRow("left answers") << u"LEFT_ANSWERS"_s << u"keep"_s << u"cancel, drain"_s;
        QTest::newRow("left time") << u"LEFT_ANSWER_TIME"_s << u"2h"_s << u"3600"_s;
        QTest::newRow("held upload") << u"MAX_HELD_UPLOAD"_s << u"1"_s << u"1024"_s;
        QTest::newRow("retention of none") << u"REQUEST_RETENTION"_s << u"0"_s << u"1 to 36500"_s;
        QTest::newRow("retention of more") << u"REQUEST_RETENTION"_s << u"36501d"_s << u"1 to 36500"_s;
        QTest::newRow("retention in hours")
            << u"AUDIT_RETENTION"_s << u"90h"_s << u"such as 400d, or never"_s;
        QTest::newRow("sums of less than a month") << u"USAGE_RETENTION"_s << u"31d"_s << u"32 to 36500"_s;
        QTest::newRow("size") << u"MAX_REQUEST_SIZE"_s << u"big"_s << u"32mb"_s;
        QTest::newRow("size small") << u"MAX_REQUEST_SIZE"_s << u"10"_s << u"1024"_s;
        QTest::newRow("size large") << u"MAX_REQUEST_SIZE"_s << u"99999999gb"_s << u"1073741824"_s;
        QTest::newRow("duration") << u"SHUTDOWN_GRACE"_s << u"soon"_s << u"30s"_s;
        QTest::newRow("duration long") << u"UPSTREAM_IDLE_TIMEOUT"_s << u"25h"_s << u"3600"_s;
        QTest::newRow("level") << u"LOG_LEVEL"_s << u"loud"_s << u"debug"_s;
        QTest::newRow("format") << u"LOG_FORMAT"_s << u"xml"_s << u"text, json"_s;
        QTest::newRow("json logs") << u"JSON_LOGS"_s << u"maybe"_s << u"text, json"_s;
        QTest::newRow("boolean") << u"ENABLE_METRICS"_s << u"perhaps"_s << u"true or false"_s;
        QTest::newRow("prefix") << u"API_KEY_PREFIX"_s << u"a b"_s << u"20"_s;
        QTest::newRow("prefix long") << u"API_KEY_PREFIX"_s << u"abcdefghijklmnopqrstu"_s << u"20"_s;
        QTest::newRow("url scheme") << u"DEEPSEEK_BASE_URL"_s << u"ftp://h/v1"_s << u"https://"_s;
        QTest::newRow("url no host") << u"DEEPSEEK_BASE_URL"_s << u"https:///v1"_s << u"https://"_s;
        QTest::newRow("url query") << u"DEEPSEEK_BASE_URL"_s << u"https://h/v1?a=b"_s << u"query"_s;
        QTest::newRow("url credentials")
            << u"DEEPSEEK_BASE_URL"_s << u"https://u:hidden@h/v1"_s << u"credentials"_s;
        QTest::newRow("url bad port")
            << u"DEEPSEEK_BASE_URL"_s << u"https://u:hidden@h:99999/v1"_s << u"credentials"_s;
        QTest::newRow("secret") << u"DEEPSEEK_API_KEY"_s << u"hidden hidden"_s << u"character"_s;
        QTest::newRow("token") << u"ADMIN_TOKEN"_s << u"hidden\u00e9hiddenhiddenhidden"_s << u"ASCII"_s;
        QTest::newRow("admin host name") << u"ADMIN_LISTEN"_s << u"example.com:9000"_s << u"127.0.0.1:9000"_s;
        QTest::newRow("admin without port") << u"ADMIN_LISTEN"_s << u"127.0.0.1"_s << u"[::1]:9000"_s;
        QTest::newRow("admin IPv6 bare") << u"ADMIN_LISTEN"_s << u"fe80::1:9000"_s << u"[::1]:9000"_s;
        QTest::newRow("admin port") << u"ADMIN_LISTEN"_s << u"127.0.0.1:70000"_s << u"“127.0.0.1:70000”"_s;
        QTest::newRow("admin socket") << u"ADMIN_LISTEN"_s << u"unix:/run/q"_s << u"a port alone"_s;
        QTest::newRow("address list") << u"ADMIN_IP_WHITELIST"_s << u"10.0.0.1"_s << u"firewall"_s;
        QTest::newRow("address list on") << u"ENABLE_IP_WHITELIST"_s << u"true"_s << u"remove it"_s;
    }
    void refusals()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(QString, says);
        const auto loaded = loadConfig(sources({{name, value}}));
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().size(), 1);
        const Error &fault = loaded.error().first();
        QCOMPARE(fault.field, name);
        QVERIFY2(fault.message.startsWith(name + u" (environment, "_s + name), qPrintable(fault.message));
        QVERIFY2(fault.message.contains(says), qPrintable(fault.message));
        QVERIFY2(!fault.message.contains("hidden"_L1), qPrintable(fault.message));
    }

    void adminListens_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("address");
        QTest::newRow("whole") << u"0.0.0.0:9000"_s << u"0.0.0.0:9000"_s;
        QTest::newRow("IPv6") << u"[::1]:9000"_s << u"[::1]:9000"_s;
        QTest::newRow("name") << u"LOCALHOST:9000"_s << u"localhost:9000"_s;
        QTest::newRow("port") << u"9000"_s << u"127.0.0.1:9000"_s;
        QTest::newRow("any port") << u"0"_s << u"127.0.0.1:0"_s;
        QTest::newRow("the same host") << u"127.0.0.1:8788"_s << u"127.0.0.1:8788"_s;
    }
    void adminListens()
    {
        QFETCH(QString, value);
        const auto loaded = loadConfig(sources({{u"ADMIN_LISTEN"_s, value}}));
        QVERIFY(loaded && loaded->config.adminListen);
        QTEST(loaded->config.adminListen->text(), "address");
        QVERIFY(!loadConfig(sources())->config.adminListen);
    }

    void refusalsTogether_data()
    {
        using Settings = QHash<QString, QString>;
        QTest::addColumn<Settings>("settings");
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("says");
        const QString weak = u"admin"_s;
        QTest::newRow("admin listener at the same place")
            << Settings{{u"ADMIN_LISTEN"_s, u"8787"_s}} << u"ADMIN_LISTEN"_s << u"another port"_s;
        QTest::newRow("admin listener by another name")
            << Settings{{u"ADMIN_LISTEN"_s, u"localhost:8787"_s}} << u"ADMIN_LISTEN"_s << u"localhost:8787"_s;
        QTest::newRow("admin listener under all addresses")
            << Settings{{u"HOST"_s, u"0.0.0.0"_s}, {u"ADMIN_LISTEN"_s, u"8787"_s}} << u"ADMIN_LISTEN"_s
            << u"0.0.0.0:8787"_s;
        QTest::newRow("admin listener over one address")
            << Settings{{u"ADMIN_LISTEN"_s, u"[::]:8787"_s}} << u"ADMIN_LISTEN"_s << u"[::]:8787"_s;
        QTest::newRow("weak token where the admin API listens")
            << Settings{{u"ADMIN_LISTEN"_s, u"0.0.0.0:9000"_s}, {u"ADMIN_TOKEN"_s, weak}} << u"ADMIN_TOKEN"_s
            << u"ADMIN_LISTEN 0.0.0.0"_s;
        QTest::newRow("certificate alone") << Settings{{u"TLS_CERT_FILE"_s, u"/nowhere/cert.pem"_s}}
                                           << u"TLS_KEY_FILE"_s << u"TLS_CERT_FILE"_s;
        QTest::newRow("key alone") << Settings{{u"TLS_KEY_FILE"_s, u"/nowhere/key.pem"_s}}
                                   << u"TLS_CERT_FILE"_s << u"takes both"_s;
    }
    void refusalsTogether()
    {
        using Settings = QHash<QString, QString>;
        QFETCH(Settings, settings);
        QFETCH(QString, field);
        QFETCH(QString, says);
        const auto loaded = loadConfig(sources(settings));
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().size(), 1);
        QCOMPARE(loaded.error().first().field, field);
        QVERIFY2(loaded.error().first().message.contains(says), qPrintable(loaded.error().first().message));
    }

    void weakTokenMattersWhereTheAdminApiListens()
    {
        const auto loaded = loadConfig(sources(
            {{u"HOST"_s, u"0.0.0.0"_s}, {u"ADMIN_LISTEN"_s, u"9000"_s}, {u"ADMIN_TOKEN"_s, u"admin"_s}}));
        QVERIFY(loaded);
        QVERIFY(!loaded->config.adminInClear());
    }

    void certificateFilesAreLookedAt()
    {
        SettingSources given = sources({{u"TLS_CERT_FILE"_s, u"tls/cert.pem"_s},
                                        {u"TLS_KEY_FILE"_s, u"/nowhere/key.pem"_s},
                                        {u"PORT"_s, u"x"_s}});
        const auto loaded = loadConfig(given);
        QVERIFY(!loaded);
        QStringList fields;
        for (const Error &fault : loaded.error())
            fields.append(fault.field);
        QCOMPARE(fields, (QStringList{u"PORT"_s, u"TLS_CERT_FILE"_s, u"TLS_KEY_FILE"_s}));
        QVERIFY2(loaded.error().at(1).message.contains(
                     "/home/operator/.local/share/quota-proxy/tls/cert.pem cannot be read"_L1),
                 qPrintable(loaded.error().at(1).message));
        given.environment.remove(u"PORT"_s);
        given.checksFiles = false;
        QVERIFY(loadConfig(given));
    }

    void clearAdminApiIsKnown_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("admin");
        QTest::addColumn<bool>("clear");
        QTest::newRow("loopback") << u"127.0.0.1"_s << u""_s << false;
        QTest::newRow("localhost") << u"localhost"_s << u""_s << false;
        QTest::newRow("all") << u"0.0.0.0"_s << u""_s << true;
        QTest::newRow("all of IPv6") << u"::"_s << u""_s << true;
        QTest::newRow("one") << u"192.168.1.2"_s << u""_s << true;
        QTest::newRow("kept apart") << u"0.0.0.0"_s << u"9000"_s << false;
        QTest::newRow("kept apart, open") << u"127.0.0.1"_s << u"0.0.0.0:9000"_s << true;
    }
    void clearAdminApiIsKnown()
    {
        QFETCH(QString, host);
        QFETCH(QString, admin);
        const auto loaded = loadConfig(sources({{u"HOST"_s, host}, {u"ADMIN_LISTEN"_s, admin}}));
        QVERIFY(loaded);
        QTEST(loaded->config.adminInClear(), "clear");
    }

    void faultsAreInTheLanguageAskedFor()
    {
        const auto loaded = loadConfig(sources({{u"PORT"_s, u"http"_s}}), Language::Chinese);
        QVERIFY(!loaded);
        QVERIFY2(loaded.error().first().message.contains(u"整数"_s),
                 qPrintable(loaded.error().first().message));
    }

    void allFaultsAtOnce()
    {
        SettingSources given = sources({{u"PORT"_s, u"x"_s}, {u"LANES"_s, u"y"_s}});
        given.envFile = envFile("LOG_LEVEL=loud\nNONSENSE\nDAILY_LIMITS=5\n");
        const auto loaded = loadConfig(given);
        QVERIFY(!loaded);
        QStringList fields;
        for (const Error &fault : loaded.error())
            fields.append(fault.field);
        fields.sort();
        QCOMPARE(fields, (QStringList{u""_s, u"DAILY_LIMITS"_s, u"LANES"_s, u"LOG_LEVEL"_s, u"PORT"_s}));
    }

    void weakTokens_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("token");
        QTest::addColumn<bool>("good");
        const QString strong = u"b1946ac92492d2347c6235b4d2611184"_s;
        QTest::newRow("short on loopback") << u"127.0.0.1"_s << u"admin"_s << true;
        QTest::newRow("short on ::1") << u"::1"_s << u"admin"_s << true;
        QTest::newRow("short on localhost") << u"localhost"_s << u"admin"_s << true;
        QTest::newRow("short") << u"0.0.0.0"_s << u"admin"_s << false;
        QTest::newRow("15 characters") << u"0.0.0.0"_s << strong.left(15) << false;
        QTest::newRow("16 characters") << u"0.0.0.0"_s << strong.left(16) << true;
        QTest::newRow("well known") << u"0.0.0.0"_s << u"dev-admin-token-change-in-production"_s << false;
        QTest::newRow("placeholder") << u"::"_s << u"your_secure_admin_token_here"_s << false;
        QTest::newRow("one character") << u"192.168.1.2"_s << u"aaaaaaaaaaaaaaaaaaaa"_s << false;
        QTest::newRow("strong") << u"0.0.0.0"_s << strong << true;
        QTest::newRow("none") << u"0.0.0.0"_s << u""_s << true;
    }
    void weakTokens()
    {
        QFETCH(QString, host);
        QFETCH(QString, token);
        QFETCH(bool, good);
        const auto loaded = loadConfig(sources({{u"HOST"_s, host}, {u"ADMIN_TOKEN"_s, token}}));
        QCOMPARE(bool(loaded), good);
        if (good) {
            QCOMPARE(loaded->config.adminToken, token.toLatin1());
            return;
        }
        QCOMPARE(loaded.error().first().field, u"ADMIN_TOKEN"_s);
        QVERIFY(!loaded.error().first().message.contains(token));
    }

    void precedence()
    {
        SettingSources given = sources({{u"PORT"_s, u"2"_s}});
        given.envFile = envFile("PORT=3\nLANES=3\n");
        given.options.insert(u"PORT"_s, u"1"_s);
        auto loaded = loadConfig(given);
        QVERIFY(loaded);
        QCOMPARE(loaded->config.port, quint16(1));
        QCOMPARE(loaded->config.lanes, 3);
        given.options.clear();
        QCOMPARE(loadConfig(given)->config.port, quint16(2));
        given.environment.remove(u"PORT"_s);
        QCOMPARE(loadConfig(given)->config.port, quint16(3));
    }

    void aliasesThatDisagree()
    {
        SettingSources given = sources({{u"DB_PATH"_s, u"/a.db"_s}, {u"SQLITE_PATH"_s, u"/b.db"_s}});
        auto loaded = loadConfig(given);
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().first().field, u"DATABASE_URL"_s);
        QVERIFY(loaded.error().first().message.contains("DB_PATH"_L1));
        QVERIFY(loaded.error().first().message.contains("SQLITE_PATH"_L1));

        given.environment[u"SQLITE_PATH"_s] = u"sqlite:/a.db"_s; // the same place, written otherwise
        QVERIFY(loadConfig(given));

        given.environment.remove(u"SQLITE_PATH"_s);
        given.envFile = envFile("DATABASE_URL=/c.db\n");
        QVERIFY(!loadConfig(given));
        given.options.insert(u"DATABASE_URL"_s, u"memory:"_s);
        QVERIFY(loadConfig(given)->config.memoryMode);
    }

    void oldNamesAreNoticed()
    {
        const auto loaded = loadConfig(sources({{u"DB_PATH"_s, u"/a.db"_s},
                                                {u"JWT_SECRET"_s, u"verysecret"_s},
                                                {u"DEEPSEEK_API_KEZ"_s, u"verysecret"_s},
                                                {u"SSH_AUTH_SOCK"_s, u"/tmp/x"_s}}));
        QVERIFY(loaded);
        const QString notices = loaded->config.notices.join(u'\n');
        QVERIFY2(notices.contains("write DATABASE_URL"_L1), qPrintable(notices));
        QVERIFY2(notices.contains("JWT_SECRET (environment, JWT_SECRET) is accepted and has no effect"_L1),
                 qPrintable(notices));
        QVERIFY2(notices.contains("was DEEPSEEK_API_KEY meant?"_L1), qPrintable(notices));
        QVERIFY2(!notices.contains("SSH_AUTH_SOCK"_L1), qPrintable(notices));
        QVERIFY(!notices.contains("verysecret"_L1));
    }

    void envFileOfTheDirectory()
    {
        const auto remove = qScopeGuard([] { QFile::remove(u".env"_s); });
        QFile file(u".env"_s);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("PORT=4711\n");
        file.close();
        QCOMPARE(loadConfig(sources())->config.port, quint16(4711));
    }

    void envFileThatIsMissing()
    {
        SettingSources given = sources();
        given.envFile = m_directory.filePath(u"nowhere.env"_s);
        const auto loaded = loadConfig(given);
        QVERIFY(!loaded);
        QVERIFY(loaded.error().first().message.contains("nowhere.env"_L1));
    }

    void unknownNames_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("says");
        QTest::newRow("near")
            << QByteArray("DEEPSEEK_APIKEY=x")
            << u"settings.env:2): this setting is not known; did you mean DEEPSEEK_API_KEY?"_s;
        QTest::newRow("near an alias") << QByteArray("SQLITEPATH=x") << u"did you mean SQLITE_PATH?"_s;
        QTest::newRow("far") << QByteArray("COLOUR=red") << u"remove the line"_s;
        QTest::newRow("no assignment") << QByteArray("just words") << u"settings.env:2: this line"_s;
        QTest::newRow("bad name") << QByteArray("2PORT=3") << u"settings.env:2: this line"_s;
        QTest::newRow("open quote") << QByteArray("PORT=\"3") << u"settings.env:2: this line"_s;
        QTest::newRow("after the quote") << QByteArray("PORT='3'4") << u"settings.env:2: this line"_s;
    }
    void unknownNames()
    {
        QFETCH(QByteArray, line);
        QFETCH(QString, says);
        SettingSources given = sources();
        given.envFile = envFile("# first\n" + line + "\n");
        const auto loaded = loadConfig(given);
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().size(), 1);
        QVERIFY2(loaded.error().first().message.contains(says), qPrintable(loaded.error().first().message));
    }

    void envFileForms_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("value");
        QTest::newRow("plain") << QByteArray("A=1") << u"1"_s;
        QTest::newRow("blanks") << QByteArray("  A = 1  ") << u"1"_s;
        QTest::newRow("export") << QByteArray("export A=1") << u"1"_s;
        QTest::newRow("double quotes") << QByteArray("A=\"1 # 2\"") << u"1 # 2"_s;
        QTest::newRow("single quotes") << QByteArray("A='1'") << u"1"_s;
        QTest::newRow("comment behind") << QByteArray("A=1 # one") << u"1"_s;
        QTest::newRow("comment behind quotes") << QByteArray("A='1' # one") << u"1"_s;
        QTest::newRow("hash inside") << QByteArray("A=1#2") << u"1#2"_s;
        QTest::newRow("equals inside") << QByteArray("A=b=c=") << u"b=c="_s;
        QTest::newRow("empty") << QByteArray("A=") << u""_s;
        QTest::newRow("empty with comment") << QByteArray("A= # nothing") << u""_s;
        QTest::newRow("CRLF") << QByteArray("A=1\r\n") << u"1"_s;
        QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF") + QByteArray("A=1") << u"1"_s;
    }
    void envFileForms()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, value);
        const EnvFile file = parseEnvFile(text);
        QVERIFY(file.malformed.isEmpty());
        QCOMPARE(file.lines.size(), 1);
        QCOMPARE(file.lines.first().name, u"A"_s);
        QCOMPARE(file.lines.first().value, value);
    }

    // How the FAQ of the replaced system changes a token: by appending a line.
    void lastLineCounts()
    {
        SettingSources given = sources();
        given.envFile = envFile("ADMIN_TOKEN=first\nADMIN_TOKEN=second\n");
        const auto loaded = loadConfig(given);
        QVERIFY(loaded);
        QCOMPARE(loaded->config.adminToken, QByteArray("second"));
        QVERIFY(loaded->config.notices.join(u'\n').contains("ADMIN_TOKEN stands more than once"_L1));
    }

    void reportNamesSourcesAndMasksSecrets()
    {
        SettingSources given = sources({{u"DEEPSEEK_API_KEY"_s, u"sk-hidden"_s}});
        given.envFile = envFile("\nLANES=2\nADMIN_TOKEN=hidden\n");
        given.options.insert(u"PORT"_s, u"1"_s);
        const auto loaded = loadConfig(given);
        QVERIFY(loaded);
        QHash<QString, SettingReport> report;
        for (const SettingReport &one : loaded->report) {
            QVERIFY2(!one.value.contains("hidden"_L1), qPrintable(one.name));
            QVERIFY2(!one.help.isEmpty(), qPrintable(one.name));
            report.insert(one.name, one);
        }
        QCOMPARE(report[u"PORT"_s].source, u"option"_s);
        QCOMPARE(report[u"PORT"_s].value, u"1"_s);
        QVERIFY(report[u"LANES"_s].source.endsWith("settings.env:2"_L1));
        QCOMPARE(report[u"DEEPSEEK_API_KEY"_s].source, u"environment, DEEPSEEK_API_KEY"_s);
        QCOMPARE(report[u"DEEPSEEK_API_KEY"_s].value, u"********"_s);
        QCOMPARE(report[u"HOST"_s].source, u"default"_s);
        QCOMPARE(report[u"HOST"_s].value, u"127.0.0.1"_s);
    }

    void namesAreUnique()
    {
        QStringList names = settingNames();
        QCOMPARE(names.removeDuplicates(), 0);
    }
};

QTEST_GUILESS_MAIN(ConfigTest)
#include "tst_config.moc"

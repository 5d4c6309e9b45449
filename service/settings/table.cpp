// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/settings/table.h"

#include "service/settings/backuptable.h"
#include "service/settings/oldtable.h"
#include "service/settings/readers.h"
#include "service/settings/retentiontable.h"
#include "service/settings/tokentable.h"
#include "service/settings/traffictable.h"
#include "service/settings/upstreamtable.h"

#include <QDir>
#include <QThread>

using namespace Qt::StringLiterals;

namespace quota::service
{

static QString defaultDataDirectory(const QHash<QString, QString> &environment)
{
    const QString data = environment.value(u"XDG_DATA_HOME"_s);
    if (QDir::isAbsolutePath(data)) // a relative one is to be ignored, says the specification
        return QDir::cleanPath(data) + u"/quota-proxy"_s;
    const QString home = environment.value(u"HOME"_s, QDir::homePath());
    return QDir::cleanPath(home + u"/.local/share/quota-proxy"_s);
}

static QString defaultLanes(const QHash<QString, QString> &)
{
    return QString::number(qMax(1, QThread::idealThreadCount()));
}

static QString defaultTimeZone(const QHash<QString, QString> &)
{
    const QByteArray system = QTimeZone::systemTimeZoneId();
    return readTimeZone(QString::fromUtf8(system)) ? QString::fromUtf8(system) : u"UTC"_s;
}

static QString logFormatOfJsonLogs(const QString &value)
{
    const auto json = readBoolean(value);
    return json ? (*json ? u"json"_s : u"text"_s) : value;
}

static QList<Setting> serviceSettings()
{
    return {
        {"HOST"_L1,
         {},
         u"127.0.0.1"_s,
         QT_TRANSLATE_NOOP("service", "Address to listen on."),
         into(&Config::host, readHost)},
        {"PORT"_L1,
         {},
         u"8787"_s,
         QT_TRANSLATE_NOOP("service", "Port to listen on; 0 takes any free one."),
         integer(&Config::port, 0, 65535)},
        {"DATA_DIR"_L1,
         {},
         {},
         QT_TRANSLATE_NOOP("service", "Directory of the database, the admin token and the log."),
         path(&Config::dataDirectory),
         false,
         SettingKind::Used,
         defaultDataDirectory},
        {"DATABASE_URL"_L1,
         {{"SQLITE_PATH"_L1}, {"SQLITE_DB_PATH"_L1}, {"DB_PATH"_L1}, {"DATABASE_PATH"_L1}, {"STORE_PATH"_L1}},
         u"sqlite:quota.db"_s,
         QT_TRANSLATE_NOOP("service", "Database: memory:, or a file, relative to the data directory."),
         readDatabaseUrl},
        {"LANES"_L1,
         {},
         {},
         QT_TRANSLATE_NOOP("service", "Worker threads for requests."),
         integer(&Config::lanes, 1, 256),
         false,
         SettingKind::Used,
         defaultLanes},
        {"ADMIN_TOKEN"_L1,
         {},
         {},
         QT_TRANSLATE_NOOP("service",
                           "Token of the admin API; without one, the data directory's file is used."),
         secret(&Config::adminToken),
         true},
        {"SERVICE_NAME"_L1,
         {},
         u"quota-proxy"_s,
         QT_TRANSLATE_NOOP("service", "Name of the service in log lines."),
         readServiceName},
        {"ENABLE_METRICS"_L1,
         {},
         u"true"_s,
         QT_TRANSLATE_NOOP("service", "Whether GET /metrics answers."),
         into(&Config::metricsEnabled, readBoolean)},
    };
}

static QList<Setting> frontSettings()
{
    return {
        {"TLS_CERT_FILE"_L1,
         {},
         {},
         QT_TRANSLATE_NOOP(
             "service",
             "PEM file of the certificate and its chain: clients speak TLS. SIGHUP reads it anew."),
         path(&Config::tlsCertificateFile)},
        {"TLS_KEY_FILE"_L1,
         {},
         {},
         QT_TRANSLATE_NOOP("service", "PEM file of the certificate's private key, not encrypted."),
         path(&Config::tlsKeyFile)},
        {"ADMIN_LISTEN"_L1,
         {},
         {},
         QT_TRANSLATE_NOOP("service", "Address and port, or port, for the admin API and the metrics alone; "
                                      "HOST and PORT then serve key holders only."),
         into(&Config::adminListen, readListenAddress)},
    };
}

static QList<Setting> limitSettings()
{
    return {
        {"DAILY_REQ_LIMIT"_L1,
         {{"DEFAULT_DAILY_LIMIT"_L1}},
         u"200"_s,
         QT_TRANSLATE_NOOP("service",
                           "Requests a day of keys without limits of their own; 0 blocks, -1 is no limit."),
         defaultLimit(LimitWindow::Day)},
        {"DEFAULT_MONTHLY_LIMIT"_L1,
         {},
         u"-1"_s,
         QT_TRANSLATE_NOOP("service",
                           "Requests a month of keys without limits of their own; 0 blocks, -1 is no limit."),
         defaultLimit(LimitWindow::Month)},
        {"API_KEY_PREFIX"_L1,
         {{"TRIAL_KEY_PREFIX"_L1}},
         u"sk-"_s,
         QT_TRANSLATE_NOOP("service", "What the secrets of new keys begin with."),
         readKeyPrefix},
        {"QUOTA_TIMEZONE"_L1,
         {},
         {},
         QT_TRANSLATE_NOOP("service", "IANA time zone by which days, weeks and months begin."),
         into(&Config::timeZone, readTimeZone),
         false,
         SettingKind::Used,
         defaultTimeZone},
        {"COUNT_POLICY"_L1,
         {},
         u"attempts"_s,
         QT_TRANSLATE_NOOP("service",
                           "Whether every attempt counts, or only what the provider answered well."),
         oneOf<CountPolicy>(&Config::countPolicy, {{u"attempts"_s, CountPolicy::Attempts},
                                                   {u"successes"_s, CountPolicy::Successes}})},
    };
}

static QList<Setting> logSettings()
{
    return {
        {"LOG_LEVEL"_L1,
         {},
         u"info"_s,
         QT_TRANSLATE_NOOP("service",
                           "The least weighty log lines that are written: debug, info, warn, error."),
         oneOf<LogLevel>(&Config::logLevel, {{u"debug"_s, LogLevel::Debug},
                                             {u"info"_s, LogLevel::Info},
                                             {u"warn"_s, LogLevel::Warning},
                                             {u"warning"_s, LogLevel::Warning},
                                             {u"error"_s, LogLevel::Error}})},
        {"LOG_FORMAT"_L1,
         {{"JSON_LOGS"_L1, logFormatOfJsonLogs}},
         u"text"_s,
         QT_TRANSLATE_NOOP("service", "Form of log lines: text or json."),
         oneOf<LogFormat>(&Config::logFormat, {{u"text"_s, LogFormat::Text}, {u"json"_s, LogFormat::Json}})},
        {"LOG_FILE"_L1,
         {},
         u"logs/app.log"_s,
         QT_TRANSLATE_NOOP("service", "Log file, relative to the data directory; none: standard error only."),
         path(&Config::logFile)},
        {"LOG_FILE_SIZE"_L1,
         {},
         u"10mb"_s,
         QT_TRANSLATE_NOOP("service", "Size at which a new log file is begun."),
         size(&Config::logFileBytes, 4096, 1LL << 40)},
        {"LOG_FILES_KEPT"_L1,
         {},
         u"5"_s,
         QT_TRANSLATE_NOOP("service", "Older log files that are kept."),
         integer(&Config::logFilesKept, 0, 1000)},
    };
}

const QList<Setting> &settingTable()
{
    static const QList<Setting> table = serviceSettings() + frontSettings() + limitSettings() +
                                        tokenSettings() + trafficSettings() + requestSettings() +
                                        upstreamSettings() + proxySettings() + retentionSettings() +
                                        backupSettings() + logSettings() + oldSettings();
    return table;
}

const Setting *findSetting(const QString &name)
{
    for (const Setting &setting : settingTable()) {
        if (setting.name == name)
            return &setting;
        for (const SettingAlias &alias : setting.aliases) {
            if (alias.name == name)
                return &setting;
        }
    }
    return nullptr;
}

QStringList settingNames()
{
    QStringList names;
    for (const Setting &setting : settingTable()) {
        names.append(QString(setting.name));
        for (const SettingAlias &alias : setting.aliases)
            names.append(QString(alias.name));
    }
    return names;
}

}

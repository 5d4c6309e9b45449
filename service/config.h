// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/retention.h"
#include "service/backup/schedule.h"
#include "service/messages.h"
#include "service/settings/listenaddress.h"
#include "shared/limit.h"
#include "shared/result.h"

#include <QByteArray>
#include <QHash>
#include <QSslCertificate>
#include <QStringList>
#include <QTimeZone>
#include <QUrl>

#include <optional>

// The settings of the service: one table row a setting (name, aliases, default, check, help), read from option >
// environment > env file > default. serve, config check and config show use it; all faults come in one list,
// each naming the setting, the value and the cure.
namespace quota::service
{

enum class LogFormat
{
    Text,
    Json
};
enum class LogLevel
{
    Debug,
    Info,
    Warning,
    Error
};
enum class CountPolicy
{
    Attempts,
    Successes
};

struct GivenSetting // not left to its default
{
    QString name; // canonical
    QString value;
    bool secret = false;
    bool operator==(const GivenSetting &) const = default;
};
// What becomes of an answer whose holder has left.
enum class LeftAnswers
{
    Cancel, // what was streamed is charged
    Drain   // it is read on for its true figure
};
enum class PromptReservation
{
    Estimate,
    Bytes // no text has more tokens than bytes
};
// What a request without a ceiling of its own is forwarded with.
enum class MissingCeiling
{
    Leave,
    MaxTokens,
    MaxCompletionTokens
};
// The ceiling of the models with this name; a «*» at its end stands for anything.
struct ModelCeiling
{
    QByteArray model;
    qint64 tokens = 0;
    bool operator==(const ModelCeiling &) const = default;
};

struct Config
{
    QString host;                             // HOST, 127.0.0.1
    quint16 port = 8787;                      // PORT; 0: any free one (tests)
    std::optional<ListenAddress> adminListen; // ADMIN_LISTEN; none: the admin API is on HOST and PORT, too
    QString tlsCertificateFile;               // TLS_CERT_FILE; absolute; empty: plain HTTP
    QString tlsKeyFile;                       // TLS_KEY_FILE; absolute
    QString dataDirectory;                    // DATA_DIR
    bool memoryMode = false;                  // DATABASE_URL memory:
    QString databasePath;                     // DATABASE_URL; absolute; DATA_DIR/quota.db
    int lanes = 1;                            // LANES, default: cores
    QByteArray adminToken;                    // ADMIN_TOKEN; empty: from the data directory's file
    QByteArray upstreamSecret; // DEEPSEEK_API_KEY; empty and no base URL: no provider from the settings
    QUrl upstreamBaseUrl;      // DEEPSEEK_BASE_URL; empty: https://api.deepseek.com/v1 if a secret is given
    QString upstreamCaFile;    // UPSTREAM_CA_FILE; absolute; empty: no private authority
    QList<QSslCertificate> upstreamAuthorities; // what is in it
    bool upstreamPrivateCa = false;             // UPSTREAM_PRIVATE_CA, of the provider from the settings
    QUrl httpProxy;                             // HTTP_PROXY; empty: none
    QUrl httpsProxy;                            // HTTPS_PROXY
    QUrl allProxy;                              // ALL_PROXY, where the two say nothing
    QStringList noProxy;                        // NO_PROXY, split
    std::chrono::milliseconds upstreamTotalTimeout{3'600'000}; // UPSTREAM_TOTAL_TIMEOUT, seconds
    int upstreamKeptConnections = 64;                    // UPSTREAM_KEPT_CONNECTIONS, per lane and provider
    std::chrono::milliseconds upstreamKeepAlive{60'000}; // UPSTREAM_KEEP_ALIVE, seconds
    std::chrono::milliseconds upstreamConnectionAge{300'000}; // UPSTREAM_CONNECTION_AGE, seconds
    QList<Limit> defaultLimits;                      // DAILY_REQ_LIMIT 200, DEFAULT_MONTHLY_LIMIT (none)
    QString keyPrefix;                               // API_KEY_PREFIX, sk-
    QTimeZone timeZone;                              // QUOTA_TIMEZONE, the system's
    CountPolicy countPolicy = CountPolicy::Attempts; // COUNT_POLICY
    qint64 maximumRequestBytes = 32 * 1024 * 1024;   // MAX_REQUEST_SIZE, «32mb»
    qint64 defaultOutputTokens = 4096; // DEFAULT_MAX_TOKENS, reserved where a request names no ceiling
    QList<ModelCeiling> modelCeilings; // MODEL_MAX_TOKENS, instead of that for these models
    MissingCeiling missingCeiling = MissingCeiling::Leave;             // MISSING_MAX_TOKENS
    PromptReservation promptReservation = PromptReservation::Estimate; // PROMPT_RESERVATION
    LeftAnswers leftAnswers = LeftAnswers::Cancel;                     // LEFT_ANSWERS
    std::chrono::milliseconds leftAnswerTime{60'000};                  // LEFT_ANSWER_TIME, seconds
    qint64 leftAnswerBytes = 4 * 1024 * 1024;                          // LEFT_ANSWER_SIZE
    qint64 explainedRequests = 10'000;                    // EXPLAIN_REQUESTS, of all lanes together; 0: none
    qint64 maximumHeldUpload = 32 * 1024 * 1024;          // MAX_HELD_UPLOAD
    std::chrono::milliseconds connectTimeout{10'000};     // UPSTREAM_CONNECT_TIMEOUT, seconds
    std::chrono::milliseconds firstByteTimeout{120'000};  // UPSTREAM_FIRST_BYTE_TIMEOUT, seconds
    std::chrono::milliseconds idleTimeout{120'000};       // UPSTREAM_IDLE_TIMEOUT, seconds
    std::chrono::milliseconds shutdownGrace{30'000};      // SHUTDOWN_GRACE, seconds
    std::chrono::milliseconds headTimeout{10'000};        // REQUEST_HEAD_TIMEOUT, seconds
    std::chrono::milliseconds bodyIdleTimeout{30'000};    // REQUEST_BODY_TIMEOUT, seconds
    std::chrono::milliseconds keepAliveTimeout{75'000};   // KEEP_ALIVE_TIMEOUT, seconds
    int maximumConnections = 10'000;                      // MAX_CONNECTIONS, per lane
    int maximumConnectionsPerAddress = 7'500;             // MAX_CONNECTIONS_PER_ADDRESS, per lane
    qint64 maximumRequestLine = 8 * 1024;                 // MAX_REQUEST_LINE
    qint64 maximumRequestHead = 32 * 1024;                // MAX_REQUEST_HEAD
    int maximumRequestFields = 100;                       // MAX_REQUEST_FIELDS
    std::chrono::milliseconds bodyTotalTimeout{600'000};  // REQUEST_BODY_TOTAL_TIMEOUT, seconds
    qint64 maximumBufferedBodies = 256 * 1024 * 1024;     // MAX_BUFFERED_BODIES, per lane
    std::chrono::milliseconds answerStallTimeout{60'000}; // ANSWER_STALL_TIMEOUT, seconds
    LogLevel logLevel = LogLevel::Info;                   // LOG_LEVEL
    LogFormat logFormat = LogFormat::Text;                // LOG_FORMAT
    QString logFile; // LOG_FILE; DATA_DIR/logs/app.log; absolute; empty (LOG_FILE=none): stderr only
    qint64 logFileBytes = 10 * 1024 * 1024;                 // LOG_FILE_SIZE, rotated beyond
    int logFilesKept = 5;                                   // LOG_FILES_KEPT
    QString serviceName;                                    // SERVICE_NAME, quota-proxy
    bool metricsEnabled = true;                             // ENABLE_METRICS
    std::optional<std::chrono::days> requestRetention{400}; // REQUEST_RETENTION; none: for ever
    std::optional<std::chrono::days> usageRetention{1'100}; // USAGE_RETENTION
    std::optional<std::chrono::days> auditRetention{1'100}; // AUDIT_RETENTION
    BackupSchedule backupSchedule;                          // BACKUP_SCHEDULE, daily 03:30
    QString backupDirectory;                                // BACKUP_DIR; absolute; DATA_DIR/backups
    Retention backupsKept;                                  // BACKUP_KEEP_DAILY 7, _WEEKLY 4, _MONTHLY 12
    qint64 backupMaximumSize = 16LL << 30;                  // BACKUP_MAX_SIZE, unpacked
    QString envFile;                                        // the one that was read; absolute; empty: none
    QList<GivenSetting> given;                              // in the table's order, for backups
    QStringList notices; // aliases used, settings accepted and ignored; for the log

    QString adminTokenPath() const { return dataDirectory + QStringLiteral("/admin-token"); }
    bool speaksTls() const { return !tlsCertificateFile.isEmpty(); }
    // Where the admin API listens.
    ListenAddress adminAddress() const { return adminListen.value_or(ListenAddress{host, port}); }
    // Whether an admin token crosses a network in clear on its way here.
    bool adminInClear() const { return !speaksTls() && !isLoopbackHost(adminAddress().host); }
};

struct SettingSources
{
    QHash<QString, QString> options;     // canonical name -> value
    QHash<QString, QString> environment; // unknown names are other people's
    QString envFile;                     // path; empty: .env in the working directory, if it is there
    bool checksFiles = true; // whether the files that settings name must be as the service needs them
};

// Where each value came from, for config show; secrets masked.
struct SettingReport
{
    QString name;
    QString value;
    QString source; // option, environment (as NAME), env file (path:line), default
    QString help;
};

struct LoadedConfig
{
    Config config;
    QList<SettingReport> report;
};

// All faults at once when there are any, in the language asked for.
tl::expected<LoadedConfig, QList<Error>> loadConfig(const SettingSources &sources,
                                                    Language language = Language::English);

}

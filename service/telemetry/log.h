// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/config.h"
#include "service/telemetry/logfile.h"

#include <QJsonValue>
#include <QLoggingCategory>

#include <initializer_list>
#include <memory>

// The service's log: every message of this process, Qt's own included, as one text or JSON line on stderr and in
// a rotated file. serve makes one Log and keeps it while it runs; while none is there, messages take Qt's way.
// Lines are written with logLine(), or qCInfo(lcProxy) and its sisters where there are no fields. Whatever looks
// like a credential is masked. Callable from any thread.
namespace quota::service
{

Q_DECLARE_LOGGING_CATEGORY(lcService) // «quota.service»: life cycle; not named in text lines
Q_DECLARE_LOGGING_CATEGORY(lcHttp)    // «quota.http»
Q_DECLARE_LOGGING_CATEGORY(lcProxy)   // «quota.proxy»
Q_DECLARE_LOGGING_CATEGORY(lcAdmin)   // «quota.admin»
Q_DECLARE_LOGGING_CATEGORY(lcStore)   // «quota.store»

struct LogField
{
    QString name; // «request» for the request's id, in every line that has one
    QJsonValue value;
};
using LogFields = std::initializer_list<LogField>;

// Fields follow the message as key=value, in JSON as members of the line's object.
void logLine(const QLoggingCategory &category, LogLevel level, const QString &message, LogFields fields = {});

// Credentials replaced by «…»: what follows Bearer or Basic, and the values of the headers that carry secrets.
QString redacted(const QString &text);

struct LogRecord
{
    Timestamp time;
    LogLevel level = LogLevel::Info;
    QByteArray category;
    QString message;
    QList<LogField> fields;
};
// One line with its end; nothing in it can start another line.
QByteArray toTextLine(const LogRecord &record, const QString &serviceName);
QByteArray toJsonLine(const LogRecord &record, const QString &serviceName);

struct LogOptions
{
    LogLevel level = LogLevel::Info;
    LogFormat format = LogFormat::Text;
    QString serviceName = QStringLiteral("quota-proxy");
    QString file; // empty: stderr only
    qint64 fileBytes = qint64(10) * 1024 * 1024;
    int filesKept = 5;
    bool toStandardError = true;
};
LogOptions logOptions(const Config &config);

// At most one at a time. Takes Qt's message handler and category filter; gives them back when it goes.
class Log
{
public:
    explicit Log(const LogOptions &options);
    ~Log();
    Q_DISABLE_COPY_MOVE(Log)

private:
    friend void logLine(const QLoggingCategory &, LogLevel, const QString &, LogFields);
    static void handle(QtMsgType type, const QMessageLogContext &context, const QString &text);
    static void filter(QLoggingCategory *category);
    static bool writeToCurrent(const LogRecord &record);
    void write(const LogRecord &record);

    const LogOptions m_options;
    std::unique_ptr<LogFile> m_file;
    QtMessageHandler m_previousHandler = nullptr;
    QLoggingCategory::CategoryFilter m_previousFilter = nullptr;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/telemetry/logfile.h"
#include "service/telemetry/logformat.h"

#include <QLoggingCategory>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

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

// Fields follow the message as key=value, in JSON as members of the line's object.
void logLine(const QLoggingCategory &category, LogLevel level, const QString &message, LogFields fields = {});

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
    ~Log(); // writes what is left
    Q_DISABLE_COPY_MOVE(Log)

    // Goes on in a file of the same name, which is made when it is not there: for who has moved the old one away.
    void reopen();

    static constexpr std::chrono::milliseconds groupTime{100};

private:
    friend void logLine(const QLoggingCategory &, LogLevel, const QString &, LogFields);
    static void handle(QtMsgType type, const QMessageLogContext &context, const QString &text);
    static void filter(QLoggingCategory *category);
    static bool writeToCurrent(const LogRecord &record);
    void take(const LogRecord &record);
    QByteArray lineOf(const LogRecord &record) const;
    void writeGroups();
    void flush();
    void put(const QByteArray &lines);

    const LogOptions m_options;
    std::unique_ptr<LogFile> m_file;
    std::mutex m_outMutex; // one group is written at a time
    std::mutex m_mutex;    // guards the four below
    std::condition_variable m_wake;
    QByteArray m_lines; // not yet written
    bool m_urgent = false;
    bool m_stopping = false;
    std::thread m_thread;
    QtMessageHandler m_previousHandler = nullptr;
    QLoggingCategory::CategoryFilter m_previousFilter = nullptr;
};

}

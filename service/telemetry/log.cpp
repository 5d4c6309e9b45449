// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/telemetry/log.h"

#include <atomic>
#include <cstdio>
#include <mutex>
#include <shared_mutex>

using namespace Qt::StringLiterals;

namespace quota::service
{

Q_LOGGING_CATEGORY(lcService, "quota.service")
Q_LOGGING_CATEGORY(lcHttp, "quota.http")
Q_LOGGING_CATEGORY(lcProxy, "quota.proxy")
Q_LOGGING_CATEGORY(lcAdmin, "quota.admin")
Q_LOGGING_CATEGORY(lcStore, "quota.store")

// What Qt's handler slot points to: a plain function, so the Log it serves has to be found here.
static std::shared_mutex currentMutex; // guards current
static Log *current = nullptr;
// A message that arises while a line is written (a file's own complaint) must not write another.
static thread_local bool isWriting = false;
// For the category filter, which Qt calls under a lock of its own.
static std::atomic<QLoggingCategory::CategoryFilter> filterBelow = nullptr; // applies QT_LOGGING_RULES
static std::atomic<LogLevel> lowestLevel = LogLevel::Info;

static QtMsgType messageType(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return QtDebugMsg;
    case LogLevel::Info:
        return QtInfoMsg;
    case LogLevel::Warning:
        return QtWarningMsg;
    case LogLevel::Error:
        break;
    }
    return QtCriticalMsg;
}

static LogLevel levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return LogLevel::Debug;
    case QtInfoMsg:
        return LogLevel::Info;
    case QtWarningMsg:
        return LogLevel::Warning;
    case QtCriticalMsg:
    case QtFatalMsg:
        break;
    }
    return LogLevel::Error;
}

LogOptions logOptions(const Config &config)
{
    LogOptions options;
    options.level = config.logLevel;
    options.format = config.logFormat;
    options.serviceName = config.serviceName.isEmpty() ? u"quota-proxy"_s : config.serviceName;
    options.file = config.logFile == "none"_L1 ? QString() : config.logFile;
    options.fileBytes = config.logFileBytes;
    options.filesKept = config.logFilesKept;
    return options;
}

Log::Log(const LogOptions &options)
    : m_options(options)
{
    if (!m_options.file.isEmpty())
        m_file = std::make_unique<LogFile>(m_options.file, m_options.fileBytes, m_options.filesKept);
    {
        const std::lock_guard lock(currentMutex);
        Q_ASSERT(!current);
        current = this;
    }
    m_thread = std::thread([this] { writeGroups(); });
    m_previousHandler = qInstallMessageHandler(&Log::handle);
    m_previousFilter = QLoggingCategory::installFilter(nullptr);
    filterBelow = m_previousFilter;
    lowestLevel = m_options.level;
    // Runs over every category there is, so what the filter reads is in place before.
    QLoggingCategory::installFilter(&Log::filter);
}

Log::~Log()
{
    QLoggingCategory::installFilter(m_previousFilter);
    qInstallMessageHandler(m_previousHandler);
    {
        const std::lock_guard lock(currentMutex);
        current = nullptr;
    }
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

// QtHttpServer's debug lines print whole requests, credentials included: no rule may turn them on.
static bool printsRequests(QByteArrayView category)
{
    return category.startsWith("qt.httpserver");
}

void Log::filter(QLoggingCategory *category)
{
    if (const auto rules = filterBelow.load())
        rules(category);
    for (const LogLevel level : {LogLevel::Debug, LogLevel::Info, LogLevel::Warning}) {
        if (level < lowestLevel.load())
            category->setEnabled(messageType(level), false);
    }
    if (printsRequests(category->categoryName()))
        category->setEnabled(QtDebugMsg, false);
}

bool Log::writeToCurrent(const LogRecord &record)
{
    if (isWriting)
        return false;
    const std::shared_lock lock(currentMutex);
    if (!current)
        return false;
    isWriting = true;
    current->take(record);
    isWriting = false;
    return true;
}

QByteArray Log::lineOf(const LogRecord &record) const
{
    return m_options.format == LogFormat::Json ? toJsonLine(record, m_options.serviceName)
                                               : toTextLine(record, m_options.serviceName);
}

void Log::take(const LogRecord &record)
{
    if (record.level < m_options.level)
        return;
    const QByteArray line = lineOf(record);
    const bool urgent = record.level >= LogLevel::Warning;
    bool wake = false;
    {
        const std::lock_guard lock(m_mutex);
        wake = m_lines.isEmpty() || (urgent && !m_urgent);
        m_lines += line;
        m_urgent = m_urgent || urgent;
    }
    if (wake)
        m_wake.notify_one();
}

void Log::writeGroups()
{
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        m_wake.wait(lock, [this] { return m_stopping || !m_lines.isEmpty(); });
        m_wake.wait_for(lock, groupTime, [this] { return m_stopping || m_urgent; });
        lock.unlock();
        flush();
        lock.lock();
    }
    lock.unlock();
    flush();
}

void Log::flush()
{
    const std::lock_guard out(m_outMutex);
    QByteArray lines;
    {
        const std::lock_guard lock(m_mutex);
        lines.swap(m_lines);
        m_urgent = false;
    }
    if (!lines.isEmpty())
        put(lines);
}

void Log::reopen()
{
    flush();
    const std::lock_guard out(m_outMutex);
    if (m_file)
        m_file->close();
}

void Log::put(const QByteArray &lines)
{
    if (m_options.toStandardError)
        std::fwrite(lines.constData(), 1, size_t(lines.size()), stderr);
    if (!m_file)
        return;
    const QString fault = m_file->write(lines);
    if (fault.isEmpty())
        return;
    const QByteArray text =
        lineOf({SystemClock().now(), LogLevel::Warning, lcService().categoryName(), fault, {}});
    std::fwrite(text.constData(), 1, size_t(text.size()), stderr);
}

void Log::handle(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    const QByteArrayView category(context.category ? context.category : "default");
    if (type == QtDebugMsg && printsRequests(category))
        return;
    const LogRecord record{SystemClock().now(), levelOf(type), category, text, {}};
    if (writeToCurrent(record)) {
        // The program ends before the thread that writes gets a turn.
        if (const std::shared_lock lock(currentMutex); type == QtFatalMsg && current)
            current->flush();
    } else {
        const QByteArray line = toTextLine(record, u"quota-proxy"_s);
        std::fwrite(line.constData(), 1, size_t(line.size()), stderr);
    }
}

void logLine(const QLoggingCategory &category, LogLevel level, const QString &message, LogFields fields)
{
    if (!category.isEnabled(messageType(level)))
        return;
    const LogRecord record{SystemClock().now(), level, category.categoryName(), message, fields};
    if (Log::writeToCurrent(record))
        return;
    QString text = message + toPlainText(record.fields);
    const QMessageLogger logger(nullptr, 0, nullptr, category.categoryName());
    text = redacted(text);
    switch (messageType(level)) {
    case QtDebugMsg:
        logger.debug().noquote() << text;
        break;
    case QtInfoMsg:
        logger.info().noquote() << text;
        break;
    case QtWarningMsg:
        logger.warning().noquote() << text;
        break;
    default:
        logger.critical().noquote() << text;
    }
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/telemetry/log.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <atomic>
#include <cstdio>
#include <mutex>

using namespace Qt::StringLiterals;

namespace quota::service
{

Q_LOGGING_CATEGORY(lcService, "quota.service")
Q_LOGGING_CATEGORY(lcHttp, "quota.http")
Q_LOGGING_CATEGORY(lcProxy, "quota.proxy")
Q_LOGGING_CATEGORY(lcAdmin, "quota.admin")
Q_LOGGING_CATEGORY(lcStore, "quota.store")

// What Qt's handler slot points to: a plain function, so the Log it serves has to be found here.
static std::mutex currentMutex; // guards current, and makes lines whole
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

static QLatin1StringView word(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return "DEBUG"_L1;
    case LogLevel::Info:
        return "INFO"_L1;
    case LogLevel::Warning:
        return "WARN"_L1;
    case LogLevel::Error:
        break;
    }
    return "ERROR"_L1;
}

QString redacted(const QString &text)
{
    static const QRegularExpression scheme(uR"(\b(Bearer|Basic)(\s+|%20)[^\s"',;)\]}]+)"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression header(
        uR"(\b((?:proxy-)?authorization|x-api-key|x-trial-key|x-admin-token|api-key)(["']?\s*[:=,]\s*["']?)(?!Bearer\b|Basic\b)[^\s"',;)\]}]+)"_s,
        QRegularExpression::CaseInsensitiveOption);
    QString result = text;
    result.replace(scheme, u"\\1\\2…"_s);
    result.replace(header, u"\\1\\2…"_s);
    return result;
}

static QString valueText(const QJsonValue &value)
{
    if (value.isString())
        return value.toString();
    return value.toVariant().toString();
}

// Control characters as escapes, so that no text of a stranger can forge a line or steer a terminal.
static QString escaped(const QString &text)
{
    QString result;
    result.reserve(text.size());
    for (const QChar c : text) {
        if (c == u'\n')
            result += "\\n"_L1;
        else if (c == u'\r')
            result += "\\r"_L1;
        else if (c == u'\t')
            result += "\\t"_L1;
        else if (c < u' ' || (c >= QChar(0x7f) && c < QChar(0xa0)) || c == QChar(0x2028) ||
                 c == QChar(0x2029))
            result += u"\\u%1"_s.arg(uint(c.unicode()), 4, 16, QChar(u'0'));
        else
            result += c;
    }
    return result;
}

QByteArray toTextLine(const LogRecord &record, const QString &serviceName)
{
    QString line = "%1 %2 [%3] "_L1.arg(toIso(record.time), word(record.level), serviceName);
    line += escaped(redacted(record.message));
    const auto append = [&](const QString &name, const QString &value) {
        QString text = escaped(redacted(value));
        if (text.isEmpty() || text.contains(u' ') || text.contains(u'"') || text.contains(u'='))
            text = u'"' + text.replace(u'\\', "\\\\"_L1).replace(u'"', "\\\""_L1) + u'"';
        line += u' ' + name + u'=' + text;
    };
    if (record.category != lcService().categoryName() && record.category != "default")
        append(u"category"_s, QString::fromLatin1(record.category));
    for (const LogField &field : record.fields)
        append(field.name, valueText(field.value));
    return line.toUtf8() + '\n';
}

QByteArray toJsonLine(const LogRecord &record, const QString &serviceName)
{
    QByteArray line;
    const auto append = [&](const QString &name, const QJsonValue &value) {
        const QJsonValue safe = value.isString() ? QJsonValue(redacted(value.toString())) : value;
        const QByteArray pair = QJsonDocument(QJsonArray{name, safe}).toJson(QJsonDocument::Compact);
        const QByteArray quotedName =
            QJsonDocument(QJsonArray{name}).toJson(QJsonDocument::Compact).chopped(1).sliced(1);
        line += line.isEmpty() ? '{' : ',';
        line +=
            quotedName + ':' + QByteArrayView(pair).chopped(1).sliced(quotedName.size() + 2).toByteArray();
    };
    append(u"timestamp"_s, toIso(record.time));
    append(u"level"_s, QString(word(record.level)));
    append(u"service"_s, serviceName);
    append(u"message"_s, record.message);
    append(u"category"_s, QString::fromLatin1(record.category));
    static const QStringList taken{u"timestamp"_s, u"level"_s, u"service"_s, u"message"_s, u"category"_s};
    for (const LogField &field : record.fields)
        append(taken.contains(field.name) ? field.name + u'_' : field.name, field.value);
    return line + "}\n";
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
    const std::lock_guard lock(currentMutex);
    current = nullptr;
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
    const std::lock_guard lock(currentMutex);
    if (!current)
        return false;
    isWriting = true;
    current->write(record);
    isWriting = false;
    return true;
}

void Log::write(const LogRecord &record)
{
    if (record.level < m_options.level)
        return;
    const QByteArray line = m_options.format == LogFormat::Json ? toJsonLine(record, m_options.serviceName)
                                                                : toTextLine(record, m_options.serviceName);
    if (m_options.toStandardError)
        std::fwrite(line.constData(), 1, size_t(line.size()), stderr);
    if (!m_file)
        return;
    const QString fault = m_file->write(line);
    if (fault.isEmpty())
        return;
    LogRecord complaint = record;
    complaint.level = LogLevel::Warning;
    complaint.category = lcService().categoryName();
    complaint.message = fault;
    complaint.fields.clear();
    const QByteArray text = m_options.format == LogFormat::Json
                                ? toJsonLine(complaint, m_options.serviceName)
                                : toTextLine(complaint, m_options.serviceName);
    std::fwrite(text.constData(), 1, size_t(text.size()), stderr);
}

void Log::handle(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    const QByteArrayView category(context.category ? context.category : "default");
    if (type == QtDebugMsg && printsRequests(category))
        return;
    LogRecord record{SystemClock().now(), levelOf(type), category.toByteArray(), text, {}};
    if (!writeToCurrent(record)) {
        const QByteArray line = toTextLine(record, u"quota-proxy"_s);
        std::fwrite(line.constData(), 1, size_t(line.size()), stderr);
    }
}

void logLine(const QLoggingCategory &category, LogLevel level, const QString &message, LogFields fields)
{
    if (!category.isEnabled(messageType(level)))
        return;
    const LogRecord record{SystemClock().now(), level, category.categoryName(), message,
                           QList<LogField>(fields)};
    if (Log::writeToCurrent(record))
        return;
    QString text = message;
    for (const LogField &field : fields)
        text += u' ' + field.name + u'=' + valueText(field.value);
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

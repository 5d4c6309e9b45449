// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/telemetry/logformat.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace quota::service
{

static QByteArrayView word(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return "DEBUG";
    case LogLevel::Info:
        return "INFO";
    case LogLevel::Warning:
        return "WARN";
    case LogLevel::Error:
        break;
    }
    return "ERROR";
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

// Letters, digits and «-._/»: neither a credential with its scheme or header, which need a separator, nor anything
// to quote or to escape. Ids, paths and model names are such.
static bool isSimple(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' ||
               c == '.' || c == '_' || c == '/';
    });
}

// RFC 3339 in UTC with milliseconds, «2026-11-23T03:09:19.123Z».
static void appendTime(QByteArray &line, Timestamp time)
{
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(floor<milliseconds>(time - day));
    std::array<char, 40> text;
    const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                                   int(date.year()), unsigned(date.month()), unsigned(date.day()),
                                   int(clock.hours().count()), int(clock.minutes().count()),
                                   int(clock.seconds().count()), int(clock.subseconds().count()));
    line.append(text.data(), size);
}

class LineWriter
{
public:
    explicit LineWriter(bool json)
        : m_json(json)
    {
        m_line.reserve(512);
    }

    QByteArray &line() { return m_line; }

    void value(const LogValue &value)
    {
        std::visit([this](const auto &known) { write(known); }, value.m_value);
    }
    void write(qint64 number) { m_line += QByteArray::number(number); }
    void write(bool value) { m_line += value ? "true" : "false"; }
    void write(const QByteArray &utf8)
    {
        if (isSimple(utf8))
            return simple(utf8);
        write(QString::fromUtf8(utf8));
    }
    void write(const QString &text)
    {
        if (const QByteArray utf8 = text.toUtf8(); isSimple(utf8))
            return simple(utf8);
        const QString safe = redacted(text);
        if (m_json) {
            const QByteArray array = QJsonDocument(QJsonArray{safe}).toJson(QJsonDocument::Compact);
            m_line += QByteArrayView(array).sliced(1).chopped(1);
            return;
        }
        QString shown = escaped(safe);
        if (shown.isEmpty() || shown.contains(u' ') || shown.contains(u'"') || shown.contains(u'='))
            shown = u'"' + shown.replace(u'\\', "\\\\"_L1).replace(u'"', "\\\""_L1) + u'"';
        m_line += shown.toUtf8();
    }

private:
    void simple(QByteArrayView text)
    {
        if (m_json)
            m_line += '"';
        m_line += text;
        if (m_json)
            m_line += '"';
    }

    QByteArray m_line;
    const bool m_json;
};

QByteArray toTextLine(const LogRecord &record, const QString &serviceName)
{
    LineWriter writer(false);
    QByteArray &line = writer.line();
    appendTime(line, record.time);
    line += ' ';
    line += word(record.level);
    line += " [";
    line += serviceName.toUtf8();
    line += "] ";
    line += escaped(redacted(record.message)).toUtf8();
    if (record.category != "quota.service" && record.category != "default") {
        line += " category=";
        writer.write(record.category);
    }
    for (const LogField &field : record.fields) {
        line += ' ';
        line += field.name.toUtf8();
        line += '=';
        writer.value(field.value);
    }
    line += '\n';
    return line;
}

QByteArray toJsonLine(const LogRecord &record, const QString &serviceName)
{
    LineWriter writer(true);
    QByteArray &line = writer.line();
    line += "{\"timestamp\":\"";
    appendTime(line, record.time);
    line += "\",\"level\":\"";
    line += word(record.level);
    line += "\",\"service\":";
    writer.write(serviceName);
    line += ",\"message\":";
    writer.write(record.message);
    line += ",\"category\":";
    writer.write(record.category);
    static const QStringList taken{u"timestamp"_s, u"level"_s, u"service"_s, u"message"_s, u"category"_s};
    for (const LogField &field : record.fields) {
        line += ',';
        writer.write(taken.contains(field.name) ? field.name + u'_' : field.name);
        line += ':';
        writer.value(field.value);
    }
    line += "}\n";
    return line;
}

QString toPlainText(const QList<LogField> &fields)
{
    LineWriter writer(false);
    for (const LogField &field : fields) {
        writer.line() += ' ' + field.name.toUtf8() + '=';
        writer.value(field.value);
    }
    return QString::fromUtf8(writer.line());
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/telemetry/logformat.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

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

static char16_t unitOf(char byte)
{
    return static_cast<unsigned char>(byte);
}

static char16_t unitOf(QChar character)
{
    return character.unicode();
}

// Letters, digits and «-._/»: neither a credential with its scheme or header, which need a separator, nor anything
// to quote or to escape. Ids, paths and model names are such.
template <class Text>
static bool isSimple(const Text &text)
{
    static constexpr auto simple = [] {
        std::array<bool, 128> set{};
        for (const char c :
             std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/"))
            set[size_t(c)] = true;
        return set;
    }();
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](auto character) {
        const char16_t unit = unitOf(character);
        return unit < simple.size() && simple[unit];
    });
}

// RFC 3339 in UTC with milliseconds, «2026-11-23T03:09:19.123Z».
static void appendTime(std::string &line, Timestamp time)
{
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(floor<milliseconds>(time - day));
    const auto append = [&](qint64 number, int digits, char end) {
        std::array<char, 5> text;
        text[size_t(digits)] = end;
        for (int i = digits - 1; i >= 0; --i, number /= 10)
            text[size_t(i)] = char('0' + number % 10);
        line.append(text.data(), size_t(digits) + 1);
    };
    append(int(date.year()), 4, '-');
    append(unsigned(date.month()), 2, '-');
    append(unsigned(date.day()), 2, 'T');
    append(clock.hours().count(), 2, ':');
    append(clock.minutes().count(), 2, ':');
    append(clock.seconds().count(), 2, '.');
    append(clock.subseconds().count(), 3, 'Z');
}

class LineWriter
{
public:
    explicit LineWriter(bool json)
        : m_json(json)
    {
        m_line.reserve(512);
    }

    std::string &line() { return m_line; }
    QByteArray take() const { return {m_line.data(), qsizetype(m_line.size())}; }

    void value(const LogValue &value)
    {
        std::visit([this](const auto &known) { write(known); }, value.m_value);
    }
    void write(qint64 number)
    {
        std::array<char, 24> digits;
        m_line.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
    }
    void write(bool value) { m_line += value ? "true" : "false"; }
    void write(QByteArrayView utf8)
    {
        if (isSimple(utf8))
            simple(utf8);
        else
            writeCarefully(QString::fromUtf8(utf8));
    }
    void write(const QByteArray &utf8) { write(QByteArrayView(utf8)); }
    void write(const QString &text)
    {
        if (isSimple(text))
            simple(QStringView(text));
        else
            writeCarefully(text);
    }
    // Of a line of text: not quoted.
    void message(const QString &text)
    {
        if (isSimple(text))
            append(text);
        else
            append(escaped(redacted(text)));
    }
    void append(QByteArrayView text) { m_line.append(text.data(), size_t(text.size())); }
    void append(QStringView text)
    {
        // Names of fields, messages and most values are ASCII, which needs no memory in between.
        const size_t before = m_line.size();
        m_line.resize(before + size_t(text.size()));
        char *out = m_line.data() + before;
        for (const QChar character : text) {
            if (character.unicode() >= 0x80) {
                m_line.resize(before);
                const QByteArray utf8 = text.toUtf8();
                return append(QByteArrayView(utf8));
            }
            *out++ = char(character.unicode());
        }
    }

private:
    void writeCarefully(const QString &text)
    {
        const QString safe = redacted(text);
        if (m_json) {
            const QByteArray array = QJsonDocument(QJsonArray{safe}).toJson(QJsonDocument::Compact);
            append(QByteArrayView(array).sliced(1).chopped(1));
            return;
        }
        QString shown = escaped(safe);
        if (shown.isEmpty() || shown.contains(u' ') || shown.contains(u'"') || shown.contains(u'='))
            shown = u'"' + shown.replace(u'\\', "\\\\"_L1).replace(u'"', "\\\""_L1) + u'"';
        append(shown);
    }

    template <class View>
    void simple(View text)
    {
        if (m_json)
            m_line += '"';
        append(text);
        if (m_json)
            m_line += '"';
    }

    std::string m_line;
    const bool m_json;
};

QByteArray toTextLine(const LogRecord &record, const QString &serviceName)
{
    LineWriter writer(false);
    std::string &line = writer.line();
    appendTime(line, record.time);
    line += ' ';
    writer.append(word(record.level));
    line += " [";
    writer.append(serviceName);
    line += "] ";
    writer.message(record.message);
    if (record.category != "quota.service" && record.category != "default") {
        line += " category=";
        writer.write(record.category);
    }
    for (const LogField &field : record.fields) {
        line += ' ';
        writer.append(field.name);
        line += '=';
        writer.value(field.value);
    }
    line += '\n';
    return writer.take();
}

QByteArray toJsonLine(const LogRecord &record, const QString &serviceName)
{
    LineWriter writer(true);
    std::string &line = writer.line();
    line += "{\"timestamp\":\"";
    appendTime(line, record.time);
    line += "\",\"level\":\"";
    writer.append(word(record.level));
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
    return writer.take();
}

QString toPlainText(std::span<const LogField> fields)
{
    LineWriter writer(false);
    for (const LogField &field : fields) {
        writer.line() += ' ';
        writer.append(field.name);
        writer.line() += '=';
        writer.value(field.value);
    }
    return QString::fromStdString(writer.line());
}

}

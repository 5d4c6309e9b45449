// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/config.h"

#include <QByteArray>

#include <concepts>
#include <initializer_list>
#include <span>
#include <variant>

// What a log line says and how it is written, as text or as JSON. Every request writes one, so that values that
// need no care (numbers, ids) are written as they are; whatever looks like a credential is masked, and nothing in
// a line can start another one. Pure.
namespace quota::service
{

class LogValue
{
public:
    LogValue(QString text)
        : m_value(std::move(text))
    {}
    LogValue(QByteArray utf8)
        : m_value(std::move(utf8))
    {}
    template <std::integral T>
    LogValue(T value)
    {
        if constexpr (std::same_as<T, bool>)
            m_value = value;
        else
            m_value = qint64(value);
    }

private:
    friend class LineWriter;
    std::variant<QString, QByteArray, qint64, bool> m_value;
};

struct LogField
{
    QString name; // «request» for the request's id, in every line that has one
    LogValue value;
};
using LogFields = std::initializer_list<LogField>;

struct LogRecord // category and fields are the caller's
{
    Timestamp time;
    LogLevel level = LogLevel::Info;
    QByteArrayView category;
    QString message;
    std::span<const LogField> fields;
};

// Credentials replaced by «…»: what follows Bearer or Basic, and the values of the headers that carry secrets.
QString redacted(const QString &text);

// One line with its end; nothing in it can start another line.
QByteArray toTextLine(const LogRecord &record, const QString &serviceName);
QByteArray toJsonLine(const LogRecord &record, const QString &serviceName);
// As a person reads them: « name=value» each.
QString toPlainText(std::span<const LogField> fields);

}

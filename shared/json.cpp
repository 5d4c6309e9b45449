// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/json.h"

#include <QJsonDocument>
#include <QJsonParseError>

#include <cmath>

using namespace Qt::StringLiterals;

namespace quota
{

Result<QJsonObject> parseJsonObject(const QByteArray &text)
{
    QJsonParseError fault;
    const QJsonDocument document = QJsonDocument::fromJson(text, &fault);
    if (fault.error != QJsonParseError::NoError)
        return invalidField(
            {}, u"The body is not JSON: %1 at byte %2."_s.arg(fault.errorString()).arg(fault.offset));
    if (!document.isObject())
        return invalidField({}, u"The body must be a JSON object, in braces."_s);
    return document.object();
}

static QString typeName(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return u"a boolean"_s;
    case QJsonValue::Double:
        return u"a number"_s;
    case QJsonValue::String:
        return u"a string"_s;
    case QJsonValue::Array:
        return u"a list"_s;
    case QJsonValue::Object:
        return u"an object"_s;
    case QJsonValue::Null:
        return u"null"_s;
    case QJsonValue::Undefined:
        break;
    }
    return u"absent"_s;
}

static std::optional<qint64> wholeNumber(const QJsonValue &value)
{
    if (value.isString()) {
        bool isNumber = false;
        const qint64 number = value.toString().toLongLong(&isNumber);
        return isNumber ? std::optional(number) : std::nullopt;
    }
    if (!value.isDouble())
        return std::nullopt;
    // A double outside this range cannot be converted without undefined behaviour.
    const double real = value.toDouble();
    if (!std::isfinite(real) || std::floor(real) != real || std::fabs(real) >= 9.2e18)
        return std::nullopt;
    return value.toInteger();
}

JsonReader::JsonReader(QJsonObject object, QString path)
    : m_object(std::move(object))
    , m_path(std::move(path))
{}

QString JsonReader::pathOf(QLatin1StringView name) const
{
    return m_path.isEmpty() ? QString(name) : m_path + u'.' + name;
}

QJsonValue JsonReader::take(QLatin1StringView name)
{
    ignore(name);
    return m_object.value(name);
}

bool JsonReader::has(QLatin1StringView name) const
{
    return m_object.contains(name);
}

bool JsonReader::isNull(QLatin1StringView name) const
{
    return m_object.value(name).isNull();
}

void JsonReader::ignore(QLatin1StringView name)
{
    if (!m_known.contains(name))
        m_known.append(QString(name));
}

void JsonReader::fail(QLatin1StringView name, const QString &message)
{
    if (!m_error)
        m_error = Error{ErrorCode::InvalidField, pathOf(name) + u": "_s + message, {}, pathOf(name)};
}

void JsonReader::fail(const Done &done)
{
    if (!m_error && !done)
        m_error = done.error();
}

QString JsonReader::string(QLatin1StringView name)
{
    const QJsonValue value = take(name);
    if (!value.isString())
        fail(name, u"must be a string, but is %1."_s.arg(typeName(value)));
    return value.toString();
}

QString JsonReader::string(QLatin1StringView name, const QString &fallback)
{
    if (!has(name) || isNull(name)) {
        ignore(name);
        return fallback;
    }
    return string(name);
}

bool JsonReader::boolean(QLatin1StringView name, bool fallback)
{
    const QJsonValue value = take(name);
    if (value.isUndefined() || value.isNull())
        return fallback;
    if (!value.isBool())
        fail(name, u"must be true or false, but is %1."_s.arg(typeName(value)));
    return value.toBool(fallback);
}

qint64 JsonReader::integer(QLatin1StringView name, qint64 minimum, qint64 maximum)
{
    const QJsonValue value = take(name);
    const auto whole = wholeNumber(value);
    const qint64 number = whole.value_or(0);
    if (!whole) {
        fail(name, u"must be a whole number, but is %1."_s.arg(
                       value.isDouble() ? QString::number(value.toDouble()) : typeName(value)));
        return 0;
    }
    if (number < minimum || number > maximum) {
        fail(name,
             u"%1 is out of range; give a number from %2 to %3."_s.arg(number).arg(minimum).arg(maximum));
        return 0;
    }
    return number;
}

qint64 JsonReader::integerOr(QLatin1StringView name, qint64 fallback, qint64 minimum, qint64 maximum)
{
    if (!has(name) || isNull(name)) {
        ignore(name);
        return fallback;
    }
    return integer(name, minimum, maximum);
}

std::optional<Timestamp> JsonReader::timestamp(QLatin1StringView name)
{
    const QString text = string(name, QString());
    if (text.isEmpty())
        return std::nullopt;
    const auto time = timestampFromIso(text);
    if (!time)
        fail(name, u"“%1” is not an instant; write it like 2026-12-31T23:59:59Z."_s.arg(text.left(40)));
    return time;
}

QStringList JsonReader::strings(QLatin1StringView name)
{
    const QJsonValue value = take(name);
    QStringList list;
    if (value.isUndefined() || value.isNull())
        return list;
    if (!value.isArray()) {
        fail(name, u"must be a list of strings, but is %1."_s.arg(typeName(value)));
        return list;
    }
    const QJsonArray array = value.toArray();
    for (const QJsonValue &element : array) {
        if (!element.isString())
            fail(name, u"must hold strings only, but holds %1."_s.arg(typeName(element)));
        list.append(element.toString());
    }
    return list;
}

QList<qint64> JsonReader::integers(QLatin1StringView name)
{
    const QJsonValue value = take(name);
    QList<qint64> list;
    if (value.isUndefined() || value.isNull())
        return list;
    if (!value.isArray()) {
        fail(name, u"must be a list of numbers, but is %1."_s.arg(typeName(value)));
        return list;
    }
    const QJsonArray array = value.toArray();
    for (const QJsonValue &element : array) {
        const auto number = wholeNumber(element);
        if (!number)
            fail(name, u"must hold whole numbers only, but holds %1."_s.arg(typeName(element)));
        list.append(number.value_or(0));
    }
    return list;
}

QJsonObject JsonReader::object(QLatin1StringView name)
{
    const QJsonValue value = take(name);
    if (!value.isUndefined() && !value.isNull() && !value.isObject())
        fail(name, u"must be an object, but is %1."_s.arg(typeName(value)));
    return value.toObject();
}

void JsonReader::nested(QLatin1StringView name, const std::function<void(JsonReader &)> &read)
{
    const QJsonValue value = take(name);
    if (!value.isObject()) {
        fail(name, u"must be an object, but is %1."_s.arg(typeName(value)));
        return;
    }
    JsonReader inner(value.toObject(), pathOf(name));
    read(inner);
    if (!m_error)
        m_error = inner.m_error;
}

void JsonReader::objects(QLatin1StringView name, const std::function<void(JsonReader &)> &read)
{
    const QJsonValue value = take(name);
    if (value.isUndefined() || value.isNull())
        return;
    if (!value.isArray()) {
        fail(name, u"must be a list, but is %1."_s.arg(typeName(value)));
        return;
    }
    const QJsonArray array = value.toArray();
    for (qsizetype i = 0; i < array.size() && !m_error; ++i) {
        const QString path = pathOf(name) + u"[%1]"_s.arg(i);
        if (!array.at(i).isObject()) {
            m_error = Error{ErrorCode::InvalidField, path + u": must be an object."_s, {}, path};
            return;
        }
        JsonReader element(array.at(i).toObject(), path);
        read(element);
        if (!m_error)
            m_error = element.m_error;
    }
}

Done JsonReader::finish(bool rejectUnknown)
{
    if (!m_error && rejectUnknown) {
        for (auto it = m_object.begin(); it != m_object.end(); ++it) {
            if (!m_known.contains(it.key())) {
                const QString path = m_path.isEmpty() ? it.key() : m_path + u'.' + it.key();
                m_error = Error{
                    ErrorCode::InvalidField,
                    u"%1: this field is not known here; known are %2."_s.arg(path, m_known.join(u", "_s)),
                    {},
                    path};
                break;
            }
        }
    }
    if (m_error)
        return tl::unexpected<Error>(*m_error);
    return {};
}

QJsonValue toJson(const std::optional<Timestamp> &time)
{
    return time ? QJsonValue(toIso(*time)) : QJsonValue(QJsonValue::Null);
}

}

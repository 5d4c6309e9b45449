// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/clock.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QStringList>
#include <QVariant>

#include <optional>

// How our values stand in a column: instants as milliseconds, lists as JSON. Used by the stores.
namespace quota::service::row
{

inline QVariant from(Timestamp time)
{
    return toMilliseconds(time);
}

inline QVariant from(const std::optional<Timestamp> &time)
{
    return time ? QVariant(toMilliseconds(*time)) : QVariant(QMetaType(QMetaType::LongLong));
}

inline QVariant from(const QStringList &list)
{
    return QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(list)).toJson(QJsonDocument::Compact));
}

// A null string is NULL to QSql; our text columns hold empty text instead.
inline QVariant text(const QString &text)
{
    return text.isNull() ? QVariant(QStringLiteral("")) : QVariant(text);
}

inline Timestamp toTimestamp(const QVariant &value)
{
    return fromMilliseconds(value.toLongLong());
}

inline std::optional<Timestamp> toOptionalTimestamp(const QVariant &value)
{
    return value.isNull() ? std::nullopt : std::optional(toTimestamp(value));
}

inline QStringList toStringList(const QVariant &value)
{
    QStringList list;
    const QJsonArray array = QJsonDocument::fromJson(value.toString().toUtf8()).array();
    for (const QJsonValue &element : array)
        list.append(element.toString());
    return list;
}

}

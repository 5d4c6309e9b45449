// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/rows.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace quota::service
{

QVariant toColumn(const std::optional<Timestamp> &time)
{
    return time ? QVariant(toMilliseconds(*time)) : QVariant();
}

QVariant toColumn(const std::optional<qint64> &number)
{
    return number ? QVariant(*number) : QVariant();
}

QString toColumn(const QStringList &words)
{
    return QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(words)).toJson(QJsonDocument::Compact));
}

std::optional<Timestamp> timestampFromColumn(const QVariant &value)
{
    return value.isNull() ? std::nullopt : std::optional(fromMilliseconds(value.toLongLong()));
}

std::optional<qint64> integerFromColumn(const QVariant &value)
{
    return value.isNull() ? std::nullopt : std::optional(value.toLongLong());
}

QStringList wordsFromColumn(const QVariant &value)
{
    QStringList words;
    for (const QJsonValue &word : QJsonDocument::fromJson(value.toString().toUtf8()).array())
        words.append(word.toString());
    return words;
}

std::optional<Limit> limitFromColumns(const QSqlQuery &row, int column)
{
    const auto unit = limitUnitFromString(row.value(column).toString());
    const auto window = limitWindowFromString(row.value(column + 1).toString());
    const auto mode = limitModeFromString(row.value(column + 3).toString());
    if (!unit || !window || !mode)
        return std::nullopt;
    return Limit{*unit, *window, row.value(column + 2).toLongLong(), *mode};
}

Error unknownLimit(const QString &owner)
{
    return Error{
        ErrorCode::Storage,
        u"The database holds a limit of %1 that this program does not know. Restore the last backup, "
        "or install the version that wrote it."_s.arg(owner),
        {},
        {}};
}

Error changedMeanwhile(const QString &thing, std::optional<qint64> found, qint64 expected)
{
    if (!found)
        return Error{ErrorCode::NotFound, u"%1 does not exist (any more)."_s.arg(thing), {}, {}};
    return Error{
        ErrorCode::VersionConflict,
        u"%1 was changed meanwhile: it has version %2, and the change was made on version %3. Read it "
        "again and repeat the change."_s.arg(thing)
            .arg(*found)
            .arg(expected),
        {},
        u"version"_s};
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/clock.h"
#include "shared/limit.h"
#include "shared/result.h"

#include <QSqlQuery>
#include <QStringList>
#include <QVariant>

#include <optional>

// How values of shared/ stand in columns: instants as integers, absent ones as NULL, word lists as JSON.
namespace quota::service
{

QVariant toColumn(const std::optional<Timestamp> &time);
QVariant toColumn(const std::optional<qint64> &number);
QString toColumn(const QStringList &words);
std::optional<Timestamp> timestampFromColumn(const QVariant &value);
std::optional<qint64> integerFromColumn(const QVariant &value);
QStringList wordsFromColumn(const QVariant &value);
// unit, window, amount, mode from this column on; nothing when a word is not known.
std::optional<Limit> limitFromColumns(const QSqlQuery &row, int column);
Error unknownLimit(const QString &owner);

// What to say when an UPDATE … WHERE version = ? changed nothing; found: the version that is there, if any.
Error changedMeanwhile(const QString &thing, std::optional<qint64> found, qint64 expected);

}

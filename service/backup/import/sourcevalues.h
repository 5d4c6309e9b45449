// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/import/importedkey.h"

#include <QHash>
#include <QVariant>

// Values as other systems keep them, read into ours: rows by column name, instants in any of their notations, flags,
// lists of models, secrets. The mappers use it. Pure.
namespace quota::service
{

using SourceRow = QHash<QString, QVariant>; // by column, in lowercase

// The first of these columns that the row has; an invalid one when there is none, or only NULL.
QVariant valueOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns);
QString textOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns);
std::optional<qint64> integerOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns);
std::optional<double> numberOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns);
std::optional<bool> flagOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns);
// Epoch seconds or milliseconds, ISO 8601, or SQL text, which is UTC. Nothing for an empty value or one below zero.
std::optional<Timestamp> instantOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns);
// A JSON array, an array of PostgreSQL («{a,b}») or names with commas.
QStringList wordsOf(const SourceRow &row, std::initializer_list<QLatin1StringView> columns);

std::optional<Timestamp> instantFrom(const QString &text);
qint64 boundedAmount(qint64 amount); // what a limit may hold; below zero is no limit

// A key with hash, prefix and tail of its secret.
ImportedKey keyOfSecret(const QString &secret);
// The row's label on one line and of our length.
QString labelFrom(const QString &text);

}

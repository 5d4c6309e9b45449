// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>
#include <QString>

#include <optional>

// The words that stand for the values of an enum in JSON, in columns and on the command line: a table of pairs,
// read in both directions. For the values of shared/.
namespace quota
{

// Every value of the enum must be in the table.
template <class Table, class Value>
QString wordOf(const Table &table, Value value)
{
    for (const auto &[known, word] : table) {
        if (known == value)
            return QString(word);
    }
    Q_UNREACHABLE();
}

template <class Value, class Table>
std::optional<Value> valueOf(const Table &table, const QString &word)
{
    for (const auto &[value, known] : table) {
        if (known == word)
            return value;
    }
    return std::nullopt;
}

}

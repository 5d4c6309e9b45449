// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QMetaType>
#include <QString>
#include <QVariant>

// What models give to table cells: a kind and a value, never colours or pixmaps. A model answers CellKindRole
// (an int of CellKind), CellRole (the struct of the kind) and Qt::AccessibleTextRole; Qt::DisplayRole stays the
// plain text for copying and CSV. CellDelegate paints.
namespace quota::console
{

enum CellDataRole
{
    CellKindRole = Qt::UserRole + 1000,
    CellRole,      // TwoLines, StateValue, QuotaValue, SparklineValue or NumberValue
    CellInkRole,   // an int of Role: text colour of Text and Number cells; default Text
    CellFadedRole, // true: the row is disabled or stale, its text is faint
    CellBusyRole   // true: the row is being changed; its state cell shows a spinner
};

enum class CellKind
{
    Text,     // Qt::DisplayRole
    TwoLines, // name over id
    State,    // icon and word
    Quota,    // text line and bar
    Sparkline,
    Number, // right-aligned, unit in grey
    Check,  // ticked when the row is selected
    Menu    // ⋯
};

struct TwoLines
{
    QString first;
    QString second;
    bool operator==(const TwoLines &) const = default;
};

struct StateValue
{
    Tone tone = Tone::Neutral;
    QString word;
    QString glyph; // empty: the tone's
    bool operator==(const StateValue &) const = default;
};

struct QuotaValue
{
    qint64 used = 0;
    qint64 reserved = 0;
    qint64 amount = -1; // below zero: no limit, text alone is shown
    QString usedText;   // «12,840»
    QString ofText;     // «of 20,000 a day»; the words when there is no limit
    double share() const;
    Tone tone() const; // Neutral, Warn from 80 %, Bad at 100 %
    bool operator==(const QuotaValue &) const = default;
};

struct SparklineValue
{
    QList<qint64> values; // oldest first; all zero or empty: «—»
    bool operator==(const SparklineValue &) const = default;
};

struct NumberValue
{
    QString text;
    QString unit;
    bool operator==(const NumberValue &) const = default;
};

}

Q_DECLARE_METATYPE(quota::console::TwoLines)
Q_DECLARE_METATYPE(quota::console::StateValue)
Q_DECLARE_METATYPE(quota::console::QuotaValue)
Q_DECLARE_METATYPE(quota::console::SparklineValue)
Q_DECLARE_METATYPE(quota::console::NumberValue)

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/keys/keytext.h"

#include <QVariant>

// The cells of one row of the Keys table: the value a delegate paints, the plain text that is copied, the words
// a screen reader says; and a key as a row of CSV. KeyModel answers with them. Pure: now comes in.
namespace quota::console
{

enum KeyColumn
{
    CheckColumn,
    NameColumn,
    StateColumn,
    LimitColumn,
    DaysColumn,
    TodayColumn,
    TokensColumn,
    LastUsedColumn,
    ExpiresColumn,
    MenuColumn,
    KeyColumnCount
};

class KeyCells
{
    Q_DECLARE_TR_FUNCTIONS(quota::console::KeyCells)

public:
    KeyCells(const Format &format, Timestamp now)
        : m_text(format, now)
        , m_format(format)
    {}

    static CellKind kind(int column);
    static QString heading(int column);
    QVariant value(const KeyOverview &key, int column) const; // for CellRole
    QString text(const KeyOverview &key, int column) const;
    QString words(const KeyOverview &key, int column) const;
    QString tooltip(const KeyOverview &key, int column) const;

private:
    QString daysWords(const KeyOverview &key) const;

    KeyText m_text;
    Format m_format;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QStringList>

// Rows of text as an aligned table for a terminal. Pure.
namespace quota::service
{

struct TextTable
{
    QStringList head;
    QList<QStringList> rows;
    QList<bool> numbers; // columns that stand to the right

    QString aligned() const; // wide characters take two columns
};

}

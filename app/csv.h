// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QStringList>

// Tables as RFC 4180 text for spreadsheets: CRLF, quotes where needed, and no field that a spreadsheet would run
// as a formula. Pages that export use it. Pure.
namespace quota::console
{

// With the mark, spreadsheets read the text as UTF-8 (Chinese labels need it).
QByteArray toCsv(const QList<QStringList> &rows, bool byteOrderMark);

}

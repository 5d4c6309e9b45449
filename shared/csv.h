// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/apikey.h"

#include <QByteArray>
#include <QStringList>

// Tables as RFC 4180 text for spreadsheets: CRLF, quotes where needed, and no field that a spreadsheet would run as a
// formula. The console's pages and the command line export with it. Pure.
namespace quota
{

// With the mark, spreadsheets read the text as UTF-8 (Chinese labels need it).
QString csvText(const QList<QStringList> &rows, bool byteOrderMark);
QByteArray toCsv(const QList<QStringList> &rows, bool byteOrderMark);

// Keys as rows. The words are stable and not translated, for scripts read them; instants are ISO 8601 in UTC. Limits and
// what is used of them are separated by spaces: «requests/day=200».
QStringList keyCsvHeading();
QStringList keyCsvRow(const KeyOverview &key);

}

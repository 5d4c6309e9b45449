// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QStringList>

// RFC 4180 as databases and spreadsheets export it: quotes, doubled quotes, line ends within quotes, a mark at the
// start, LF or CRLF. Pure.
namespace quota::service
{

// Every line has as many fields as the first; an Error names the line that has not, or the quote that does not end.
Result<QList<QStringList>> readCsv(const QByteArray &text);

}

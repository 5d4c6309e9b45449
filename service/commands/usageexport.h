// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/session.h"

// Usage for other programs: every key has its own series, however many there are, and each row says by which time zone
// its day is meant.
namespace quota::service
{

// The query must group by key. What no key that is known explains (it was deleted for good) stays in one series
// «other».
Result<UsageReport> usageOfEveryKey(Session &session, UsageQuery query);

// One row for each key and day on which something happened.
QString usageCsv(const UsageReport &report, const QTimeZone &zone, bool byteOrderMark);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/route.h"
#include "shared/usage.h"

// The parameters of GET /admin/usage as a question to the books, the days of the replaced system included. Pure
// but for the host's table of time zones.
namespace quota::service
{

struct UsageRequest
{
    UsageQuery query;
    QTimeZone zone; // of days and of dates without a time
    int itemLimit = 50;
};

// from and to are instants with a zone, or dates of the zone (to: that day included); day is one date, days so
// many days up to today. Without any: the last seven days. The key is left to the caller.
Result<UsageRequest> usageRequestOf(const AdminCall &call, const QTimeZone &instanceZone, Timestamp now);

Timestamp startOfDay(const QDate &date, const QTimeZone &zone);
QDate dateAt(Timestamp time, const QTimeZone &zone);

}

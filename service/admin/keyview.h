// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/keyring.h"
#include "shared/apikey.h"

// A key as the admin API shows it: what the keyring and the books say, and the same under the names of the
// replaced system.
namespace quota::service
{

KeyOverview overviewOf(const KeyEntry &entry, Timestamp now, QList<qint64> lastDays = {});
// The sums of the day so far.
struct DaySums
{
    qint64 requests = 0;
    qint64 tokens = 0;
};
DaySums todayOf(const KeyEntry &entry, Timestamp now);

// The overview, and used_quota, total_quota, totalQuota, quota (requests/total), daily_limit, dailyLimit
// (requests/day), today_requests, remaining, expiresAt, is_active, status.
QJsonObject keyJson(const KeyOverview &overview);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/usage.h"

#include <QDate>

// Which stretch of time the Usage page shows, as a person chooses it, and as the instants and buckets that are
// asked for. Days begin in the service's time zone. Pure: now comes in.
namespace quota::console
{

enum class UsageSpan
{
    Day,       // the last 24 hours
    SevenDays, // today and the six days before
    ThirtyDays,
    Month, // this calendar month so far
    Custom // whole days, both included
};

struct UsageChoice
{
    UsageSpan span = UsageSpan::Day;
    QDate first; // of Custom
    QDate last;
    std::optional<UsageBucket> bucket; // nothing: as fits the range

    bool operator==(const UsageChoice &) const = default;
};

struct UsageRange
{
    Timestamp from; // on a bucket's edge
    Timestamp to;
    UsageBucket bucket = UsageBucket::Day;

    bool operator==(const UsageRange &) const = default;
};

UsageRange usageRange(const UsageChoice &choice, const QByteArray &timeZone, Timestamp now);
// The same stretch just before: the day, the days or the month before.
UsageRange rangeBefore(const UsageRange &range, const UsageChoice &choice, const QByteArray &timeZone);
// Whether a range of so many milliseconds may be asked for in these buckets.
bool bucketFits(const UsageRange &range, UsageBucket bucket);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/usagerange.h"

#include <QDateTime>
#include <QTimeZone>

using namespace std::chrono_literals;

namespace quota::console
{

namespace
{

constexpr std::chrono::milliseconds quarter = 15min;

QTimeZone zoneOf(const QByteArray &timeZone)
{
    const QTimeZone zone(timeZone);
    return zone.isValid() ? zone : QTimeZone::utc();
}

Timestamp startOf(QDate date, const QTimeZone &zone)
{
    return fromMilliseconds(date.startOfDay(zone).toMSecsSinceEpoch());
}

QDate dateOf(Timestamp time, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(time), zone).date();
}

UsageBucket fittingBucket(std::chrono::milliseconds length)
{
    if (length <= 2 * 24h)
        return UsageBucket::QuarterHour;
    return length <= 10 * 24h ? UsageBucket::Hour : UsageBucket::Day;
}

// The first edge of an hour or a quarter after now; zones shift by quarters of an hour at most.
Timestamp edgeAfter(Timestamp now, UsageBucket bucket, const QTimeZone &zone)
{
    if (bucket == UsageBucket::QuarterHour)
        return fromMilliseconds((toMilliseconds(now) / quarter.count() + 1) * quarter.count());
    const QDateTime local = QDateTime::fromMSecsSinceEpoch(toMilliseconds(now), zone);
    const qint64 intoHour = local.time().msecsSinceStartOfDay() % 3'600'000;
    return now - std::chrono::milliseconds(intoHour) + 1h;
}

}

UsageRange usageRange(const UsageChoice &choice, const QByteArray &timeZone, Timestamp now)
{
    const QTimeZone zone = zoneOf(timeZone);
    const QDate today = dateOf(now, zone);
    UsageRange range;
    range.to = startOf(today.addDays(1), zone);
    switch (choice.span) {
    case UsageSpan::Day: {
        // A day in whole days would not be the last 24 hours, so days are asked for in hours here.
        const UsageBucket bucket = choice.bucket.value_or(UsageBucket::QuarterHour);
        range.bucket = bucket == UsageBucket::Day ? UsageBucket::Hour : bucket;
        range.to = edgeAfter(now, range.bucket, zone);
        range.from = range.to - 24h;
        return range;
    }
    case UsageSpan::SevenDays:
        range.from = startOf(today.addDays(-6), zone);
        break;
    case UsageSpan::ThirtyDays:
        range.from = startOf(today.addDays(-29), zone);
        break;
    case UsageSpan::Month:
        range.from = startOf(QDate(today.year(), today.month(), 1), zone);
        break;
    case UsageSpan::Custom:
        range.from = startOf(qMin(choice.first, choice.last), zone);
        range.to = startOf(qMax(choice.first, choice.last).addDays(1), zone);
        break;
    }
    range.bucket = choice.bucket.value_or(fittingBucket(range.to - range.from));
    if (!bucketFits(range, range.bucket))
        range.bucket = fittingBucket(range.to - range.from);
    // The hours of today that have not come are no part of the range; a day is shown from its start.
    if (range.bucket != UsageBucket::Day && range.to > now)
        range.to = edgeAfter(now, range.bucket, zone);
    return range;
}

UsageRange rangeBefore(const UsageRange &range, const UsageChoice &choice, const QByteArray &timeZone)
{
    UsageRange before = range;
    if (choice.span == UsageSpan::Day) {
        before.to = range.from;
        before.from = before.to - 24h;
        return before;
    }
    const QTimeZone zone = zoneOf(timeZone);
    const QDate first = dateOf(range.from, zone);
    const qint64 days = first.daysTo(dateOf(range.to - 1ms, zone)) + 1;
    before.from = startOf(choice.span == UsageSpan::Month ? first.addMonths(-1) : first.addDays(-days), zone);
    before.to = qMin(before.from + (range.to - range.from), range.from);
    return before;
}

bool bucketFits(const UsageRange &range, UsageBucket bucket)
{
    const auto length = range.to - range.from;
    switch (bucket) {
    case UsageBucket::QuarterHour:
        return length / 15min <= 400; // what a chart can show apart
    case UsageBucket::Hour:
        return length / 1h <= 400;
    case UsageBucket::Day:
        return length > 24h && length / 24h <= maximumUsageBuckets;
    case UsageBucket::Month:
        return length > 31 * 24h;
    }
    Q_UNREACHABLE();
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/row.h"
#include "service/store/usagestore.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace quota::service::usagestore
{

static constexpr qsizetype mostSeries = 10; // the last one joins the rest

static Timestamp bucketStart(UsageBucket bucket, Timestamp time, const QTimeZone &zone)
{
    switch (bucket) {
    case UsageBucket::QuarterHour:
        return floor<duration<qint64, std::ratio<900>>>(time);
    case UsageBucket::Hour:
        return windowAt(LimitWindow::Hour, time, zone).start;
    case UsageBucket::Day:
        return windowAt(LimitWindow::Day, time, zone).start;
    }
    Q_UNREACHABLE();
}

static Timestamp nextBucket(UsageBucket bucket, Timestamp start, const QTimeZone &zone)
{
    switch (bucket) {
    case UsageBucket::QuarterHour:
        return start + minutes(15);
    case UsageBucket::Hour:
        return *windowAt(LimitWindow::Hour, start, zone).end;
    case UsageBucket::Day:
        return *windowAt(LimitWindow::Day, start, zone).end;
    }
    Q_UNREACHABLE();
}

// The starts of all buckets of the range; the first may begin before it.
static Result<QList<Timestamp>> bucketsOf(const UsageQuery &query, const QTimeZone &zone)
{
    QList<Timestamp> starts;
    for (Timestamp start = bucketStart(query.bucket, query.from, zone); start < query.to;
         start = nextBucket(query.bucket, start, zone)) {
        if (starts.size() >= maximumUsageBuckets)
            return invalidField(
                u"bucket"_s,
                u"The range has more than %1 buckets; choose a shorter range or a longer bucket."_s.arg(
                    maximumUsageBuckets));
        starts.append(start);
    }
    return starts;
}

static QString groupColumn(UsageGroup group)
{
    switch (group) {
    case UsageGroup::None:
        return u"''"_s;
    case UsageGroup::Key:
        return u"key_id"_s;
    case UsageGroup::Model:
        return u"model"_s;
    case UsageGroup::Provider:
        return u"provider_id"_s;
    }
    Q_UNREACHABLE();
}

static QList<UsagePoint> emptyPoints(const QList<Timestamp> &starts)
{
    QList<UsagePoint> points;
    points.reserve(starts.size());
    for (const Timestamp start : starts)
        points.append({start, {}});
    return points;
}

// The largest first, those beyond the tenth joined.
static QList<UsageSeries> largest(QList<UsageSeries> series)
{
    std::sort(series.begin(), series.end(), [](const UsageSeries &left, const UsageSeries &right) {
        return std::tuple(left.sums.requests, left.sums.refused, right.group) >
               std::tuple(right.sums.requests, right.sums.refused, left.group);
    });
    if (series.size() <= mostSeries)
        return series;
    UsageSeries other{u"other"_s, u"other"_s, {}, emptyPoints({})};
    other.points = series.at(mostSeries - 1).points;
    other.sums = series.at(mostSeries - 1).sums;
    for (qsizetype i = mostSeries; i < series.size(); ++i) {
        other.sums += series.at(i).sums;
        for (qsizetype point = 0; point < other.points.size(); ++point)
            other.points[point].sums += series.at(i).points.at(point).sums;
    }
    series.resize(mostSeries - 1);
    series.append(other);
    return series;
}

Result<UsageReport> report(Database &database, const UsageQuery &query)
{
    const QTimeZone zone(query.timeZone);
    if (!zone.isValid())
        return invalidField(u"tz"_s, u"“%1” is no IANA time zone; write it like Asia/Shanghai."_s.arg(
                                         QString::fromLatin1(query.timeZone.left(40))));
    if (query.to <= query.from)
        return invalidField(u"to"_s, u"The end of the range must be after its start."_s);
    const auto starts = bucketsOf(query, zone);
    if (!starts)
        return tl::unexpected<Error>(starts.error());

    // A quarter belongs to the range when it starts in it; whole quarters are what the books hold.
    const Timestamp from = floor<duration<qint64, std::ratio<900>>>(query.from);
    QString statement =
        u"SELECT bucket, %1, sum(requests), sum(refused), sum(failed), sum(prompt_tokens), "
        "sum(completion_tokens), sum(estimated) FROM rollups WHERE bucket >= ? AND bucket < ?"_s.arg(
            groupColumn(query.group));
    QVariantList values{row::from(from), row::from(query.to)};
    if (!query.key.isEmpty()) {
        statement += u" AND key_id = ?"_s;
        values.append(query.key.value);
    }
    if (!query.model.isEmpty()) {
        statement += u" AND model = ?"_s;
        values.append(query.model);
    }
    statement += u" GROUP BY 1, 2"_s;
    auto rows = database.run(statement, values);
    if (!rows)
        return tl::unexpected<Error>(rows.error());

    UsageReport report{query.from, query.to, query.timeZone, query.bucket, query.group, {}, {}};
    QHash<QString, qsizetype> places;
    QList<UsageSeries> series;
    while ((*rows)->next()) {
        const Timestamp time = row::toTimestamp((*rows)->value(0));
        const QString group = (*rows)->value(1).toString();
        const UsageSums sums{(*rows)->value(2).toLongLong(), (*rows)->value(3).toLongLong(),
                             (*rows)->value(4).toLongLong(), (*rows)->value(5).toLongLong(),
                             (*rows)->value(6).toLongLong(), (*rows)->value(7).toLongLong()};
        if (!places.contains(group)) {
            places.insert(group, series.size());
            series.append({group, group, {}, emptyPoints(*starts)});
        }
        UsageSeries &of = series[places.value(group)];
        const auto after = std::upper_bound(starts->begin(), starts->end(), time);
        const qsizetype place = qMax<qsizetype>(0, std::distance(starts->begin(), after) - 1);
        of.points[place].sums += sums;
        of.sums += sums;
        report.sums += sums;
    }
    if (series.isEmpty() && query.group == UsageGroup::None)
        series.append({{}, {}, {}, emptyPoints(*starts)});
    report.series = largest(std::move(series));
    return report;
}

Result<QHash<KeyId, QList<qint64>>> lastDays(Database &database, const QList<KeyId> &keys, Timestamp now,
                                             const QTimeZone &zone)
{
    constexpr int days = 7;
    QList<Timestamp> starts{windowAt(LimitWindow::Day, now, zone).start};
    while (starts.size() < days)
        starts.prepend(windowAt(LimitWindow::Day, starts.constFirst() - milliseconds(1), zone).start);
    QHash<KeyId, QList<qint64>> all;
    for (const KeyId &key : keys) {
        auto rows = database.run(
            u"SELECT bucket, sum(requests) FROM rollups WHERE key_id = ? AND bucket >= ? GROUP BY bucket"_s,
            {key.value, row::from(starts.constFirst())});
        if (!rows)
            return tl::unexpected<Error>(rows.error());
        QList<qint64> sums(days, 0);
        while ((*rows)->next()) {
            const Timestamp time = row::toTimestamp((*rows)->value(0));
            const auto after = std::upper_bound(starts.begin(), starts.end(), time);
            sums[qMax<qsizetype>(0, std::distance(starts.begin(), after) - 1)] +=
                (*rows)->value(1).toLongLong();
        }
        all.insert(key, sums);
    }
    return all;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/usagestore.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// Reading the books: series for the charts and lists, from the quarter-hour sums alone.
namespace quota::service::usagestore
{

using QuarterHours = std::chrono::duration<qint64, std::ratio<900>>;
static constexpr qsizetype namedSeries = 9;

static WindowSpan bucketAt(UsageBucket bucket, Timestamp time, const QTimeZone &zone)
{
    switch (bucket) {
    case UsageBucket::QuarterHour: {
        const auto start = std::chrono::floor<QuarterHours>(time);
        return {start, start + QuarterHours(1)};
    }
    case UsageBucket::Hour:
        return windowAt(LimitWindow::Hour, time, zone);
    case UsageBucket::Day:
        break;
    }
    return windowAt(LimitWindow::Day, time, zone);
}

// The starts of all buckets that touch the range.
static Result<QList<Timestamp>> bucketStarts(const UsageQuery &query, const QTimeZone &zone)
{
    QList<Timestamp> starts;
    for (Timestamp time = query.from; time < query.to;) {
        if (starts.size() == maximumUsageBuckets) {
            return invalidField(u"bucket"_s,
                                u"The range from %1 to %2 has more than %3 buckets of “%4”. Ask for a "
                                "shorter range, or for bucket=%5."_s.arg(toIso(query.from), toIso(query.to))
                                    .arg(maximumUsageBuckets)
                                    .arg(toString(query.bucket),
                                         query.bucket == UsageBucket::QuarterHour ? u"hour"_s : u"day"_s));
        }
        const WindowSpan span = bucketAt(query.bucket, time, zone);
        starts.append(span.start);
        time = *span.end;
    }
    return starts;
}

static QString groupColumn(UsageGroup group)
{
    switch (group) {
    case UsageGroup::Key:
        return u"key_id"_s;
    case UsageGroup::Model:
        return u"model"_s;
    case UsageGroup::Provider:
        return u"provider_id"_s;
    case UsageGroup::None:
        break;
    }
    return u"''"_s;
}

// Sums by group and quarter of an hour; the calendar is applied to the rows, which are few.
static Result<QSqlQuery *> selectSums(Database &database, const UsageQuery &query)
{
    QString statement =
        u"SELECT bucket_start, %1 AS series, sum(requests), sum(refused), sum(failed), sum(prompt_tokens), "
        "sum(completion_tokens), sum(estimated) FROM rollups WHERE bucket_start >= ? AND bucket_start < ?"_s
            .arg(groupColumn(query.group));
    QVariantList values{toMilliseconds(query.from), toMilliseconds(query.to)};
    if (!query.key.isEmpty()) {
        statement += u" AND key_id = ?"_s;
        values.append(query.key.value);
    }
    if (!query.model.isEmpty()) {
        statement += u" AND model = ?"_s;
        values.append(query.model);
    }
    return database.run(statement + u" GROUP BY bucket_start, series"_s, values);
}

static UsageSums sumsFrom(const QSqlQuery &row)
{
    UsageSums sums;
    sums.requests = row.value(2).toLongLong();
    sums.refused = row.value(3).toLongLong();
    sums.failed = row.value(4).toLongLong();
    sums.promptTokens = row.value(5).toLongLong();
    sums.completionTokens = row.value(6).toLongLong();
    sums.estimated = row.value(7).toLongLong();
    return sums;
}

static UsageSeries emptySeries(const QString &group, const QList<Timestamp> &starts)
{
    UsageSeries series;
    series.group = group;
    series.label = group;
    series.points.reserve(starts.size());
    for (const Timestamp start : starts)
        series.points.append({start, {}});
    return series;
}

static bool isLarger(const UsageSeries &left, const UsageSeries &right)
{
    if (left.sums.requests != right.sums.requests)
        return left.sums.requests > right.sums.requests;
    if (left.sums.tokens() != right.sums.tokens())
        return left.sums.tokens() > right.sums.tokens();
    return left.group < right.group;
}

static void joinTheSmall(QList<UsageSeries> &series, const QList<Timestamp> &starts)
{
    if (series.size() <= namedSeries + 1)
        return;
    UsageSeries other = emptySeries(u"other"_s, starts);
    for (qsizetype index = namedSeries; index < series.size(); ++index) {
        other.sums += series.at(index).sums;
        for (qsizetype point = 0; point < starts.size(); ++point)
            other.points[point].sums += series.at(index).points.at(point).sums;
    }
    series.resize(namedSeries);
    series.append(other);
}

static Done nameProviders(Database &database, QList<UsageSeries> &series)
{
    auto query = database.run(u"SELECT id, name FROM providers"_s);
    if (!query)
        return tl::unexpected(query.error());
    QHash<QString, QString> names;
    while ((*query)->next())
        names.insert((*query)->value(0).toString(), (*query)->value(1).toString());
    for (UsageSeries &one : series)
        one.label = names.value(one.group, one.label);
    return {};
}

static Result<UsageQuery> checked(UsageQuery query)
{
    if (query.timeZone.isEmpty())
        query.timeZone = "UTC";
    if (!QTimeZone(query.timeZone).isValid()) {
        return invalidField(u"tz"_s,
                            u"“%1” is not a time zone; use an IANA name such as Asia/Shanghai."_s.arg(
                                QString::fromUtf8(query.timeZone.left(60))));
    }
    if (query.from >= query.to) {
        return invalidField(u"to"_s, u"The range must end after it starts, and %1 is not after %2."_s.arg(
                                         toIso(query.to), toIso(query.from)));
    }
    query.from = std::chrono::floor<QuarterHours>(query.from);
    query.to = std::chrono::ceil<QuarterHours>(query.to);
    return query;
}

Result<UsageReport> report(Database &database, const UsageQuery &asked)
{
    const auto query = checked(asked);
    if (!query)
        return tl::unexpected(query.error());
    const auto starts = bucketStarts(*query, QTimeZone(query->timeZone));
    if (!starts)
        return tl::unexpected(starts.error());
    auto rows = selectSums(database, *query);
    if (!rows)
        return tl::unexpected(rows.error());

    UsageReport report{query->from, query->to, query->timeZone, query->bucket, query->group, {}, {}, {}};
    QHash<QString, qsizetype> places;
    while ((*rows)->next()) {
        const Timestamp time = fromMilliseconds((*rows)->value(0).toLongLong());
        const QString group = (*rows)->value(1).toString();
        const qsizetype place = places.value(group, report.series.size());
        if (place == report.series.size()) {
            places.insert(group, place);
            report.series.append(emptySeries(group, *starts));
        }
        const qsizetype point = std::upper_bound(starts->begin(), starts->end(), time) - starts->begin() - 1;
        const UsageSums sums = sumsFrom(**rows);
        report.series[place].points[point].sums += sums;
        report.series[place].sums += sums;
        report.sums += sums;
    }
    if (report.series.isEmpty() && query->group == UsageGroup::None)
        report.series.append(emptySeries({}, *starts));
    std::sort(report.series.begin(), report.series.end(), isLarger);
    joinTheSmall(report.series, *starts);
    if (query->group == UsageGroup::Provider) {
        if (auto named = nameProviders(database, report.series); !named)
            return tl::unexpected(named.error());
    }
    return report;
}

Result<QHash<KeyId, QList<qint64>>> lastDays(Database &database, const QList<KeyId> &keys, Timestamp now,
                                             const QTimeZone &zone)
{
    constexpr qsizetype days = 7;
    WindowSpan day = windowAt(LimitWindow::Day, now, zone);
    const Timestamp end = *day.end;
    QList<Timestamp> starts{day.start};
    while (starts.size() < days) {
        day = windowAt(LimitWindow::Day, day.start - 1ms, zone);
        starts.prepend(day.start);
    }
    QHash<KeyId, QList<qint64>> all;
    for (const KeyId &key : keys) {
        QList<qint64> requests(days, 0);
        auto rows = database.run(u"SELECT bucket_start, requests FROM rollups INDEXED BY rollups_by_key "
                                 "WHERE key_id = ? AND bucket_start >= ? AND bucket_start < ?"_s,
                                 {key.value, toMilliseconds(starts.first()), toMilliseconds(end)});
        if (!rows)
            return tl::unexpected(rows.error());
        while ((*rows)->next()) {
            const Timestamp time = fromMilliseconds((*rows)->value(0).toLongLong());
            const qsizetype place = std::upper_bound(starts.begin(), starts.end(), time) - starts.begin() - 1;
            requests[place] += (*rows)->value(1).toLongLong();
        }
        all.insert(key, requests);
    }
    return all;
}

}

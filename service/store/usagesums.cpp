// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/usagesums.h"

#include "service/store/pendingsums.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::service::usagestore
{

static WindowSpan bucketAt(UsageBucket bucket, Timestamp time, const QTimeZone &zone)
{
    switch (bucket) {
    case UsageBucket::QuarterHour: {
        const auto start = std::chrono::floor<QuarterHours>(time);
        return {start, start + QuarterHours(1)};
    }
    case UsageBucket::Hour:
        return windowAt(LimitWindow::Hour, time, zone);
    case UsageBucket::Month:
        return windowAt(LimitWindow::Month, time, zone);
    case UsageBucket::Day:
        break;
    }
    return windowAt(LimitWindow::Day, time, zone);
}

// The starts of all buckets that touch the range.
Result<QList<Timestamp>> bucketStarts(const UsageQuery &query, const QTimeZone &zone)
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

namespace
{

// A run of spans of one grain, and the point of the report that it belongs to.
struct Segment
{
    Grain grain = Grain::Quarter;
    qint64 from = 0; // quarters of an hour since the epoch
    qint64 to = 0;
    qsizetype point = 0; // of its start: a run of many short points is read at once
};

}

static qint64 quarterFrom(Timestamp time)
{
    return std::chrono::ceil<QuarterHours>(time).time_since_epoch().count();
}

// The range in as few spans as may be, largest first: whole months, days and hours by UTC, and quarters of an hour
// where the zone's points begin elsewhere.
static std::vector<Segment> segmentsOf(const QList<Timestamp> &starts, const UsageQuery &query)
{
    static constexpr Grain grains[] = {Grain::Month, Grain::Day, Grain::Hour, Grain::Quarter};
    std::vector<Segment> segments;
    for (qsizetype point = 0; point < starts.size(); ++point) {
        const Timestamp end = point + 1 < starts.size() ? std::min(starts[point + 1], query.to) : query.to;
        const qint64 last = quarterFrom(end);
        size_t ofPoint = 0;
        for (qint64 quarter = quarterFrom(std::max(starts[point], query.from)); quarter < last;) {
            const auto *grain = std::find_if(std::begin(grains), std::end(grains), [&](Grain one) {
                return spanStart(one, quarter) == quarter && spanEnd(one, quarter) <= last;
            });
            const qint64 next = spanEnd(*grain, quarter);
            const bool continues = !segments.empty() && segments.back().grain == *grain &&
                                   segments.back().to == quarter && (ofPoint > 0 || next == last);
            if (continues)
                segments.back().to = next;
            else
                segments.push_back({*grain, quarter, next, point});
            ++ofPoint;
            quarter = next;
        }
    }
    return segments;
}

// The texts are literals: a statement is found again by its place.
static const char *sumsStatement(UsageGroup group, bool ofKey, bool ofModel)
{
#define QUOTA_SUMS(column, index, condition)                                                                 \
    "SELECT quarter, " column ", requests, refused, failed, prompt_tokens, completion_tokens, estimated "    \
    "FROM rollups" index " WHERE grain = ? AND quarter >= ? AND quarter < ?" condition
#define QUOTA_SUMS_OF(column)                                                                                \
    {                                                                                                        \
        QUOTA_SUMS(column, "", ""), QUOTA_SUMS(column, "", " AND model = ?"),                                \
            QUOTA_SUMS(column, " INDEXED BY rollups_by_key", " AND key = ?"),                                \
            QUOTA_SUMS(column, " INDEXED BY rollups_by_key", " AND key = ? AND model = ?")                   \
    }
    static constexpr const char *statements[][4] = {QUOTA_SUMS_OF("0"), QUOTA_SUMS_OF("key"),
                                                    QUOTA_SUMS_OF("model"), QUOTA_SUMS_OF("provider"),
                                                    QUOTA_SUMS_OF("status")};
#undef QUOTA_SUMS_OF
#undef QUOTA_SUMS
    return statements[int(group)][(ofKey ? 2 : 0) + (ofModel ? 1 : 0)];
}

// A word that the books do not know has the number 0, which no sum has.
Result<qint64> numberOfName(Database &database, const QString &word)
{
    auto query = database.run(u"SELECT id FROM names WHERE word = ?"_s, {word});
    if (!query)
        return tl::unexpected(query.error());
    const qint64 number = (*query)->next() ? (*query)->value(0).toLongLong() : 0;
    (*query)->finish();
    return number;
}

static Done collect(Statement &rows, const Segment &segment, const QList<Timestamp> &starts,
                    Collected &collected)
{
    const Timestamp pointEnd =
        segment.point + 1 < starts.size() ? starts[segment.point + 1] : Timestamp::max();
    const bool onePoint = Timestamp(QuarterHours(segment.to)) <= pointEnd;
    // Rows of one group and point mostly follow each other: they are looked up once.
    qint64 number = -1;
    qsizetype lastPoint = -1;
    size_t place = 0;
    UsageSums *ofPoint = nullptr;
    for (auto row = rows.next();; row = rows.next()) {
        if (!row)
            return tl::unexpected(row.error());
        if (!*row)
            return {};
        qsizetype point = segment.point;
        if (!onePoint) {
            const Timestamp time{QuarterHours(rows.integer(0))};
            point = std::upper_bound(starts.begin(), starts.end(), time) - starts.begin() - 1;
        }
        UsageSums sums;
        sums.requests = rows.integer(2);
        sums.refused = rows.integer(3);
        sums.failed = rows.integer(4);
        sums.promptTokens = rows.integer(5);
        sums.completionTokens = rows.integer(6);
        sums.estimated = rows.integer(7);
        if (!ofPoint || rows.integer(1) != number || point != lastPoint) {
            number = rows.integer(1);
            lastPoint = point;
            const auto [found, isNew] = collected.places.try_emplace(number, collected.groups.size());
            if (isNew)
                collected.groups.push_back({number, {}});
            place = found->second;
            ofPoint = &collected.points[qint64(place) << 32 | point];
        }
        collected.groups[place].sums += sums;
        *ofPoint += sums;
    }
}

// The grain with the fewest rows that still tells what is asked for.
static qint64 columnOf(Grain grain, bool byKey, bool keysAlone)
{
    if (!byKey)
        return qint64(grain) + qint64(Grain::ForAllKeys);
    return qint64(grain) + (keysAlone && grain != Grain::Quarter ? qint64(Grain::OfKeysAlone) : 0);
}

Result<Collected> collectSums(Database &database, const UsageQuery &query, const QList<Timestamp> &starts)
{
    const bool ofKey = !query.key.isEmpty();
    const bool ofModel = !query.model.isEmpty();
    const auto key = ofKey ? numberOfName(database, query.key.value) : Result<qint64>(0);
    const auto model = ofModel ? numberOfName(database, query.model) : Result<qint64>(0);
    if (!key || !model)
        return tl::unexpected(key ? model.error() : key.error());
    Collected collected;
    if ((ofKey && *key == 0) || (ofModel && *model == 0))
        return collected;
    const auto rows = database.statement(sumsStatement(query.group, ofKey, ofModel));
    if (!rows)
        return tl::unexpected(rows.error());
    const bool byKey = ofKey || query.group == UsageGroup::Key;
    const bool keysAlone =
        byKey && !ofModel && (query.group == UsageGroup::Key || query.group == UsageGroup::None);
    for (const Segment &segment : segmentsOf(starts, query)) {
        (*rows)->bindAll(columnOf(segment.grain, byKey, keysAlone), segment.from, segment.to);
        int position = 3;
        if (ofKey)
            (*rows)->bind(++position, *key);
        if (ofModel)
            (*rows)->bind(++position, *model);
        if (auto done = collect(**rows, segment, starts, collected); !done)
            return tl::unexpected(done.error());
    }
    return collected;
}

}

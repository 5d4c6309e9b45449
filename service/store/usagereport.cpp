// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/usagestore.h"

#include "service/store/pendingsums.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <unordered_map>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// Reading the books: series for the charts and lists, from the sums alone.
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
    case UsageBucket::Month:
        return windowAt(LimitWindow::Month, time, zone);
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

struct Group
{
    qint64 number = 0; // in the dictionary, or the status
    UsageSums sums;
};

// The sums of a report while they are read: only what occurs takes room.
struct Collected
{
    std::vector<Group> groups;
    std::unordered_map<qint64, size_t> places;    // of groups, by number
    std::unordered_map<qint64, UsageSums> points; // by place << 32 | point
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
static Result<qint64> numberOfName(Database &database, const QString &word)
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
        const auto [place, isNew] = collected.places.try_emplace(rows.integer(1), collected.groups.size());
        if (isNew)
            collected.groups.push_back({rows.integer(1), {}});
        collected.groups[place->second].sums += sums;
        collected.points[qint64(place->second) << 32 | point] += sums;
    }
}

static Result<Collected> collectSums(Database &database, const UsageQuery &query,
                                     const QList<Timestamp> &starts)
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
    for (const Segment &segment : segmentsOf(starts, query)) {
        (*rows)->bindAll(qint64(segment.grain) + (byKey ? 0 : qint64(Grain::ForAllKeys)), segment.from,
                         segment.to);
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

static Result<QString> wordOfGroup(Database &database, UsageGroup group, qint64 number)
{
    if (group == UsageGroup::None)
        return QString();
    if (group == UsageGroup::Status)
        return QString::number(number);
    auto query = database.run(u"SELECT word FROM names WHERE id = ?"_s, {number});
    if (!query)
        return tl::unexpected(query.error());
    const QString word = (*query)->next() ? (*query)->value(0).toString() : QString();
    (*query)->finish();
    return word;
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

static bool isLarger(const UsageSums &left, const UsageSums &right)
{
    if (left.requests != right.requests)
        return left.requests > right.requests;
    if (left.tokens() != right.tokens())
        return left.tokens() > right.tokens();
    return left.refused > right.refused;
}

// The largest groups by their names, the rest as one.
static Result<QList<UsageSeries>> seriesFrom(Database &database, const Collected &collected,
                                             const UsageQuery &query, const QList<Timestamp> &starts)
{
    std::vector<size_t> order(collected.groups.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](size_t left, size_t right) {
        return isLarger(collected.groups[left].sums, collected.groups[right].sums);
    });
    const size_t top = size_t(query.top);
    const size_t named = order.size() > top + 1 ? top : order.size();
    QList<UsageSeries> series;
    std::vector<qsizetype> seriesOf(order.size(), qsizetype(named));
    for (size_t rank = 0; rank < named; ++rank) {
        const auto word = wordOfGroup(database, query.group, collected.groups[order[rank]].number);
        if (!word)
            return tl::unexpected(word.error());
        seriesOf[order[rank]] = qsizetype(rank);
        series.append(emptySeries(*word, starts));
    }
    if (named < order.size())
        series.append(emptySeries(u"other"_s, starts));
    for (size_t place = 0; place < order.size(); ++place)
        series[seriesOf[place]].sums += collected.groups[place].sums;
    for (const auto &[place, sums] : collected.points)
        series[seriesOf[size_t(place >> 32)]].points[place & 0xffff'ffff].sums += sums;
    return series;
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
    const auto collected = collectSums(database, *query, *starts);
    if (!collected)
        return tl::unexpected(collected.error());
    auto series = seriesFrom(database, *collected, *query, *starts);
    if (!series)
        return tl::unexpected(series.error());

    UsageReport report{query->from, query->to, query->timeZone, query->bucket, query->group, {}, *series, {}};
    for (const Group &group : collected->groups)
        report.sums += group.sums;
    if (report.series.isEmpty() && query->group == UsageGroup::None)
        report.series.append(emptySeries({}, *starts));
    if (query->group == UsageGroup::Provider) {
        if (auto named = nameProviders(database, report.series); !named)
            return tl::unexpected(named.error());
    }
    return report;
}

static QList<Timestamp> lastDayStarts(Timestamp now, const QTimeZone &zone)
{
    constexpr qsizetype days = 7;
    WindowSpan day = windowAt(LimitWindow::Day, now, zone);
    QList<Timestamp> starts{day.start};
    while (starts.size() < days) {
        day = windowAt(LimitWindow::Day, day.start - 1ms, zone);
        starts.prepend(day.start);
    }
    return starts;
}

static QList<qint64> requestsByPoint(const Collected &collected, qint64 key, qsizetype points)
{
    QList<qint64> requests(points, 0);
    const auto place = collected.places.find(key);
    for (qsizetype point = 0; place != collected.places.end() && point < points; ++point) {
        const auto sums = collected.points.find(qint64(place->second) << 32 | point);
        if (sums != collected.points.end())
            requests[point] = sums->second.requests;
    }
    return requests;
}

Result<QHash<KeyId, QList<qint64>>> lastDays(Database &database, const QList<KeyId> &keys, Timestamp now,
                                             const QTimeZone &zone)
{
    // Few keys are looked up one by one; for many it is cheaper to read all.
    constexpr qsizetype fewKeys = 100;
    const QList<Timestamp> starts = lastDayStarts(now, zone);
    UsageQuery query;
    query.from = starts.first();
    query.to = *windowAt(LimitWindow::Day, now, zone).end;
    query.group = UsageGroup::Key;
    Result<Collected> collected;
    if (keys.size() > fewKeys)
        collected = collectSums(database, query, starts);
    QHash<KeyId, QList<qint64>> all;
    for (const KeyId &key : keys) {
        const auto number = numberOfName(database, key.value);
        if (!number)
            return tl::unexpected(number.error());
        if (keys.size() <= fewKeys) {
            query.key = key;
            collected = collectSums(database, query, starts);
        }
        if (!collected)
            return tl::unexpected(collected.error());
        all.insert(key, requestsByPoint(*collected, *number, starts.size()));
    }
    return all;
}

Result<KeyDays> keyDays(Database &database, const UsageQuery &asked, qsizetype limit)
{
    auto query = checked(asked);
    if (!query)
        return tl::unexpected(query.error());
    query->bucket = UsageBucket::Day;
    query->group = UsageGroup::Key;
    const auto starts = bucketStarts(*query, QTimeZone(query->timeZone));
    if (!starts)
        return tl::unexpected(starts.error());
    const auto collected = collectSums(database, *query, *starts);
    if (!collected)
        return tl::unexpected(collected.error());
    std::vector<std::tuple<qsizetype, qint64, qint64>> days; // day, requests, key's number: last is first
    for (const auto &[place, sums] : collected->points) {
        if (sums.requests > 0)
            days.emplace_back(place & 0xffff'ffff, sums.requests, collected->groups[place >> 32].number);
    }
    KeyDays found{{}, qsizetype(days.size())};
    const auto end = days.begin() + std::min<qsizetype>(limit, found.total);
    std::partial_sort(days.begin(), end, days.end(), std::greater());
    for (auto day = days.begin(); day != end; ++day) {
        const auto &[point, requests, number] = *day;
        const auto word = wordOfGroup(database, UsageGroup::Key, number);
        if (!word)
            return tl::unexpected(word.error());
        found.days.append({starts->at(point), KeyId{*word}, requests});
    }
    return found;
}

}

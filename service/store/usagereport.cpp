// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/usagesums.h"

#include <algorithm>
#include <numeric>
#include <tuple>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// Reading the books: series for the charts and lists, from the sums alone.
namespace quota::service::usagestore
{

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

static UsageSums without(UsageSums sums, const UsageSums &part)
{
    sums.requests -= part.requests;
    sums.refused -= part.refused;
    sums.failed -= part.failed;
    sums.promptTokens -= part.promptTokens;
    sums.completionTokens -= part.completionTokens;
    sums.estimated -= part.estimated;
    return sums;
}

// Of very many keys only a few are named: who they are is known from the sums of the whole range, which are few; their
// points are read one key after the other, and what is left of all keys together is the rest. Nothing when all keys
// get a name.
static Result<std::optional<QList<UsageSeries>>> topKeys(Database &database, UsageQuery query,
                                                         const QList<Timestamp> &starts)
{
    auto whole = collectSums(database, query, {starts.first()});
    if (!whole)
        return tl::unexpected(whole.error());
    std::vector<GroupSums> &keys = whole->groups;
    const size_t top = size_t(query.top);
    if (keys.size() <= top + 1)
        return std::nullopt;
    std::stable_sort(keys.begin(), keys.end(), [](const GroupSums &left, const GroupSums &right) {
        return isLarger(left.sums, right.sums);
    });
    query.group = UsageGroup::None;
    const auto all = collectSums(database, query, starts);
    if (!all)
        return tl::unexpected(all.error());
    UsageSeries other = emptySeries(u"other"_s, starts);
    for (const GroupSums &group : all->groups)
        other.sums += group.sums;
    for (const auto &[place, sums] : all->points)
        other.points[place & 0xffff'ffff].sums = sums;
    QList<UsageSeries> series;
    query.group = UsageGroup::Key;
    for (size_t rank = 0; rank < top; ++rank) {
        const auto word = wordOfGroup(database, UsageGroup::Key, keys[rank].number);
        if (!word)
            return tl::unexpected(word.error());
        query.key = KeyId{*word};
        const auto ofKey = collectSums(database, query, starts);
        if (!ofKey)
            return tl::unexpected(ofKey.error());
        UsageSeries one = emptySeries(*word, starts);
        one.sums = keys[rank].sums;
        other.sums = without(other.sums, one.sums);
        for (const auto &[place, sums] : ofKey->points) {
            UsageSums &rest = other.points[place & 0xffff'ffff].sums;
            one.points[place & 0xffff'ffff].sums = sums;
            rest = without(rest, sums);
        }
        series.append(std::move(one));
    }
    series.append(std::move(other));
    return series;
}

static Result<QList<UsageSeries>> seriesOf(Database &database, const UsageQuery &query,
                                           const QList<Timestamp> &starts)
{
    // Beyond that it is cheaper to read all keys once.
    constexpr int fewKeys = 50;
    if (query.group == UsageGroup::Key && query.key.isEmpty() && query.top <= fewKeys && starts.size() > 1) {
        auto series = topKeys(database, query, starts);
        if (!series)
            return tl::unexpected(series.error());
        if (*series)
            return **series;
    }
    const auto collected = collectSums(database, query, starts);
    if (!collected)
        return tl::unexpected(collected.error());
    return seriesFrom(database, *collected, query, starts);
}

Result<UsageReport> report(Database &database, const UsageQuery &asked)
{
    const auto query = checked(asked);
    if (!query)
        return tl::unexpected(query.error());
    const auto starts = bucketStarts(*query, QTimeZone(query->timeZone));
    if (!starts)
        return tl::unexpected(starts.error());
    Snapshot snapshot(database);
    if (auto begun = snapshot.begin(); !begun)
        return tl::unexpected(begun.error());
    auto series = seriesOf(database, *query, *starts);
    if (!series)
        return tl::unexpected(series.error());

    UsageReport report{query->from, query->to, query->timeZone, query->bucket, query->group, {}, *series, {}};
    for (const UsageSeries &one : *series)
        report.sums += one.sums;
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/usagestore.h"

#include "service/store/row.h"

#include <map>
#include <tuple>

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace quota::service
{

QString toString(RequestOutcome outcome)
{
    switch (outcome) {
    case RequestOutcome::Answered:
        return u"answered"_s;
    case RequestOutcome::UpstreamFailed:
        return u"upstream_failed"_s;
    case RequestOutcome::ClientGone:
        return u"client_gone"_s;
    case RequestOutcome::Refused:
        return u"refused"_s;
    }
    Q_UNREACHABLE();
}

}

namespace quota::service::usagestore
{

static constexpr milliseconds rollupSpan = minutes(15);

static constexpr std::array<LimitWindow, windowCount> allWindows{LimitWindow::Minute, LimitWindow::Hour,
                                                                 LimitWindow::Day,    LimitWindow::Week,
                                                                 LimitWindow::Month,  LimitWindow::Total};

static Timestamp rollupOf(Timestamp time)
{
    return floor<duration<qint64, std::ratio<900>>>(time);
}

namespace
{

struct RollupKey
{
    Timestamp bucket;
    QString key;
    QString model;
    QString provider;
    auto tied() const { return std::tie(bucket, key, model, provider); }
    bool operator<(const RollupKey &other) const { return tied() < other.tied(); }
};

struct Rollup
{
    UsageSums sums;
    qint64 cached = 0;
    qint64 reasoning = 0;
};

// What a batch adds to one key's counters.
struct Growth
{
    std::map<std::pair<int, Timestamp>, std::pair<qint64, qint64>>
        windows; // window, start -> requests, tokens
    Timestamp lastUsedAt;
};

}

static Done writeRow(Database &database, const UsageRow &row)
{
    const auto written = database.run(
        u"INSERT INTO requests (request_id, key_id, model, provider_id, reserved_at, status, outcome, "
        u"requests, "
        "prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, measure, streamed, "
        "first_byte_us, total_us) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
        {row::text(row.requestId), row::text(row.key.value), row::text(row.model),
         row::text(row.provider.value), row::from(row.reservedAt), row.status, toString(row.outcome),
         row.requests, row.promptTokens, row.completionTokens, row.cachedTokens, row.reasoningTokens,
         toString(row.measure), row.streamed, qint64(row.firstByte.count()), qint64(row.total.count())});
    if (!written)
        return tl::unexpected<Error>(written.error());
    return {};
}

static Done writeRollup(Database &database, const RollupKey &key, const Rollup &rollup)
{
    const auto written = database.run(
        u"INSERT INTO rollups (bucket, key_id, model, provider_id, requests, refused, failed, prompt_tokens, "
        "completion_tokens, cached_tokens, reasoning_tokens, estimated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?) "
        "ON CONFLICT (bucket, key_id, model, provider_id) DO UPDATE SET requests = requests + "
        "excluded.requests, "
        "refused = refused + excluded.refused, failed = failed + excluded.failed, "
        "prompt_tokens = prompt_tokens + excluded.prompt_tokens, "
        "completion_tokens = completion_tokens + excluded.completion_tokens, "
        "cached_tokens = cached_tokens + excluded.cached_tokens, "
        "reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens, estimated = estimated + excluded.estimated"_s,
        {row::from(key.bucket), row::text(key.key), row::text(key.model), row::text(key.provider),
         rollup.sums.requests, rollup.sums.refused, rollup.sums.failed, rollup.sums.promptTokens,
         rollup.sums.completionTokens, rollup.cached, rollup.reasoning, rollup.sums.estimated});
    if (!written)
        return tl::unexpected<Error>(written.error());
    return {};
}

static Done writeGrowth(Database &database, const QString &key, const Growth &growth)
{
    for (const auto &[place, amounts] : growth.windows) {
        // A newer window replaces what is kept; a late row of an older one changes nothing.
        const auto written = database.run(
            u"INSERT INTO counters (key_id, window, window_start, requests, tokens) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (key_id, window) DO UPDATE SET "
            "requests = CASE WHEN excluded.window_start = window_start THEN requests + excluded.requests "
            "ELSE excluded.requests END, "
            "tokens = CASE WHEN excluded.window_start = window_start THEN tokens + excluded.tokens "
            "ELSE excluded.tokens END, window_start = excluded.window_start "
            "WHERE excluded.window_start >= window_start"_s,
            {key, toString(LimitWindow(place.first)), row::from(place.second), amounts.first,
             amounts.second});
        if (!written)
            return tl::unexpected<Error>(written.error());
    }
    const auto used =
        database.run(u"INSERT INTO last_used (key_id, at) VALUES (?, ?) ON CONFLICT (key_id) DO UPDATE SET "
                     "at = max(at, excluded.at)"_s,
                     {key, row::from(growth.lastUsedAt)});
    if (!used)
        return tl::unexpected<Error>(used.error());
    return {};
}

Done append(Database &database, const std::vector<UsageRow> &rows, const QTimeZone &zone)
{
    std::map<RollupKey, Rollup> rollups;
    std::map<QString, Growth> growths;
    for (const UsageRow &row : rows) {
        Rollup &rollup = rollups[{rollupOf(row.reservedAt), row.key.value, row.model, row.provider.value}];
        if (row.outcome == RequestOutcome::Refused) {
            ++rollup.sums.refused;
            continue;
        }
        ++rollup.sums.requests;
        rollup.sums.failed += row.outcome == RequestOutcome::UpstreamFailed || row.status >= 500;
        rollup.sums.promptTokens += row.promptTokens;
        rollup.sums.completionTokens += row.completionTokens;
        rollup.sums.estimated += row.measure != Measure::Measured;
        rollup.cached += row.cachedTokens;
        rollup.reasoning += row.reasoningTokens;
        Growth &growth = growths[row.key.value];
        growth.lastUsedAt = std::max(growth.lastUsedAt, row.reservedAt);
        for (const LimitWindow window : allWindows) {
            auto &amounts = growth.windows[{int(window), windowAt(window, row.reservedAt, zone).start}];
            amounts.first += row.requests;
            amounts.second += row.promptTokens + row.completionTokens;
        }
    }

    Transaction transaction(database);
    if (Done begun = transaction.begin(); !begun)
        return begun;
    for (const UsageRow &row : rows) {
        if (Done written = writeRow(database, row); !written)
            return written;
    }
    for (const auto &[key, rollup] : rollups) {
        if (Done written = writeRollup(database, key, rollup); !written)
            return written;
    }
    for (const auto &[key, growth] : growths) {
        if (Done written = writeGrowth(database, key, growth); !written)
            return written;
    }
    return transaction.commit();
}

Result<QHash<KeyId, KeyCounters>> loadCounters(Database &database)
{
    QHash<KeyId, KeyCounters> all;
    auto query = database.run(u"SELECT key_id, window, window_start, requests, tokens FROM counters"_s);
    if (!query)
        return tl::unexpected<Error>(query.error());
    while ((*query)->next()) {
        const auto window = limitWindowFromString((*query)->value(1).toString());
        if (!window)
            continue;
        all[{(*query)->value(0).toString()}].counters.append({*window, row::toTimestamp((*query)->value(2)),
                                                              (*query)->value(3).toLongLong(),
                                                              (*query)->value(4).toLongLong()});
    }
    query = database.run(u"SELECT key_id, at FROM last_used"_s);
    if (!query)
        return tl::unexpected<Error>(query.error());
    while ((*query)->next())
        all[{(*query)->value(0).toString()}].lastUsedAt = row::toTimestamp((*query)->value(1));
    return all;
}

Done reset(Database &database, const QHash<KeyId, QList<WindowCounter>> &counters, Timestamp now,
           const QString &actor)
{
    Transaction transaction(database);
    if (Done begun = transaction.begin(); !begun)
        return begun;
    for (auto it = counters.begin(); it != counters.end(); ++it) {
        for (const WindowCounter &counter : it.value()) {
            if (counter.requests == 0 && counter.tokens == 0)
                continue;
            const auto written = database.run(
                u"INSERT INTO adjustments (key_id, window, window_start, requests, tokens, at, actor) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)"_s,
                {it.key().value, toString(counter.window), row::from(counter.start), -counter.requests,
                 -counter.tokens, row::from(now), actor});
            if (!written)
                return tl::unexpected<Error>(written.error());
        }
        // Subtracted, not zeroed: what settled since the counters were read stays counted.
        for (const WindowCounter &counter : it.value()) {
            const auto written = database.run(
                u"UPDATE counters SET requests = max(0, requests - ?), tokens = max(0, tokens - ?) "
                "WHERE key_id = ? AND window = ? AND window_start = ?"_s,
                {counter.requests, counter.tokens, it.key().value, toString(counter.window),
                 row::from(counter.start)});
            if (!written)
                return tl::unexpected<Error>(written.error());
        }
    }
    return transaction.commit();
}

}

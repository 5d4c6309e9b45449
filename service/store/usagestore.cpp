// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/usagestore.h"

#include "service/store/auditstore.h"
#include "service/store/leasestore.h"
#include "service/store/rows.h"

#include <limits>
#include <map>
#include <tuple>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

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

// Holders choose model names; what is longer than any real one is cut.
static constexpr qsizetype maximumModelLength = 200;

static Done insertRequests(Database &database, const std::vector<UsageRow> &rows)
{
    QList<QVariantList> columns(16);
    for (QVariantList &column : columns)
        column.reserve(qsizetype(rows.size()));
    // A null string is bound as NULL, which no column takes.
    const auto text = [](const QString &value) { return value.isNull() ? u""_s : value; };
    for (const UsageRow &row : rows) {
        auto column = columns.begin();
        *column++ += text(row.requestId);
        *column++ += text(row.key.value);
        *column++ += text(row.model.left(maximumModelLength));
        *column++ += text(row.provider.value);
        *column++ += toMilliseconds(row.reservedAt);
        *column++ += row.status;
        *column++ += toString(row.outcome);
        *column++ += row.requests;
        *column++ += row.promptTokens;
        *column++ += row.completionTokens;
        *column++ += row.cachedTokens;
        *column++ += row.reasoningTokens;
        *column++ += toString(row.measure);
        *column++ += int(row.streamed);
        *column++ += qint64(row.firstByte.count());
        *column++ += qint64(row.total.count());
    }
    return database.changeAll(
        u"INSERT INTO requests (request_id, key_id, model, provider_id, reserved_at, status, outcome, "
        u"requests, "
        "prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, measure, streamed, "
        "first_byte_microseconds, total_microseconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
        columns);
}

namespace
{

// Sums of one batch, so that a table's row is touched once however many requests it gets.
struct Rollup
{
    UsageSums sums;
    qint64 cachedTokens = 0;
    qint64 reasoningTokens = 0;
};
using RollupKey = std::tuple<qint64, QString, QString, QString>; // bucket, key, model, provider
using RollupTable = std::map<RollupKey, Rollup>;                 // ordered as the table is

struct Counter
{
    WindowSpan span;
    qint64 requests = 0;
    qint64 tokens = 0;
};
using CounterKey = std::tuple<QString, LimitWindow, Timestamp>; // key, window, start: older windows first
using CounterTable = std::map<CounterKey, Counter>;

class WindowCache // rows come nearly in order of time: spans are computed when a window turns, not per row
{
public:
    explicit WindowCache(const QTimeZone &zone)
        : m_zone(zone)
    {}
    const WindowSpan &at(LimitWindow window, Timestamp time)
    {
        auto &span = m_spans[static_cast<size_t>(window)];
        if (!span || !span->contains(time))
            span = windowAt(window, time, m_zone);
        return *span;
    }

private:
    const QTimeZone &m_zone;
    std::array<std::optional<WindowSpan>, windowCount> m_spans;
};

}

static void addToRollups(RollupTable &rollups, const UsageRow &row)
{
    const auto bucket = std::chrono::floor<std::chrono::duration<qint64, std::ratio<900>>>(row.reservedAt);
    Rollup &rollup = rollups[{toMilliseconds(bucket), row.key.value, row.model.left(maximumModelLength),
                              row.provider.value}];
    UsageSums &sums = rollup.sums;
    if (row.outcome == RequestOutcome::Refused) {
        sums.refused += 1;
        return;
    }
    sums.requests += 1;
    sums.failed += row.outcome == RequestOutcome::UpstreamFailed || row.status >= 500 ? 1 : 0;
    sums.promptTokens += row.promptTokens;
    sums.completionTokens += row.completionTokens;
    sums.estimated += row.measure == Measure::Measured ? 0 : 1;
    rollup.cachedTokens += row.cachedTokens;
    rollup.reasoningTokens += row.reasoningTokens;
}

static void addToCounters(CounterTable &counters, WindowCache &windows, const UsageRow &row)
{
    const qint64 tokens = row.promptTokens + row.completionTokens;
    if (row.outcome == RequestOutcome::Refused || (row.requests == 0 && tokens == 0))
        return;
    for (int index = 0; index < windowCount; ++index) {
        const auto window = static_cast<LimitWindow>(index);
        const WindowSpan &span = windows.at(window, row.reservedAt);
        Counter &counter = counters[{row.key.value, window, span.start}];
        counter.span = span;
        counter.requests += row.requests;
        counter.tokens += tokens;
    }
}

static Done writeRollups(Database &database, const RollupTable &rollups)
{
    for (const auto &[key, rollup] : rollups) {
        const auto &[bucket, keyId, model, provider] = key;
        auto done = database.change(
            u"INSERT INTO rollups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (bucket_start, key_id, model, provider_id) DO UPDATE SET "
            "requests = requests + excluded.requests, refused = refused + excluded.refused, "
            "failed = failed + excluded.failed, prompt_tokens = prompt_tokens + excluded.prompt_tokens, "
            "completion_tokens = completion_tokens + excluded.completion_tokens, "
            "cached_tokens = cached_tokens + excluded.cached_tokens, "
            "reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens, "
            "estimated = estimated + excluded.estimated"_s,
            {bucket, keyId, model, provider, rollup.sums.requests, rollup.sums.refused, rollup.sums.failed,
             rollup.sums.promptTokens, rollup.sums.completionTokens, rollup.cachedTokens,
             rollup.reasoningTokens, rollup.sums.estimated});
        if (!done)
            return tl::unexpected(done.error());
    }
    return {};
}

// A counter knows the start of its window only. One that starts in the batch's window is added to (its start
// may differ when the instance's zone was changed); an older one is replaced; a newer one stays as it is, for
// the request belongs to a window that is over.
Done addToCounter(Database &database, const KeyId &key, LimitWindow window, const WindowSpan &span,
                  qint64 requests, qint64 tokens)
{
    const qint64 end = span.end ? toMilliseconds(*span.end) : std::numeric_limits<qint64>::max();
    auto done = database.change(
        u"INSERT INTO counters (key_id, window_kind, window_start, requests, tokens) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (key_id, window_kind) DO UPDATE SET "
        "requests = excluded.requests + iif(window_start < excluded.window_start, 0, requests), "
        "tokens = excluded.tokens + iif(window_start < excluded.window_start, 0, tokens), "
        "window_start = excluded.window_start WHERE window_start < ?"_s,
        {key.value, toString(window), toMilliseconds(span.start), requests, tokens, end});
    return done ? Done() : tl::unexpected(done.error());
}

static Done writeCounters(Database &database, const CounterTable &counters)
{
    for (const auto &[key, counter] : counters) {
        const auto &[keyId, window, start] = key;
        if (auto done =
                addToCounter(database, KeyId{keyId}, window, counter.span, counter.requests, counter.tokens);
            !done)
            return done;
    }
    return {};
}

static Done writeLastUses(Database &database, const QHash<QString, Timestamp> &uses)
{
    for (auto use = uses.begin(); use != uses.end(); ++use) {
        auto done = database.change(
            u"UPDATE keys SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?"_s,
            {toMilliseconds(use.value()), use.key()});
        if (!done)
            return tl::unexpected(done.error());
    }
    return {};
}

Done append(Database &database, const std::vector<UsageRow> &rows, const QTimeZone &zone)
{
    RollupTable rollups;
    CounterTable counters;
    QHash<QString, Timestamp> uses;
    leasestore::Amounts leased;
    WindowCache windows(zone);

    Transaction transaction(database);
    auto done = transaction.begin();
    if (done)
        done = insertRequests(database, rows);
    for (const UsageRow &row : rows) {
        addToRollups(rollups, row);
        addToCounters(counters, windows, row);
        if (row.outcome != RequestOutcome::Refused) {
            Timestamp &use = uses[row.key.value];
            use = std::max(use, row.reservedAt);
        }
        if (!row.leased.isZero())
            leased[row.key] += row.leased;
    }
    if (done)
        done = writeRollups(database, rollups);
    if (done)
        done = writeCounters(database, counters);
    if (done)
        done = writeLastUses(database, uses);
    if (done)
        done = leasestore::lower(database, leased);
    return done ? transaction.commit() : done;
}

Result<QHash<KeyId, KeyCounters>> loadCounters(Database &database)
{
    QHash<KeyId, KeyCounters> all;
    auto counters = database.run(
        u"SELECT key_id, window_kind, window_start, requests, tokens FROM counters ORDER BY key_id"_s);
    if (!counters)
        return tl::unexpected(counters.error());
    while ((*counters)->next()) {
        const QSqlQuery &row = **counters;
        const auto window = limitWindowFromString(row.value(1).toString());
        if (!window)
            continue; // of a newer program's window that no limit of ours can ask for
        // A late row may still be on its way to a counter that was set to zero: below zero is none.
        all[KeyId{row.value(0).toString()}].counters.append(
            {*window, fromMilliseconds(row.value(2).toLongLong()), qMax<qint64>(0, row.value(3).toLongLong()),
             qMax<qint64>(0, row.value(4).toLongLong())});
    }
    auto uses = database.run(u"SELECT id, last_used_at FROM keys WHERE last_used_at IS NOT NULL"_s);
    if (!uses)
        return tl::unexpected(uses.error());
    while ((*uses)->next())
        all[KeyId{(*uses)->value(0).toString()}].lastUsedAt = timestampFromColumn((*uses)->value(1));
    return all;
}

// Takes away what the ledger had counted, instead of writing zero: requests that settled since are in the table
// already, or still on their way, and must stay counted.
static Done takeAway(Database &database, const KeyId &key, const WindowCounter &counter)
{
    const QString window = toString(counter.window);
    auto taken =
        database.change(u"UPDATE counters SET requests = requests - ?, tokens = tokens - ? "
                        "WHERE key_id = ? AND window_kind = ? AND window_start = ?"_s,
                        {counter.requests, counter.tokens, key.value, window, toMilliseconds(counter.start)});
    if (taken && *taken == 0)
        taken = database.change(u"DELETE FROM counters WHERE key_id = ? AND window_kind = ?"_s,
                                {key.value, window});
    return taken ? Done() : tl::unexpected(taken.error());
}

Done reset(Database &database, const QHash<KeyId, QList<WindowCounter>> &counters, Timestamp now,
           const QString &actor)
{
    Transaction transaction(database);
    auto done = transaction.begin();
    for (auto key = counters.begin(); done && key != counters.end(); ++key) {
        for (const WindowCounter &counter : key.value()) {
            if (counter.requests != 0 || counter.tokens != 0) {
                auto kept =
                    database.change(u"INSERT INTO adjustments (time, key_id, window_kind, window_start, "
                                    u"requests, tokens, actor) "
                                    "VALUES (?, ?, ?, ?, ?, ?, ?)"_s,
                                    {toMilliseconds(now), key.key().value, toString(counter.window),
                                     toMilliseconds(counter.start), counter.requests, counter.tokens, actor});
                if (!kept)
                    return tl::unexpected(kept.error());
            }
            if (done = takeAway(database, key.key(), counter); !done)
                return done;
        }
        // Nothing left, or of a window that a clock once ran ahead to: the next request starts it anew.
        auto cleared = database.change(
            u"DELETE FROM counters WHERE key_id = ? AND (window_start > ? OR (requests = 0 AND tokens = 0))"_s,
            {key.key().value, toMilliseconds(now)});
        if (!cleared)
            return tl::unexpected(cleared.error());
        done = auditstore::append(database, now, actor, u"usage.reset"_s, key.key().value, {});
    }
    return done ? transaction.commit() : done;
}

}

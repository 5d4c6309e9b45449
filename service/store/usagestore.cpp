// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/usagestore.h"

#include "service/store/auditstore.h"
#include "service/store/rows.h"

using namespace Qt::StringLiterals;

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

// A counter knows the start of its window only. One that starts in the same window is added to (its start may differ
// when the instance's zone was changed); an older one is replaced; a newer one stays as it is, for what is added belongs
// to a window that is over.
Done addToCounter(Database &database, QByteArrayView key, LimitWindow window, const WindowSpan &span,
                  qint64 requests, qint64 tokens)
{
    const auto add = database.statement(
        "INSERT INTO counters (key_id, window_kind, window_start, requests, tokens) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (key_id, window_kind) DO UPDATE SET "
        "requests = excluded.requests + iif(window_start < excluded.window_start, 0, requests), "
        "tokens = excluded.tokens + iif(window_start < excluded.window_start, 0, tokens), "
        "window_start = excluded.window_start WHERE window_start < ?");
    if (!add)
        return tl::unexpected(add.error());
    const QByteArray word = toString(window).toLatin1();
    const qint64 end = span.end ? toMilliseconds(*span.end) : std::numeric_limits<qint64>::max();
    (*add)->bindAll(key, QByteArrayView(word), toMilliseconds(span.start), requests, tokens, end);
    return (*add)->run();
}

Done addImported(Database &database, const KeyId &key, qint64 requests, qint64 tokens, Timestamp now,
                 const QString &actor)
{
    const WindowSpan ever = windowAt(LimitWindow::Total, now, QTimeZone::utc());
    auto done = addToCounter(database, key.value.toUtf8(), LimitWindow::Total, ever, requests, tokens);
    if (!done)
        return done;
    return database
        .change(u"INSERT INTO adjustments (time, key_id, window_kind, window_start, requests, tokens, actor, "
                "kind) VALUES (?, ?, ?, ?, ?, ?, ?, 'imported')"_s,
                {toMilliseconds(now), key.value, toString(LimitWindow::Total), toMilliseconds(ever.start),
                 requests, tokens, actor})
        .map([](qint64) {});
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

Result<std::optional<UsageRow>> findRequest(Database &database, QByteArrayView requestId)
{
    // The id has the instant when the head was there; a row counts in that of the reservation, which an upload or a
    // clock that was set may put off.
    constexpr qint64 before = 3'600'000;
    constexpr qint64 after = 24 * before;
    const qint64 begun = requestId.sliced(4, 12).toLongLong(nullptr, 16);
    auto query = database.run(
        u"SELECT key_id, model, provider_id, reserved_at, status, outcome, requests, prompt_tokens, "
        "completion_tokens, cached_tokens, reasoning_tokens, measure, streamed, queue_microseconds, "
        "first_byte_microseconds, upstream_microseconds, total_microseconds FROM request_rows "
        "WHERE reserved_at BETWEEN ? AND ? AND request_id = ?"_s,
        {begun - before, begun + after, QString::fromLatin1(requestId)});
    if (!query)
        return tl::unexpected(query.error());
    if (!(*query)->next())
        return std::nullopt;
    const QSqlQuery &found = **query;
    const auto microseconds = [&found](int column) {
        return std::chrono::microseconds(found.value(column).toLongLong());
    };
    UsageRow row;
    row.requestId = requestId.toByteArray();
    row.key = KeyId{found.value(0).toString()};
    row.model = found.value(1).toString();
    row.provider = ProviderId{found.value(2).toString()};
    row.reservedAt = fromMilliseconds(found.value(3).toLongLong());
    row.status = found.value(4).toInt();
    for (const auto outcome : {RequestOutcome::Answered, RequestOutcome::UpstreamFailed,
                               RequestOutcome::ClientGone, RequestOutcome::Refused}) {
        if (found.value(5).toString() == toString(outcome))
            row.outcome = outcome;
    }
    row.requests = found.value(6).toLongLong();
    row.promptTokens = found.value(7).toLongLong();
    row.completionTokens = found.value(8).toLongLong();
    row.cachedTokens = found.value(9).toLongLong();
    row.reasoningTokens = found.value(10).toLongLong();
    for (const auto measure : {Measure::Measured, Measure::Estimated, Measure::Unknown}) {
        if (found.value(11).toString() == toString(measure))
            row.measure = measure;
    }
    row.streamed = found.value(12).toInt() != 0;
    row.queue = microseconds(13);
    row.firstByte = microseconds(14);
    row.upstream = microseconds(15);
    row.total = microseconds(16);
    (*query)->finish();
    return row;
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

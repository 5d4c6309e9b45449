// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/ledger.h"
#include "service/store/database.h"
#include "shared/usage.h"

// The books on disk as others ask them: a row for each request, sums from 15-minute UTC buckets up per key × model ×
// provider × status (so that any zone's day is exact), and each key's window counters. UsageBooks writes them.
namespace quota::service
{

enum class RequestOutcome // numbers as in the column
{
    Answered,
    UpstreamFailed,
    ClientGone,
    Refused
};

QString toString(RequestOutcome outcome); // its word in the books and the log

// One request as the books keep it. Refused ones count as refused only.
struct UsageRow
{
    QByteArray requestId;
    KeyId key;
    QString model;
    ProviderId provider;
    Timestamp reservedAt; // the instant whose windows it counts in
    int status = 0;       // answered to the holder; 0 when the holder left before an answer began
    RequestOutcome outcome = RequestOutcome::Answered;
    qint64 requests = 1; // what the ledger settled: 0 or 1
    qint64 promptTokens = 0;
    qint64 completionTokens = 0;
    qint64 cachedTokens = 0;
    qint64 reasoningTokens = 0;
    Measure measure = Measure::Unknown;
    bool streamed = false;
    LeaseAmounts leased;                    // what it held of its key's lease, which ends with this row
    std::chrono::microseconds queue{0};     // until it went to the upstream
    std::chrono::microseconds firstByte{0}; // of the upstream's answer, since the request came
    std::chrono::microseconds upstream{0};  // from being sent to the end of the answer
    std::chrono::microseconds total{0};
};

namespace usagestore
{

// Inside a transaction: adds to the key's counter of that window. Nothing when the counter is of a later one.
Done addToCounter(Database &database, QByteArrayView key, LimitWindow window, const WindowSpan &span,
                  qint64 requests, qint64 tokens);

// Inside a transaction: what another system had counted for a key in all its life, beyond what it had by day. Kept as
// an adjustment of the kind «imported».
Done addImported(Database &database, const KeyId &key, qint64 requests, qint64 tokens, Timestamp now,
                 const QString &actor);

struct KeyCounters
{
    QList<WindowCounter> counters;
    std::optional<Timestamp> lastUsedAt;
};
Result<QHash<KeyId, KeyCounters>> loadCounters(Database &database);

// Sums over [from, to), widened to whole quarters of an hour, in buckets that start by the zone's calendar (the
// first may start before from); every bucket of the range is there. Groups beyond the query's top (by requests, then
// tokens) are joined as one series with group «other», unless that would be a single one. Labels are left to the caller
// for keys; the caller also fills in the instance's zone, an empty one is UTC.
Result<UsageReport> report(Database &database, const UsageQuery &query);

// Requests of each of the last seven days (the zone's), oldest first, for many keys at once.
Result<QHash<KeyId, QList<qint64>>> lastDays(Database &database, const QList<KeyId> &keys, Timestamp now,
                                             const QTimeZone &zone);

// Requests of one key on one day.
struct KeyDay
{
    Timestamp start; // of the day
    KeyId key;
    qint64 requests = 0;
};
struct KeyDays
{
    QList<KeyDay> days; // newest day first, most requests first
    qsizetype total = 0;
};
// The first so many of the query's range; its bucket and group do not matter.
Result<KeyDays> keyDays(Database &database, const UsageQuery &query, qsizetype limit);

// The row of a request, by the time in its id; nothing when it is not in the books (any more).
Result<std::optional<UsageRow>> findRequest(Database &database, QByteArrayView requestId);

// Takes these counters, which Account::reset() returned, away from those of the keys, and keeps them as
// adjustments; request rows stay.
Done reset(Database &database, const QHash<KeyId, QList<WindowCounter>> &counters, Timestamp now,
           const QString &actor);

}

}

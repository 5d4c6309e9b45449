// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/ledger.h"
#include "service/store/database.h"
#include "shared/usage.h"

// The books on disk: a row for each request, sums in 15-minute UTC buckets per key × model × provider (so that
// any zone's day is exact), and each key's window counters, all moved together in one transaction.
namespace quota::service
{

enum class RequestOutcome
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
    QString requestId;
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
    std::chrono::microseconds firstByte{0}; // since the request was whole
    std::chrono::microseconds total{0};
};

namespace usagestore
{

// One transaction: request rows, sums, counters, leases. zone: of the counters' windows.
Done append(Database &database, const std::vector<UsageRow> &rows, const QTimeZone &zone);

// Inside a transaction: adds to the key's counter of that window. Nothing when the counter is of a later one.
Done addToCounter(Database &database, const KeyId &key, LimitWindow window, const WindowSpan &span,
                  qint64 requests, qint64 tokens);

struct KeyCounters
{
    QList<WindowCounter> counters;
    std::optional<Timestamp> lastUsedAt;
};
Result<QHash<KeyId, KeyCounters>> loadCounters(Database &database);

// Sums over [from, to), widened to whole quarters of an hour, in buckets that start by the zone's calendar (the
// first may start before from); every bucket of the range is there. Of more than ten groups all beyond the nine
// largest (by requests, then tokens) are joined as one series with group «other». Labels are left to the caller
// for keys; the caller also fills in the instance's zone, an empty one is UTC.
Result<UsageReport> report(Database &database, const UsageQuery &query);

// Requests of each of the last seven days (the zone's), oldest first, for many keys at once.
Result<QHash<KeyId, QList<qint64>>> lastDays(Database &database, const QList<KeyId> &keys, Timestamp now,
                                             const QTimeZone &zone);

// Takes these counters, which Account::reset() returned, away from those of the keys, and keeps them as
// adjustments; request rows stay.
Done reset(Database &database, const QHash<KeyId, QList<WindowCounter>> &counters, Timestamp now,
           const QString &actor);

}

}

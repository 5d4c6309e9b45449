// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/leasestore.h"

#include "service/store/auditstore.h"
#include "service/store/usagestore.h"

using namespace Qt::StringLiterals;

namespace quota::service::leasestore
{

Done grant(Database &database, const Amounts &amounts, Timestamp now)
{
    Transaction transaction(database);
    if (auto begun = transaction.begin(); !begun)
        return begun;
    const auto add = database.statement(
        "INSERT INTO leases (key_id, requests, tokens, granted_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (key_id) DO UPDATE SET requests = requests + excluded.requests, "
        "tokens = tokens + excluded.tokens, granted_at = max(granted_at, excluded.granted_at)");
    if (!add)
        return tl::unexpected(add.error());
    for (auto it = amounts.keyValueBegin(); it != amounts.keyValueEnd(); ++it) {
        const auto &[key, granted] = *it;
        const QByteArray id = key.value.toUtf8();
        (*add)->bindAll(QByteArrayView(id), granted.requests, granted.tokens, toMilliseconds(now));
        if (auto done = (*add)->run(); !done)
            return done;
    }
    return transaction.commit();
}

Done lower(Database &database, const Amounts &amounts)
{
    if (amounts.isEmpty())
        return {};
    const auto take =
        database.statement("UPDATE leases SET requests = requests - ?, tokens = tokens - ? WHERE key_id = ?");
    if (!take)
        return tl::unexpected(take.error());
    for (auto it = amounts.keyValueBegin(); it != amounts.keyValueEnd(); ++it) {
        const auto &[key, spent] = *it;
        const QByteArray id = key.value.toUtf8();
        (*take)->bindAll(spent.requests, spent.tokens, QByteArrayView(id));
        if (auto done = (*take)->run(); !done)
            return done;
    }
    return {};
}

Done giveBack(Database &database, const Amounts &amounts)
{
    Transaction transaction(database);
    auto done = transaction.begin();
    if (done)
        done = lower(database, amounts);
    if (!done)
        return done;
    auto ended = database.change(u"DELETE FROM leases WHERE requests <= 0 AND tokens <= 0"_s);
    return ended ? transaction.commit() : tl::unexpected(ended.error());
}

namespace
{

struct Found
{
    KeyId key;
    LeaseAmounts amounts;
    Timestamp newest; // instant that the lease or a counter of its key knows
};

}

static Result<QList<Found>> findAll(Database &database)
{
    auto query = database.run(
        u"SELECT key_id, requests, tokens, max(granted_at, coalesce((SELECT max(window_start) FROM counters "
        "WHERE counters.key_id = leases.key_id), 0)) FROM leases WHERE requests > 0 OR tokens > 0"_s);
    if (!query)
        return tl::unexpected(query.error());
    QList<Found> all;
    while ((*query)->next()) {
        const QSqlQuery &row = **query;
        all.append({KeyId{row.value(0).toString()},
                    {qMax<qint64>(0, row.value(1).toLongLong()), qMax<qint64>(0, row.value(2).toLongLong())},
                    fromMilliseconds(row.value(3).toLongLong())});
    }
    return all;
}

static Done countOne(Database &database, const Found &found, Timestamp now, const QTimeZone &zone)
{
    const QString actor = u"service"_s;
    const QByteArray key = found.key.value.toUtf8();
    for (int index = 0; index < windowCount; ++index) {
        const auto window = static_cast<LimitWindow>(index);
        const WindowSpan span = windowAt(window, std::max(now, found.newest), zone);
        if (auto done = usagestore::addToCounter(database, key, window, span, found.amounts.requests,
                                                 found.amounts.tokens);
            !done)
            return done;
        auto kept = database.change(
            u"INSERT INTO adjustments (time, key_id, window_kind, window_start, "
            "requests, tokens, actor, kind) VALUES (?, ?, ?, ?, ?, ?, ?, 'unknown')"_s,
            {toMilliseconds(now), found.key.value, toString(window), toMilliseconds(span.start),
             found.amounts.requests, found.amounts.tokens, actor});
        if (!kept)
            return tl::unexpected(kept.error());
    }
    return auditstore::append(
        database, now, actor, u"usage.unknown"_s, found.key.value,
        u"%1 requests, %2 tokens"_s.arg(found.amounts.requests).arg(found.amounts.tokens));
}

Result<Amounts> countAsSpent(Database &database, Timestamp now, const QTimeZone &zone)
{
    Transaction transaction(database);
    if (auto begun = transaction.begin(); !begun)
        return tl::unexpected(begun.error());
    const auto all = findAll(database);
    if (!all)
        return tl::unexpected(all.error());
    Amounts counted;
    for (const Found &found : *all) {
        if (auto done = countOne(database, found, now, zone); !done)
            return tl::unexpected(done.error());
        counted.insert(found.key, found.amounts);
    }
    if (auto ended = database.change(u"DELETE FROM leases"_s); !ended)
        return tl::unexpected(ended.error());
    if (auto committed = transaction.commit(); !committed)
        return tl::unexpected(committed.error());
    return counted;
}

Result<UnknownUse> unknownUse(Database &database, const UsageQuery &query)
{
    QString statement = u"SELECT coalesce(sum(requests), 0), coalesce(sum(tokens), 0) FROM adjustments "
                        "WHERE kind = 'unknown' AND window_kind = 'total' AND time >= ? AND time < ?"_s;
    QVariantList values{toMilliseconds(query.from), toMilliseconds(query.to)};
    if (!query.key.isEmpty()) {
        statement += u" AND key_id = ?"_s;
        values.append(query.key.value);
    }
    auto sums = database.run(statement, values);
    if (!sums)
        return tl::unexpected(sums.error());
    UnknownUse use;
    if ((*sums)->next())
        use = {(*sums)->value(0).toLongLong(), (*sums)->value(1).toLongLong()};
    return use;
}

}

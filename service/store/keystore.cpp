// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/keystore.h"

#include "service/store/auditstore.h"
#include "service/store/rows.h"
#include "service/store/templatestore.h"
#include "service/store/usagestore.h"

using namespace Qt::StringLiterals;

namespace quota::service::keystore
{

static Result<QHash<KeyId, QList<Limit>>> loadLimits(Database &database)
{
    auto query = database.run(
        u"SELECT key_id, unit, window_kind, amount, mode FROM key_limits ORDER BY key_id, position"_s);
    if (!query)
        return tl::unexpected(query.error());
    QHash<KeyId, QList<Limit>> limits;
    while ((*query)->next()) {
        const QString key = (*query)->value(0).toString();
        const auto limit = limitFromColumns(**query, 1);
        // Skipping it would lift a limit in silence.
        if (!limit)
            return tl::unexpected(unknownLimit(u"key "_s + key));
        limits[KeyId{key}].append(*limit);
    }
    return limits;
}

static Result<QHash<KeyId, QList<LimitRaise>>> loadRaises(Database &database)
{
    auto query = database.run(
        u"SELECT key_id, unit, window_kind, amount, ends_at FROM key_raises ORDER BY key_id, unit, window_kind"_s);
    if (!query)
        return tl::unexpected(query.error());
    QHash<KeyId, QList<LimitRaise>> raises;
    while ((*query)->next()) {
        const auto unit = limitUnitFromString((*query)->value(1).toString());
        const auto window = limitWindowFromString((*query)->value(2).toString());
        // One that is not known lifts nothing.
        if (unit && window)
            raises[KeyId{(*query)->value(0).toString()}].append(
                {*unit, *window, (*query)->value(3).toLongLong(),
                 fromMilliseconds((*query)->value(4).toLongLong())});
    }
    return raises;
}

static ApiKey keyFrom(const QSqlQuery &row)
{
    ApiKey key;
    key.id = KeyId{row.value(0).toString()};
    key.label = row.value(2).toString();
    key.prefix = row.value(3).toString();
    key.tail = row.value(4).toString();
    key.disabled = row.value(5).toBool();
    key.inheritsLimits = row.value(6).toBool();
    key.concurrency = integerFromColumn(row.value(7));
    key.models = wordsFromColumn(row.value(8));
    key.expiresAt = timestampFromColumn(row.value(9));
    key.deletedAt = timestampFromColumn(row.value(10));
    key.rotatedAt = timestampFromColumn(row.value(11));
    key.createdAt = fromMilliseconds(row.value(12).toLongLong());
    key.updatedAt = fromMilliseconds(row.value(13).toLongLong());
    key.version = row.value(14).toLongLong();
    key.templateName = row.value(15).toString();
    return key;
}

Result<QList<Keyring::StoredKey>> loadAll(Database &database)
{
    const auto limits = loadLimits(database);
    if (!limits)
        return tl::unexpected(limits.error());
    const auto raises = loadRaises(database);
    if (!raises)
        return tl::unexpected(raises.error());
    const auto counters = usagestore::loadCounters(database);
    if (!counters)
        return tl::unexpected(counters.error());
    auto query = database.run(
        u"SELECT id, secret_hash, label, prefix, tail, disabled, inherits_limits, concurrency, models, "
        u"expires_at, "
        "deleted_at, rotated_at, created_at, updated_at, version, template FROM keys ORDER BY created_at, id"_s);
    if (!query)
        return tl::unexpected(query.error());
    QList<Keyring::StoredKey> keys;
    while ((*query)->next()) {
        Keyring::StoredKey stored;
        stored.key = keyFrom(**query);
        stored.key.limits = limits->value(stored.key.id);
        stored.key.raises = raises->value(stored.key.id);
        stored.secretHash = (*query)->value(1).toByteArray();
        const auto used = counters->value(stored.key.id);
        stored.counters = used.counters;
        stored.lastUsedAt = used.lastUsedAt;
        keys.append(stored);
    }
    return keys;
}

Result<Keyring::Contents> loadContents(Database &database)
{
    auto templates = templatestore::loadAll(database);
    if (!templates)
        return tl::unexpected(templates.error());
    auto keys = loadAll(database);
    if (!keys)
        return tl::unexpected(keys.error());
    return Keyring::Contents{std::move(*templates), std::move(*keys)};
}

static QVariantList columnsOf(const Keyring::StoredKey &stored)
{
    const ApiKey &key = stored.key;
    return {stored.secretHash,
            key.label,
            key.prefix,
            key.tail,
            int(key.disabled),
            int(key.inheritsLimits),
            toColumn(key.concurrency),
            toColumn(key.models),
            toColumn(key.expiresAt),
            toColumn(key.deletedAt),
            toColumn(key.rotatedAt),
            toMilliseconds(key.createdAt),
            toMilliseconds(key.updatedAt),
            key.version,
            key.templateName.isEmpty() ? QVariant() : QVariant(key.templateName)};
}

static Done insertLimits(Database &database, const ApiKey &key)
{
    for (qsizetype position = 0; position < key.limits.size(); ++position) {
        const Limit &limit = key.limits.at(position);
        auto done =
            database.change(u"INSERT INTO key_limits (key_id, position, unit, window_kind, amount, mode) "
                            u"VALUES (?, ?, ?, ?, ?, ?)"_s,
                            {key.id.value, position, toString(limit.unit), toString(limit.window),
                             limit.amount, toString(limit.mode)});
        if (!done)
            return tl::unexpected(done.error());
    }
    for (const LimitRaise &raise : key.raises) {
        auto done = database.change(u"INSERT INTO key_raises (key_id, unit, window_kind, amount, ends_at) "
                                    u"VALUES (?, ?, ?, ?, ?)"_s,
                                    {key.id.value, toString(raise.unit), toString(raise.window), raise.amount,
                                     toMilliseconds(raise.until)});
        if (!done)
            return tl::unexpected(done.error());
    }
    return {};
}

static QString limitsText(const ApiKey &key)
{
    QStringList words;
    for (const LimitRaise &raise : key.raises)
        words.append(u"%1/%2=%3 until %4"_s.arg(toString(raise.unit), toString(raise.window))
                         .arg(raise.amount)
                         .arg(toIso(raise.until)));
    if (!key.templateName.isEmpty())
        words.prepend(u"template %1"_s.arg(key.templateName));
    else if (key.inheritsLimits)
        words.prepend(u"default limits"_s);
    for (const Limit &limit : key.limits)
        words.append(toText(limit));
    return words.isEmpty() ? u"no limits"_s : words.join(u' ');
}

static Done insertOne(Database &database, const Keyring::StoredKey &stored)
{
    auto added =
        database.change(u"INSERT INTO keys (id, secret_hash, label, prefix, tail, disabled, "
                        u"inherits_limits, concurrency, models, "
                        "expires_at, deleted_at, rotated_at, created_at, updated_at, version, template) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
                        QVariantList{stored.key.id.value} + columnsOf(stored));
    return added ? insertLimits(database, stored.key) : tl::unexpected(added.error());
}

Done insert(Database &database, const QList<Keyring::StoredKey> &keys, const QString &actor)
{
    Transaction transaction(database);
    if (auto begun = transaction.begin(); !begun)
        return begun;
    for (const Keyring::StoredKey &stored : keys) {
        if (auto done = insertWithin(database, {stored}, u"create"_s, actor, stored.key.createdAt); !done)
            return done;
    }
    return transaction.commit();
}

Done insertWithin(Database &database, const QList<Keyring::StoredKey> &keys, const QString &action,
                  const QString &actor, Timestamp now)
{
    for (const Keyring::StoredKey &stored : keys) {
        if (auto added = insertOne(database, stored); !added)
            return added;
        auto audited = auditstore::append(database, now, actor, u"key."_s + action, stored.key.id.value,
                                          limitsText(stored.key));
        if (!audited)
            return audited;
    }
    return {};
}

Done noteUse(Database &database, const KeyId &id, Timestamp time)
{
    return database
        .change(u"UPDATE keys SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?"_s,
                {toMilliseconds(time), id.value})
        .map([](qint64) {});
}

Result<qint64> count(Database &database)
{
    return database.run(u"SELECT count(*) FROM keys"_s).map([](QSqlQuery *query) {
        const qint64 keys = query->next() ? query->value(0).toLongLong() : 0;
        query->finish();
        return keys;
    });
}

static Result<std::optional<qint64>> versionOf(Database &database, const KeyId &id)
{
    auto query = database.run(u"SELECT version FROM keys WHERE id = ?"_s, {id.value});
    if (!query)
        return tl::unexpected(query.error());
    std::optional<qint64> version;
    if ((*query)->next())
        version = (*query)->value(0).toLongLong();
    (*query)->finish();
    return version;
}

Done replace(Database &database, const Keyring::StoredKey &stored, qint64 expectedVersion,
             const QString &action, const QString &actor)
{
    const ApiKey &key = stored.key;
    Transaction transaction(database);
    if (auto begun = transaction.begin(); !begun)
        return begun;
    const auto found = versionOf(database, key.id);
    if (!found)
        return tl::unexpected(found.error());
    if (*found != expectedVersion)
        return tl::unexpected(changedMeanwhile(u"Key %1"_s.arg(key.id.value), *found, expectedVersion));
    auto changed = database.change(u"UPDATE keys SET secret_hash = ?, label = ?, prefix = ?, tail = ?, "
                                   u"disabled = ?, inherits_limits = ?, "
                                   "concurrency = ?, models = ?, expires_at = ?, deleted_at = ?, rotated_at "
                                   "= ?, created_at = ?, updated_at = ?, "
                                   "version = ?, template = ? WHERE id = ?"_s,
                                   columnsOf(stored) + QVariantList{key.id.value});
    if (changed)
        changed = database.change(u"DELETE FROM key_limits WHERE key_id = ?"_s, {key.id.value});
    if (changed)
        changed = database.change(u"DELETE FROM key_raises WHERE key_id = ?"_s, {key.id.value});
    if (!changed)
        return tl::unexpected(changed.error());
    if (auto done = insertLimits(database, key); !done)
        return done;
    auto audited = auditstore::append(database, key.updatedAt, actor, u"key."_s + action, key.id.value,
                                      u"version %1, %2"_s.arg(key.version).arg(limitsText(key)));
    if (!audited)
        return audited;
    return transaction.commit();
}

Result<QList<KeyId>> purge(Database &database, Timestamp deletedBefore, Timestamp now)
{
    Transaction transaction(database);
    if (auto begun = transaction.begin(); !begun)
        return tl::unexpected(begun.error());
    auto query = database.run(u"SELECT id FROM keys WHERE deleted_at < ?"_s, {toMilliseconds(deletedBefore)});
    if (!query)
        return tl::unexpected(query.error());
    QList<KeyId> ids;
    while ((*query)->next())
        ids.append(KeyId{(*query)->value(0).toString()});
    for (const KeyId &id : ids) {
        if (auto gone = database.change(u"DELETE FROM keys WHERE id = ?"_s, {id.value}); !gone)
            return tl::unexpected(gone.error());
        auto audited = auditstore::append(database, now, u"service"_s, u"key.purge"_s, id.value, {});
        if (!audited)
            return tl::unexpected(audited.error());
    }
    if (!ids.isEmpty()) {
        auto cleared = database.change(u"DELETE FROM counters WHERE key_id NOT IN (SELECT id FROM keys)"_s);
        if (!cleared)
            return tl::unexpected(cleared.error());
    }
    if (auto committed = transaction.commit(); !committed)
        return tl::unexpected(committed.error());
    return ids;
}

}

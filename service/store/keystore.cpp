// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/keystore.h"

#include "service/store/auditstore.h"
#include "service/store/row.h"
#include "service/store/usagestore.h"

using namespace Qt::StringLiterals;

namespace quota::service::keystore
{

static const QString columns =
    u"id, secret_hash, label, prefix, tail, disabled, inherits_limits, concurrency, models, "
    "expires_at, deleted_at, rotated_at, created_at, updated_at, version"_s;

static QVariantList valuesOf(const Keyring::StoredKey &stored)
{
    const ApiKey &key = stored.key;
    return {key.id.value,
            stored.secretHash,
            row::text(key.label),
            row::text(key.prefix),
            row::text(key.tail),
            key.disabled,
            key.inheritsLimits,
            key.concurrency ? QVariant(*key.concurrency) : QVariant(QMetaType(QMetaType::LongLong)),
            row::from(key.models),
            row::from(key.expiresAt),
            row::from(key.deletedAt),
            row::from(key.rotatedAt),
            row::from(key.createdAt),
            row::from(key.updatedAt),
            key.version};
}

static Keyring::StoredKey fromRow(const QSqlQuery &query)
{
    Keyring::StoredKey stored;
    ApiKey &key = stored.key;
    key.id = {query.value(0).toString()};
    stored.secretHash = query.value(1).toByteArray();
    key.label = query.value(2).toString();
    key.prefix = query.value(3).toString();
    key.tail = query.value(4).toString();
    key.disabled = query.value(5).toBool();
    key.inheritsLimits = query.value(6).toBool();
    if (!query.value(7).isNull())
        key.concurrency = query.value(7).toLongLong();
    key.models = row::toStringList(query.value(8));
    key.expiresAt = row::toOptionalTimestamp(query.value(9));
    key.deletedAt = row::toOptionalTimestamp(query.value(10));
    key.rotatedAt = row::toOptionalTimestamp(query.value(11));
    key.createdAt = row::toTimestamp(query.value(12));
    key.updatedAt = row::toTimestamp(query.value(13));
    key.version = query.value(14).toLongLong();
    return stored;
}

static Done writeLimits(Database &database, const ApiKey &key)
{
    for (const Limit &limit : key.limits) {
        const auto written =
            database.run(u"INSERT INTO key_limits (key_id, unit, window, amount) VALUES (?, ?, ?, ?)"_s,
                         {key.id.value, toString(limit.unit), toString(limit.window), limit.amount});
        if (!written)
            return tl::unexpected<Error>(written.error());
    }
    return {};
}

Result<QList<Keyring::StoredKey>> loadAll(Database &database)
{
    auto counters = usagestore::loadCounters(database);
    if (!counters)
        return tl::unexpected<Error>(counters.error());

    QHash<QString, QList<Limit>> limits;
    auto query = database.run(u"SELECT key_id, unit, window, amount FROM key_limits"_s);
    if (!query)
        return tl::unexpected<Error>(query.error());
    while ((*query)->next()) {
        const auto unit = limitUnitFromString((*query)->value(1).toString());
        const auto window = limitWindowFromString((*query)->value(2).toString());
        if (!unit || !window)
            return failure(ErrorCode::Storage, u"The limits of key %1 in the database cannot be read."_s.arg(
                                                   (*query)->value(0).toString()));
        limits[(*query)->value(0).toString()].append({*unit, *window, (*query)->value(3).toLongLong()});
    }

    query = database.run(u"SELECT %1 FROM keys ORDER BY created_at, id"_s.arg(columns));
    if (!query)
        return tl::unexpected<Error>(query.error());
    QList<Keyring::StoredKey> keys;
    while ((*query)->next()) {
        Keyring::StoredKey stored = fromRow(**query);
        stored.key.limits = limits.value(stored.key.id.value);
        const usagestore::KeyCounters kept = counters->value(stored.key.id);
        stored.counters = kept.counters;
        stored.lastUsedAt = kept.lastUsedAt;
        keys.append(stored);
    }
    return keys;
}

Done insert(Database &database, const QList<Keyring::StoredKey> &keys, const QString &actor)
{
    Transaction transaction(database);
    if (Done begun = transaction.begin(); !begun)
        return begun;
    for (const Keyring::StoredKey &stored : keys) {
        const auto written = database.run(
            u"INSERT INTO keys (%1) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s.arg(columns),
            valuesOf(stored));
        if (!written)
            return tl::unexpected<Error>(written.error());
        if (Done limits = writeLimits(database, stored.key); !limits)
            return limits;
        if (Done audit = auditstore::append(database, stored.key.createdAt, actor, u"key.create"_s,
                                            stored.key.id.value, stored.key.label);
            !audit)
            return audit;
    }
    return transaction.commit();
}

Done replace(Database &database, const Keyring::StoredKey &stored, qint64 expectedVersion,
             const QString &action, const QString &actor)
{
    Transaction transaction(database);
    if (Done begun = transaction.begin(); !begun)
        return begun;
    // The id stays; the row's values follow it in the order of the columns.
    QVariantList values = valuesOf(stored).mid(1);
    values.append({stored.key.id.value, expectedVersion});
    const auto written = database.run(
        u"UPDATE keys SET secret_hash = ?, label = ?, prefix = ?, tail = ?, disabled = ?, "
        "inherits_limits = ?, concurrency = ?, models = ?, expires_at = ?, deleted_at = ?, "
        "rotated_at = ?, created_at = ?, updated_at = ?, version = ? WHERE id = ? AND version = ?"_s,
        values);
    if (!written)
        return tl::unexpected<Error>(written.error());
    if (database.changes() != 1)
        return failure(ErrorCode::VersionConflict,
                       u"The key has changed since it was read. Read it again and repeat the edit."_s);
    if (const auto removed =
            database.run(u"DELETE FROM key_limits WHERE key_id = ?"_s, {stored.key.id.value});
        !removed)
        return tl::unexpected<Error>(removed.error());
    if (Done limits = writeLimits(database, stored.key); !limits)
        return limits;
    if (Done audit = auditstore::append(database, stored.key.updatedAt, actor, u"key."_s + action,
                                        stored.key.id.value, u"version %1"_s.arg(stored.key.version));
        !audit)
        return audit;
    return transaction.commit();
}

Result<QList<KeyId>> purge(Database &database, Timestamp deletedBefore)
{
    Transaction transaction(database);
    if (Done begun = transaction.begin(); !begun)
        return tl::unexpected<Error>(begun.error());
    auto query = database.run(u"SELECT id FROM keys WHERE deleted_at < ?"_s, {row::from(deletedBefore)});
    if (!query)
        return tl::unexpected<Error>(query.error());
    QList<KeyId> purged;
    while ((*query)->next())
        purged.append({(*query)->value(0).toString()});
    for (const KeyId &id : std::as_const(purged)) {
        for (const QString &statement :
             {u"DELETE FROM keys WHERE id = ?"_s, u"DELETE FROM counters WHERE key_id = ?"_s,
              u"DELETE FROM last_used WHERE key_id = ?"_s}) {
            if (const auto removed = database.run(statement, {id.value}); !removed)
                return tl::unexpected<Error>(removed.error());
        }
        if (Done audit = auditstore::append(database, deletedBefore + deletedKeysKept, u"service"_s,
                                            u"key.purge"_s, id.value, {});
            !audit)
            return tl::unexpected<Error>(audit.error());
    }
    if (Done committed = transaction.commit(); !committed)
        return tl::unexpected<Error>(committed.error());
    return purged;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/providerstore.h"

#include "service/store/auditstore.h"
#include "service/store/rows.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

QString maskSecret(const QByteArray &secret)
{
    if (secret.isEmpty())
        return {};
    return secret.size() < 16
               ? u"…"_s
               : QString::fromLatin1(secret.first(3)) + u'…' + QString::fromLatin1(secret.last(4));
}

}

namespace quota::service::providerstore
{

static StoredProvider providerFrom(const QSqlQuery &row, const SealKey &seal)
{
    StoredProvider stored;
    Provider &provider = stored.provider;
    provider.id = ProviderId{row.value(0).toString()};
    provider.name = row.value(1).toString();
    provider.baseUrl = QUrl(row.value(2).toString());
    provider.secretMask = row.value(4).toString();
    provider.models = wordsFromColumn(row.value(5));
    provider.enabled = row.value(6).toBool();
    provider.createdAt = fromMilliseconds(row.value(7).toLongLong());
    provider.updatedAt = fromMilliseconds(row.value(8).toLongLong());
    provider.version = row.value(9).toLongLong();
    provider.privateCa = row.value(10).toBool();
    if (!row.value(11).isNull()) {
        provider.proxy = row.value(11).toString();
        stored.proxy = QUrl();
    }
    const auto open = [&seal](const QVariant &sealed, QString &fault) {
        if (sealed.isNull())
            return QByteArray();
        auto plain = seal.open(sealed.toByteArray());
        if (!plain)
            fault = plain.error().message;
        return plain.value_or(QByteArray());
    };
    stored.secret = open(row.value(3), stored.secretFault);
    if (const QByteArray proxy = open(row.value(12), stored.proxyFault); !proxy.isEmpty())
        stored.proxy = QUrl::fromEncoded(proxy);
    return stored;
}

Result<QList<StoredProvider>> loadAll(Database &database, const SealKey &seal)
{
    auto query = database.run(
        u"SELECT id, name, base_url, sealed_secret, secret_mask, models, enabled, created_at, "
        "updated_at, version, private_ca, proxy_mask, sealed_proxy FROM providers ORDER BY created_at, id"_s);
    if (!query)
        return tl::unexpected(query.error());
    QList<StoredProvider> providers;
    while ((*query)->next())
        providers.append(providerFrom(**query, seal));
    return providers;
}

static QVariant sealed(const StoredProvider &stored, const SealKey &seal)
{
    return stored.secret.isEmpty() ? QVariant() : QVariant(seal.seal(stored.secret));
}

static QVariant sealedProxy(const StoredProvider &stored, const SealKey &seal)
{
    if (!stored.proxy || stored.proxy->isEmpty())
        return {};
    return seal.seal(stored.proxy->toEncoded(QUrl::FullyEncoded));
}

// An empty text would become NULL on its way, which means something else here.
static QVariant proxyMask(const Provider &provider)
{
    return provider.proxy ? QVariant(provider.proxy->isEmpty() ? u""_s : *provider.proxy) : QVariant();
}

Done insert(Database &database, const StoredProvider &stored, const SealKey &seal, const QString &actor)
{
    const Provider &provider = stored.provider;
    Transaction transaction(database);
    if (auto begun = transaction.begin(); !begun)
        return begun;
    auto added = database.change(
        u"INSERT INTO providers (id, name, base_url, sealed_secret, secret_mask, models, enabled, "
        u"created_at, "
        "updated_at, version, private_ca, proxy_mask, sealed_proxy) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
        {provider.id.value, provider.name, provider.baseUrl.toString(QUrl::FullyEncoded),
         sealed(stored, seal), provider.secretMask, toColumn(provider.models), int(provider.enabled),
         toMilliseconds(provider.createdAt), toMilliseconds(provider.updatedAt), provider.version,
         int(provider.privateCa), proxyMask(provider), sealedProxy(stored, seal)});
    if (!added)
        return tl::unexpected(added.error());
    auto audited = auditstore::append(database, provider.createdAt, actor, u"provider.create"_s,
                                      provider.id.value, provider.name);
    return audited ? transaction.commit() : audited;
}

static Done checkVersion(Database &database, const ProviderId &id, qint64 expectedVersion)
{
    auto query = database.run(u"SELECT version FROM providers WHERE id = ?"_s, {id.value});
    if (!query)
        return tl::unexpected(query.error());
    std::optional<qint64> found;
    if ((*query)->next())
        found = (*query)->value(0).toLongLong();
    (*query)->finish();
    if (found == expectedVersion)
        return {};
    return tl::unexpected(changedMeanwhile(u"Provider %1"_s.arg(id.value), found, expectedVersion));
}

Done replace(Database &database, const StoredProvider &stored, qint64 expectedVersion, const SealKey &seal,
             const QString &actor)
{
    const Provider &provider = stored.provider;
    Transaction transaction(database);
    auto done = transaction.begin();
    if (done)
        done = checkVersion(database, provider.id, expectedVersion);
    if (!done)
        return done;
    auto changed =
        database.change(u"UPDATE providers SET name = ?, base_url = ?, secret_mask = ?, models = "
                        u"?, enabled = ?, updated_at = ?, "
                        "version = ?, private_ca = ? WHERE id = ?"_s,
                        {provider.name, provider.baseUrl.toString(QUrl::FullyEncoded), provider.secretMask,
                         toColumn(provider.models), int(provider.enabled), toMilliseconds(provider.updatedAt),
                         provider.version, int(provider.privateCa), provider.id.value});
    if (changed && stored.secretFault.isEmpty()) {
        changed = database.change(u"UPDATE providers SET sealed_secret = ? WHERE id = ?"_s,
                                  {sealed(stored, seal), provider.id.value});
    }
    if (changed && stored.proxyFault.isEmpty()) {
        changed = database.change(u"UPDATE providers SET proxy_mask = ?, sealed_proxy = ? WHERE id = ?"_s,
                                  {proxyMask(provider), sealedProxy(stored, seal), provider.id.value});
    }
    if (!changed)
        return tl::unexpected(changed.error());
    done = auditstore::append(database, provider.updatedAt, actor, u"provider.update"_s, provider.id.value,
                              u"version %1, %2"_s.arg(provider.version).arg(provider.name));
    return done ? transaction.commit() : done;
}

Done remove(Database &database, const ProviderId &id, const QString &actor, Timestamp now)
{
    Transaction transaction(database);
    if (auto begun = transaction.begin(); !begun)
        return begun;
    const auto gone = database.change(u"DELETE FROM providers WHERE id = ?"_s, {id.value});
    if (!gone)
        return tl::unexpected(gone.error());
    if (*gone == 0)
        return failure(ErrorCode::NotFound, u"Provider %1 does not exist (any more)."_s.arg(id.value));
    auto audited = auditstore::append(database, now, actor, u"provider.delete"_s, id.value, {});
    return audited ? transaction.commit() : audited;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/providerstore.h"

#include "service/store/auditstore.h"
#include "service/store/row.h"

#include <QFile>
#include <QSaveFile>

#include <sodium.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

SealKey SealKey::ephemeral()
{
    SealKey seal;
    seal.m_key.resize(crypto_secretbox_KEYBYTES);
    randombytes_buf(seal.m_key.data(), size_t(seal.m_key.size()));
    return seal;
}

Result<SealKey> SealKey::loadOrCreate(const QString &path)
{
    QFile file(path);
    if (file.exists()) {
        SealKey seal;
        if (file.open(QIODevice::ReadOnly))
            seal.m_key = file.read(4096);
        if (seal.m_key.size() != crypto_secretbox_KEYBYTES)
            return failure(
                ErrorCode::Storage,
                u"The seal key %1 cannot be read or has the wrong size. Restore it from a copy; without it "
                u"the "
                "secrets of the providers must be entered again (then delete the file)."_s.arg(path));
        return seal;
    }
    SealKey seal = ephemeral();
    QSaveFile save(path);
    if (!save.open(QIODevice::WriteOnly) || !save.setPermissions(QFile::ReadOwner | QFile::WriteOwner) ||
        save.write(seal.m_key) != seal.m_key.size() || !save.commit())
        return failure(
            ErrorCode::Storage,
            u"Cannot write the seal key %1: %2. Give this user write permission on the data directory."_s.arg(
                path, save.errorString()));
    return seal;
}

QByteArray SealKey::seal(const QByteArray &plain) const
{
    if (plain.isEmpty())
        return QByteArray("");
    const auto *key = reinterpret_cast<const unsigned char *>(m_key.constData());
    QByteArray sealed(qsizetype(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES) + plain.size(),
                      Qt::Uninitialized);
    auto *bytes = reinterpret_cast<unsigned char *>(sealed.data());
    randombytes_buf(bytes, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(bytes + crypto_secretbox_NONCEBYTES,
                          reinterpret_cast<const unsigned char *>(plain.constData()), quint64(plain.size()),
                          bytes, key);
    return sealed;
}

Result<QByteArray> SealKey::open(const QByteArray &sealed) const
{
    if (sealed.isEmpty())
        return QByteArray();
    constexpr qsizetype overhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    QByteArray plain(qMax<qsizetype>(0, sealed.size() - overhead), Qt::Uninitialized);
    const auto *bytes = reinterpret_cast<const unsigned char *>(sealed.constData());
    if (sealed.size() < overhead ||
        crypto_secretbox_open_easy(reinterpret_cast<unsigned char *>(plain.data()),
                                   bytes + crypto_secretbox_NONCEBYTES,
                                   quint64(sealed.size() - qsizetype(crypto_secretbox_NONCEBYTES)), bytes,
                                   reinterpret_cast<const unsigned char *>(m_key.constData())) != 0)
        return failure(
            ErrorCode::Storage,
            u"The secret was sealed with another seal key (another host's, most likely). Enter it again."_s);
    return plain;
}

QString maskSecret(const QByteArray &secret)
{
    if (secret.isEmpty())
        return {};
    // Nothing of one that is too short to hide behind that.
    return secret.size() < 16
               ? u"…"_s
               : QString::fromLatin1(secret.first(3)) + u"…"_s + QString::fromLatin1(secret.last(4));
}

namespace providerstore
{

static const QString columns =
    u"id, position, name, base_url, sealed_secret, models, enabled, created_at, updated_at, version"_s;

Result<QList<StoredProvider>> loadAll(Database &database, const SealKey &seal)
{
    auto query = database.run(u"SELECT %1 FROM providers ORDER BY position, created_at"_s.arg(columns));
    if (!query)
        return tl::unexpected<Error>(query.error());
    QList<StoredProvider> all;
    while ((*query)->next()) {
        StoredProvider stored;
        Provider &provider = stored.provider;
        provider.id = {(*query)->value(0).toString()};
        provider.name = (*query)->value(2).toString();
        provider.baseUrl = QUrl((*query)->value(3).toString());
        const auto secret = seal.open((*query)->value(4).toByteArray());
        // One provider whose secret cannot be read must not keep the service from starting; it is shown without.
        stored.secret = secret.value_or(QByteArray());
        provider.secretMask = secret ? maskSecret(*secret) : u"?"_s;
        provider.models = row::toStringList((*query)->value(5));
        provider.enabled = (*query)->value(6).toBool();
        provider.createdAt = row::toTimestamp((*query)->value(7));
        provider.updatedAt = row::toTimestamp((*query)->value(8));
        provider.version = (*query)->value(9).toLongLong();
        all.append(stored);
    }
    return all;
}

Done insert(Database &database, const StoredProvider &stored, const SealKey &seal, const QString &actor)
{
    Transaction transaction(database);
    if (Done begun = transaction.begin(); !begun)
        return begun;
    const Provider &provider = stored.provider;
    const auto written = database.run(
        u"INSERT INTO providers (%1) VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM providers), ?, ?, ?, ?, ?, ?, ?, ?)"_s
            .arg(columns),
        {provider.id.value, row::text(provider.name), provider.baseUrl.toString(QUrl::FullyEncoded),
         seal.seal(stored.secret), row::from(provider.models), provider.enabled,
         row::from(provider.createdAt), row::from(provider.updatedAt), provider.version});
    if (!written)
        return tl::unexpected<Error>(written.error());
    if (Done audit = auditstore::append(database, provider.createdAt, actor, u"provider.create"_s,
                                        provider.id.value, provider.name);
        !audit)
        return audit;
    return transaction.commit();
}

Done replace(Database &database, const StoredProvider &stored, qint64 expectedVersion, const SealKey &seal,
             const QString &actor)
{
    Transaction transaction(database);
    if (Done begun = transaction.begin(); !begun)
        return begun;
    const Provider &provider = stored.provider;
    const auto written =
        database.run(u"UPDATE providers SET name = ?, base_url = ?, sealed_secret = ?, models = ?, enabled = "
                     u"?, updated_at = ?, "
                     "version = ? WHERE id = ? AND version = ?"_s,
                     {row::text(provider.name), provider.baseUrl.toString(QUrl::FullyEncoded),
                      seal.seal(stored.secret), row::from(provider.models), provider.enabled,
                      row::from(provider.updatedAt), provider.version, provider.id.value, expectedVersion});
    if (!written)
        return tl::unexpected<Error>(written.error());
    if (database.changes() != 1)
        return failure(ErrorCode::VersionConflict,
                       u"The provider has changed since it was read. Read it again and repeat the edit."_s);
    if (Done audit = auditstore::append(database, provider.updatedAt, actor, u"provider.update"_s,
                                        provider.id.value, u"version %1"_s.arg(provider.version));
        !audit)
        return audit;
    return transaction.commit();
}

Done remove(Database &database, const ProviderId &id, const QString &actor)
{
    Transaction transaction(database);
    if (Done begun = transaction.begin(); !begun)
        return begun;
    const auto removed = database.run(u"DELETE FROM providers WHERE id = ?"_s, {id.value});
    if (!removed)
        return tl::unexpected<Error>(removed.error());
    if (database.changes() != 1)
        return failure(ErrorCode::NotFound, u"There is no provider %1."_s.arg(id.value));
    if (Done audit =
            auditstore::append(database, SystemClock().now(), actor, u"provider.delete"_s, id.value, {});
        !audit)
        return audit;
    return transaction.commit();
}

}

}

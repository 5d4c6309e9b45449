// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/database.h"
#include "shared/provider.h"

// Providers on disk, their secrets sealed with the data directory's seal key (libsodium secretbox), so that the
// database alone gives none away.
namespace quota::service
{

// 32 bytes in a file of mode 0600, made on first use.
class SealKey
{
public:
    static Result<SealKey> loadOrCreate(const QString &path);
    static SealKey ephemeral(); // memory mode
    QByteArray seal(const QByteArray &plain) const;
    Result<QByteArray> open(const QByteArray &sealed) const;

private:
    QByteArray m_key;
};

struct StoredProvider
{
    Provider provider;
    QByteArray secret; // plain, in memory only
};

// «sk-…9f3a», to recognise a secret by; empty for none.
QString maskSecret(const QByteArray &secret);

namespace providerstore
{

Result<QList<StoredProvider>> loadAll(Database &database, const SealKey &seal);
Done insert(Database &database, const StoredProvider &provider, const SealKey &seal, const QString &actor);
Done replace(Database &database, const StoredProvider &provider, qint64 expectedVersion, const SealKey &seal,
             const QString &actor);
Done remove(Database &database, const ProviderId &id, const QString &actor);

}

}

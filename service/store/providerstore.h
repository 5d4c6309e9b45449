// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/database.h"
#include "shared/clock.h"
#include "shared/provider.h"

// Providers on disk, their secrets sealed with the data directory's seal key (libsodium secretbox), so that the
// database alone gives none away.
namespace quota::service
{

// 32 bytes in a file of mode 0600, made on first use.
class SealKey
{
public:
    // The file appears whole or not at all. One of the wrong size is refused, never replaced: it would make the
    // secrets sealed with it unreadable for good.
    static Result<SealKey> loadOrCreate(const QString &path);
    static SealKey ephemeral(); // memory mode
    QByteArray seal(const QByteArray &plain) const;
    Result<QByteArray> open(const QByteArray &sealed) const;

private:
    explicit SealKey(QByteArray key);
    QByteArray m_key;
};

struct StoredProvider
{
    Provider provider;
    QByteArray secret; // plain, in memory only
    // Why there is none although one was stored (sealed with another seal key); empty: all is well. Such a
    // provider serves nothing until its secret is entered again.
    QString secretFault;
    // With user and password, in memory only; empty: none; not set: what the settings say.
    std::optional<QUrl> proxy;
    QString proxyFault; // as secretFault, of the proxy's address

    bool serves() const { return provider.enabled && secretFault.isEmpty() && proxyFault.isEmpty(); }
};

// «sk-…9f3a», to recognise a secret by; nothing of a short one, of which seven characters would be most.
QString maskSecret(const QByteArray &secret);

namespace providerstore
{

// In order of preference: the oldest first.
Result<QList<StoredProvider>> loadAll(Database &database, const SealKey &seal);
Done insert(Database &database, const StoredProvider &provider, const SealKey &seal, const QString &actor);
// VersionConflict when the row has another version than expected, NotFound when it is gone. A secret or a
// proxy that cannot be read (secretFault, proxyFault) stays sealed as it is.
Done replace(Database &database, const StoredProvider &provider, qint64 expectedVersion, const SealKey &seal,
             const QString &actor);
Done remove(Database &database, const ProviderId &id, const QString &actor,
            Timestamp now = SystemClock().now());

}

}

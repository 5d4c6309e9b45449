// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/keyring.h"
#include "service/access/providerlist.h"
#include "service/admin/context.h"
#include "service/backup/keeper.h"
#include "service/bookskeeper.h"
#include "service/store/leasedesk.h"
#include "service/store/storethread.h"

// Exchanges the store of a running service for a restored one; the keeper's worker calls it. Nobody is cut off: what
// is pending is committed before the store closes; while it is closed requests go on as long as their key's lease
// covers them, and others wait for the store as they do whenever it is slow. The new one is in force for all lanes at
// one instant. What settled before it has its row in the store before; what settles after the store closed, or is
// still under way, counts in the restored store, in its limits and its reports, also for keys that are gone there.
// Leases of the store before end with it; those found in the restored one count as spent, as at a start. When the
// proof fails, the store before is opened again and all goes on.
namespace quota::service
{

class StoreSwap
{
public:
    struct Parts // all outlive it
    {
        StoreThread &writer;
        StoreThread &reader;
        LeaseDesk &leases;
        Keyring &keyring;
        ProviderList &providers;
        SealKey &sealKey;
        BackupKeeper &backups;
        BooksKeeper &books;
        AdminContext &context;
        // Main thread: calls while no lane does anything.
        std::function<void(const std::function<void()> &call)> whileLanesHold;
    };

    explicit StoreSwap(Parts parts)
        : m_parts(std::move(parts))
    {}

    // As RestoreStore::swap.
    Result<qint64> run(const RestoreStore::Exchange &exchange, const RestoreStore::Prove &prove,
                       const RestoreStore::Exchange &undo);

private:
    struct Restored // what the service keeps in memory of it
    {
        std::optional<SealKey> sealKey;
        Keyring::Contents contents;
        QList<StoredProvider> providers;
        QString instance;
        qint64 proven = 0;
    };
    Done close();
    Result<Restored> attempt(const RestoreStore::Exchange &exchange, const RestoreStore::Prove &prove);
    Done read(Database &database, Restored &restored) const;
    Error putBack(Error error, const RestoreStore::Exchange &undo);
    void takeOver(const Restored &restored);
    void goOn();

    const Parts m_parts;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/storeswap.h"

#include "service/store/keystore.h"
#include "service/store/leasestore.h"
#include "service/telemetry/log.h"

#include <QScopeGuard>
#include <QSet>

using namespace Qt::StringLiterals;

namespace quota::service
{

Result<qint64> StoreSwap::run(const RestoreStore::Exchange &exchange, const RestoreStore::Prove &prove,
                              const RestoreStore::Exchange &undo)
{
    // What removes old rows must not go on in another store than it began in.
    m_parts.backups.callInMain([this] { m_parts.books.hold(); });
    const auto goOnWithBooks =
        qScopeGuard([this] { m_parts.backups.callInMain([this] { m_parts.books.goOn(); }); });
    if (const Done closed = close(); !closed)
        return tl::unexpected(closed.error());
    const auto restored = attempt(exchange, prove);
    if (!restored)
        return tl::unexpected(putBack(restored.error(), undo));
    m_parts.backups.callInMain(
        [this, &restored] { m_parts.whileLanesHold([this, &restored] { takeOver(*restored); }); });
    return restored->proven;
}

// The reader first: the last connection tidies up beside the file, and may write.
Done StoreSwap::close()
{
    if (Done closed = m_parts.reader.close(); !closed)
        return closed;
    Done closed = m_parts.writer.close();
    if (!closed) {
        (void)m_parts.reader.open();
        m_parts.reader.goOn();
    }
    return closed;
}

Result<StoreSwap::Restored> StoreSwap::attempt(const RestoreStore::Exchange &exchange,
                                               const RestoreStore::Prove &prove)
{
    if (const Done exchanged = exchange(); !exchanged)
        return tl::unexpected(exchanged.error());
    Restored restored;
    const Done opened = m_parts.writer.open([&](Database &database) -> Done {
        if (Done read = this->read(database, restored); !read)
            return read;
        if (Done opened = m_parts.reader.open(); !opened)
            return opened;
        // Last, because it is for good.
        const auto proven = prove(database);
        if (!proven)
            return tl::unexpected(proven.error());
        restored.proven = *proven;
        return {};
    });
    if (!opened)
        return tl::unexpected(opened.error());
    return restored;
}

Done StoreSwap::read(Database &database, Restored &restored) const
{
    const Config &config = m_parts.context.config;
    auto sealKey = SealKey::loadOrCreate(config.dataDirectory + u"/seal-key"_s);
    if (!sealKey)
        return tl::unexpected(sealKey.error());
    restored.sealKey = std::move(*sealKey);
    // As at a start: who was under way when the backup was made may have spent it.
    const auto counted = leasestore::countAsSpent(database, m_parts.context.clock.now(), config.timeZone);
    if (!counted)
        return tl::unexpected(counted.error());
    auto contents = keystore::loadContents(database);
    if (!contents)
        return tl::unexpected(contents.error());
    restored.contents = std::move(*contents);
    auto providers = providerstore::loadAll(database, *restored.sealKey);
    if (!providers)
        return tl::unexpected(providers.error());
    restored.providers = std::move(*providers);
    auto instance = database.meta(u"instance"_s);
    if (!instance)
        return tl::unexpected(instance.error());
    restored.instance = std::move(*instance);
    return {};
}

Error StoreSwap::putBack(Error error, const RestoreStore::Exchange &undo)
{
    (void)m_parts.reader.close();
    Done back = undo();
    const auto open = [&back](StoreThread &store) {
        const Done opened = store.open();
        if (back)
            back = opened;
    };
    open(m_parts.writer);
    open(m_parts.reader);
    goOn();
    if (!back) {
        logLine(lcService(), LogLevel::Error,
                u"The store of before a restore could not be put back; it is tried again."_s,
                {{u"error"_s, back.error().message}, {u"restore"_s, error.message}});
        return back.error();
    }
    error.message += u" Everything is as it was before."_s;
    return error;
}

// Main thread, while lanes and store threads hold: nobody reserves, settles, appends or grants.
void StoreSwap::takeOver(const Restored &restored)
{
    const Timestamp now = m_parts.context.clock.now();
    QHash<KeyId, std::shared_ptr<Account>> accounts;
    for (const Keyring::StoredKey &stored : restored.contents.keys) {
        if (const KeyEntryPointer known = m_parts.keyring.byId(stored.key.id))
            known->account->reload(stored.counters, stored.lastUsedAt, now);
    }
    m_parts.keyring.replaceAll(restored.contents);
    for (const auto &account : m_parts.keyring.accounts())
        accounts.insert(account->key(), account);
    m_parts.leases.forget([&accounts](const KeyId &key) { return accounts.contains(key); });
    m_parts.writer.forPendingRows([&accounts](UsageRow &row) {
        row.leased = {}; // promised by the store before
        if (const auto account = accounts.value(row.key); account)
            account->count(row.reservedAt, row.requests, row.promptTokens + row.completionTokens);
    });
    m_parts.sealKey = *restored.sealKey;
    m_parts.providers.replaceStored(restored.providers);
    m_parts.context.instance = restored.instance;
    goOn();
}

void StoreSwap::goOn()
{
    m_parts.writer.goOn();
    m_parts.reader.goOn();
}

}

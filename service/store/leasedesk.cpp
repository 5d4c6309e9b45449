// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/leasedesk.h"

#include <algorithm>
#include <utility>

namespace quota::service
{

void LeaseDesk::ask(const std::shared_ptr<Account> &account, const LeaseAmounts &amounts)
{
    {
        const std::lock_guard lock(m_mutex);
        m_asks.push_back({account, amounts});
        if (m_asks.size() > 1)
            return; // a job for the first is on its way
    }
    if (!m_writer.runFirst([this](Database &database) { grantAll(database); }, [this] { denyAll(); }))
        denyAll();
}

void LeaseDesk::denyAll()
{
    std::unique_lock lock(m_mutex);
    const auto asks = std::exchange(m_asks, {});
    lock.unlock();
    deny(asks);
}

void LeaseDesk::forget(const std::function<bool(const KeyId &)> &isKnown)
{
    std::vector<Ask> gone;
    {
        const std::lock_guard lock(m_mutex);
        const auto kept = std::stable_partition(
            m_asks.begin(), m_asks.end(), [&isKnown](const Ask &ask) { return isKnown(ask.account->key()); });
        gone.assign(kept, m_asks.end());
        m_asks.erase(kept, m_asks.end());
    }
    deny(gone);
}

void LeaseDesk::grantAll(Database &database)
{
    std::unique_lock lock(m_mutex);
    const auto asks = std::exchange(m_asks, {});
    lock.unlock();
    if (asks.empty())
        return; // forgotten
    leasestore::Amounts amounts;
    for (const Ask &ask : asks)
        amounts[ask.account->key()] += ask.amounts;
    const Done done = leasestore::grant(database, amounts, m_clock.now());
    m_writer.noteWrite(done);
    if (!done)
        return deny(asks);
    for (const Ask &ask : asks)
        ask.account->granted(ask.amounts);
}

void LeaseDesk::deny(const std::vector<Ask> &asks)
{
    for (const Ask &ask : asks)
        ask.account->denied();
}

static leasestore::Amounts unspent(const QList<std::shared_ptr<Account>> &accounts,
                                   const std::function<LeaseAmounts(Account &)> &take)
{
    leasestore::Amounts all;
    for (const auto &account : accounts) {
        if (const LeaseAmounts amounts = take(*account); !amounts.isZero())
            all.insert(account->key(), amounts);
    }
    return all;
}

void LeaseDesk::takeBackIdle(const QList<std::shared_ptr<Account>> &accounts)
{
    // In the store's thread: what is taken out of an account goes back to the store that had granted it.
    m_writer.runOften([accounts, now = m_clock.now()](Database &database) {
        const auto amounts =
            unspent(accounts, [now](Account &account) { return account.takeIdleLease(now); });
        return amounts.isEmpty() ? Done() : leasestore::giveBack(database, amounts);
    });
}

void LeaseDesk::takeBackAll(const QList<std::shared_ptr<Account>> &accounts)
{
    // In the store's thread: asks that are still under way are answered before.
    m_writer.run([accounts](Database &database) {
        return leasestore::giveBack(database,
                                    unspent(accounts, [](Account &account) { return account.takeLease(); }));
    });
}

}

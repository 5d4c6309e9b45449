// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/ledger.h"
#include "service/store/leasestore.h"
#include "service/store/storethread.h"

// Where accounts ask for leases: all that ask while one commit is under way share the next. Answers come from the
// store thread. Made by the service, which also has unspent leases given back here; outlives the lanes, and ends
// before the store.
namespace quota::service
{

class LeaseDesk : public LeaseSource
{
public:
    LeaseDesk(StoreThread &writer, const Clock &clock)
        : m_writer(writer)
        , m_clock(clock)
    {}

    void ask(const std::shared_ptr<Account> &account, const LeaseAmounts &amounts) override;

    // While the store is exchanged: who asks for a key that the new one does not know gets nothing.
    void forget(const std::function<bool(const KeyId &)> &isKnown);
    // What accounts without requests hold. Any thread.
    void takeBackIdle(const QList<std::shared_ptr<Account>> &accounts);
    // Everything, once no request is under way any more: the store does it before it stops.
    void takeBackAll(const QList<std::shared_ptr<Account>> &accounts);

private:
    struct Ask
    {
        std::shared_ptr<Account> account;
        LeaseAmounts amounts;
    };
    void grantAll(Database &database);
    void deny(const std::vector<Ask> &asks);
    void denyAll();

    StoreThread &m_writer;
    const Clock &m_clock;
    std::mutex m_mutex; // guards the asks
    std::vector<Ask> m_asks;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/lease.h"

#include <QList>

#include <functional>
#include <memory>
#include <vector>

// The requests of one account that hold a reservation and wait for its lease to cover them, first come, first
// served. Kept by Account under its lock; what happens here is told by the caller after unlocking. Pure.
namespace quota::service
{

struct LeaseWaiter
{
    enum class State
    {
        Waiting,
        Covered,
        Denied // the store did not promise it
    };
    LeaseAmounts need;
    State state = State::Waiting;
    quint64 turn = 0;              // of the line when it was covered
    std::function<void()> decided; // told once, by whom decides
};
using LeaseWaiterPointer = std::shared_ptr<LeaseWaiter>;

class LeaseLine
{
public:
    // Null when the lease covers the need at once; else a place in the line.
    LeaseWaiterPointer enter(const LeaseAmounts &need, Timestamp now);
    // The request will not be forwarded: its place is free, or its cover is there for the next.
    void leave(const LeaseWaiterPointer &waiter);
    void putBack(const LeaseAmounts &amounts); // of one that was covered at once

    std::optional<LeaseAmounts> ask(const LeaseAmounts &room) { return m_lease.ask(m_waiting, room); }
    // Those whose wait is over with this, in their order; empty while there is nothing to tell.
    std::vector<LeaseWaiterPointer> granted(const LeaseAmounts &amounts);
    std::vector<LeaseWaiterPointer> denied();

    // Another store: what the one before had granted has ended with it. Who waits goes on waiting.
    void startAnew();
    quint64 turn() const { return m_turn; } // grows with each store

    const LeaseAmounts &left() const { return m_lease.left(); }
    LeaseAmounts takeIdle(Timestamp now) { return m_line.empty() ? m_lease.takeIdle(now) : LeaseAmounts(); }
    LeaseAmounts takeAll() { return m_lease.takeAll(); }

private:
    std::vector<LeaseWaiterPointer> cover();

    Lease m_lease;
    quint64 m_turn = 0;
    LeaseAmounts m_waiting;           // needed by the line
    QList<LeaseWaiterPointer> m_line; // takes no memory while nobody waits
};

}

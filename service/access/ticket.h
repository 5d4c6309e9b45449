// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/leaseline.h"
#include "service/access/window.h"

#include <array>

// What a request holds from the moment it is let in until it is settled: its part of every window, of the
// concurrency and of the lease. Handed out by Account, kept by the request's story; none of it can leak, for a ticket
// that dies gives everything back. Pure.
namespace quota::service
{

class Account;

// Move-only; one that is destroyed unsettled gives everything back.
class Ticket
{
public:
    Ticket() = default;
    Ticket(Ticket &&other) noexcept;
    Ticket &operator=(Ticket &&other) noexcept;
    ~Ticket();

    bool isOpen() const { return m_account != nullptr; }
    // The instant whose windows it counts in: that of the reservation, or the start of the running minute when
    // the clock went back behind it.
    Timestamp reservedAt() const { return m_reservedAt; }

    // Whether the lease covers it: only then it may be forwarded. Once it does, it always does.
    bool isCovered() const;
    // Calls back once when it is covered or never will be (the store does not write), from the thread that decides
    // that; at once when it is decided already. For an open ticket, once.
    void whenDecided(std::function<void()> decided);

    // Turns the promise into use: requests is 0 or 1, tokens what was really used. Ends the ticket; one that
    // has ended ignores it. Returns what it held of the lease: the books lower it with the request's row.
    LeaseAmounts settle(qint64 requests, qint64 tokens);

private:
    friend class Account;
    void giveBack();

    std::shared_ptr<Account> m_account;
    Timestamp m_reservedAt;
    qint64 m_tokens = 0;
    std::array<quint64, windowCount> m_turns{}; // of the windows that were charged
    LeaseAmounts m_leased;                      // zero where no limit asks for a lease
    quint64 m_leaseTurn = 0;                    // of the line that covered it at once
    LeaseWaiterPointer m_waiter;                // null: covered at once
};

}

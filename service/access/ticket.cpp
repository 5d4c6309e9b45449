// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/ledger.h"

#include <utility>

namespace quota::service
{

Ticket::Ticket(Ticket &&other) noexcept
    : m_account(std::move(other.m_account))
    , m_reservedAt(other.m_reservedAt)
    , m_tokens(other.m_tokens)
    , m_turns(other.m_turns)
    , m_leased(other.m_leased)
    , m_leaseTurn(other.m_leaseTurn)
    , m_waiter(std::move(other.m_waiter))
{}

Ticket &Ticket::operator=(Ticket &&other) noexcept
{
    if (this == &other)
        return *this;
    giveBack();
    m_account = std::move(other.m_account);
    m_reservedAt = other.m_reservedAt;
    m_tokens = other.m_tokens;
    m_turns = other.m_turns;
    m_leased = other.m_leased;
    m_leaseTurn = other.m_leaseTurn;
    m_waiter = std::move(other.m_waiter);
    return *this;
}

Ticket::~Ticket()
{
    giveBack();
}

LeaseAmounts Ticket::settle(qint64 requests, qint64 tokens)
{
    Q_ASSERT(requests == 0 || requests == 1);
    // Taken out first: whatever happens next, this ticket has ended.
    if (const auto account = std::exchange(m_account, nullptr))
        return account->close(*this, requests, std::clamp<qint64>(tokens, 0, maximumAmount),
                              Account::LeaseEnd::Booked);
    return {};
}

void Ticket::giveBack()
{
    if (const auto account = std::exchange(m_account, nullptr))
        account->close(*this, 0, 0, Account::LeaseEnd::PutBack);
}

bool Ticket::isCovered() const
{
    if (!m_waiter)
        return true;
    const std::lock_guard lock(m_account->m_mutex);
    return m_waiter->state == LeaseWaiter::State::Covered;
}

void Ticket::whenDecided(std::function<void()> decided)
{
    if (m_waiter) {
        const std::lock_guard lock(m_account->m_mutex);
        if (m_waiter->state == LeaseWaiter::State::Waiting) {
            m_waiter->decided = std::move(decided);
            return;
        }
    }
    decided();
}

}

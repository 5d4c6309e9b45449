// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/leaseline.h"

#include <algorithm>

namespace quota::service
{

LeaseWaiterPointer LeaseLine::enter(const LeaseAmounts &need, Timestamp now)
{
    m_lease.note(need, now);
    // Nobody overtakes: a small request after a large one would make that one wait for ever.
    if (m_line.empty() && m_lease.take(need))
        return nullptr;
    auto waiter = std::make_shared<LeaseWaiter>();
    waiter->need = need;
    m_waiting += need;
    m_line.push_back(waiter);
    return waiter;
}

void LeaseLine::leave(const LeaseWaiterPointer &waiter)
{
    if (waiter->state == LeaseWaiter::State::Covered)
        return putBack(waiter->need);
    const auto place = std::find(m_line.begin(), m_line.end(), waiter);
    if (place == m_line.end())
        return;
    m_waiting -= waiter->need;
    m_line.erase(place);
}

void LeaseLine::putBack(const LeaseAmounts &amounts)
{
    m_lease.putBack(amounts);
}

void LeaseLine::startAnew()
{
    (void)m_lease.takeAll();
    ++m_turn;
}

std::vector<LeaseWaiterPointer> LeaseLine::cover()
{
    std::vector<LeaseWaiterPointer> covered;
    while (!m_line.empty() && m_lease.take(m_line.front()->need)) {
        const LeaseWaiterPointer &first = m_line.front();
        first->state = LeaseWaiter::State::Covered;
        first->turn = m_turn;
        m_waiting -= first->need;
        covered.push_back(first);
        m_line.pop_front();
    }
    return covered;
}

std::vector<LeaseWaiterPointer> LeaseLine::granted(const LeaseAmounts &amounts)
{
    m_lease.granted(amounts);
    return cover();
}

std::vector<LeaseWaiterPointer> LeaseLine::denied()
{
    m_lease.denied();
    std::vector<LeaseWaiterPointer> all(m_line.begin(), m_line.end());
    for (const LeaseWaiterPointer &waiter : all)
        waiter->state = LeaseWaiter::State::Denied;
    m_line.clear();
    m_waiting = {};
    return all;
}

}

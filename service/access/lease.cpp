// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/lease.h"

#include "shared/limit.h"

#include <algorithm>
#include <utility>

namespace quota::service
{

LeaseAmounts &LeaseAmounts::operator+=(const LeaseAmounts &other)
{
    requests += other.requests;
    tokens += other.tokens;
    return *this;
}

LeaseAmounts &LeaseAmounts::operator-=(const LeaseAmounts &other)
{
    requests -= other.requests;
    tokens -= other.tokens;
    return *this;
}

bool Lease::take(const LeaseAmounts &need)
{
    if (!m_left.covers(need))
        return false;
    m_left -= need;
    return true;
}

void Lease::note(const LeaseAmounts &need, Timestamp now)
{
    const auto since = now - m_periodStart;
    if (now < m_periodStart || since >= ratePeriod) {
        const bool follows = now >= m_periodStart && since < 2 * ratePeriod;
        m_lastPeriod = follows ? m_thisPeriod : LeaseAmounts();
        m_thisPeriod = {};
        m_periodStart = now;
    }
    m_thisPeriod += need;
    m_thisPeriod.tokens = std::min(m_thisPeriod.tokens, maximumAmount);
    m_lastNeed = need;
    m_lastNoted = now;
}

// At least what one request needs: a smaller one would cover nobody. Never beyond the room, so that what a crash
// counts as spent stays within every limit.
static qint64 blockOf(qint64 rate, qint64 need, qint64 room)
{
    const qint64 most = std::max(need, room / Lease::partOfRoom);
    return std::max<qint64>(0, std::min({std::max(rate, need), most, room}));
}

LeaseAmounts Lease::block(const LeaseAmounts &room) const
{
    return {
        blockOf(std::max(m_lastPeriod.requests, m_thisPeriod.requests), m_lastNeed.requests, room.requests),
        blockOf(std::max(m_lastPeriod.tokens, m_thisPeriod.tokens), m_lastNeed.tokens, room.tokens)};
}

std::optional<LeaseAmounts> Lease::ask(const LeaseAmounts &waiting, const LeaseAmounts &room)
{
    if (m_asking)
        return std::nullopt;
    const LeaseAmounts ahead = block(room);
    // Asking at half a block leaves the other half to last while the store commits.
    const LeaseAmounts low{waiting.requests + (ahead.requests + 1) / 2,
                           waiting.tokens + (ahead.tokens + 1) / 2};
    if (m_left.covers(low))
        return std::nullopt;
    m_asking = true;
    return LeaseAmounts{std::max<qint64>(0, waiting.requests + ahead.requests - m_left.requests),
                        std::max<qint64>(0, waiting.tokens + ahead.tokens - m_left.tokens)};
}

void Lease::granted(const LeaseAmounts &amounts)
{
    m_asking = false;
    m_left += amounts;
}

LeaseAmounts Lease::takeIdle(Timestamp now)
{
    if (m_asking || (now >= m_lastNoted && now - m_lastNoted < idleTime))
        return {};
    return takeAll();
}

LeaseAmounts Lease::takeAll()
{
    return std::exchange(m_left, {});
}

}

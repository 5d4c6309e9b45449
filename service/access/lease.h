// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/clock.h"

#include <optional>

// A lease is the durable promise that a key may spend so many requests and tokens before the books know of them: what
// a crash leaves of it counts as spent. This engine says when to ask the store for more, and for how much: about
// what the key needs in a moment, so that nobody waits for a disk, and little where little is left, so that a
// crash costs little. Asked by LeaseLine under its account's lock; pure.
namespace quota::service
{

struct LeaseAmounts
{
    qint64 requests = 0;
    qint64 tokens = 0;

    bool isZero() const { return requests == 0 && tokens == 0; }
    bool covers(const LeaseAmounts &need) const { return need.requests <= requests && need.tokens <= tokens; }
    LeaseAmounts &operator+=(const LeaseAmounts &other);
    LeaseAmounts &operator-=(const LeaseAmounts &other);
    bool operator==(const LeaseAmounts &) const = default;
};

class Lease
{
public:
    // A block lasts about this long at the key's rate.
    static constexpr std::chrono::milliseconds ratePeriod{100};
    // What is left of a lease after a time without requests goes back to the store.
    static constexpr std::chrono::seconds idleTime{10};
    // No block, beyond a single request's need, is larger than this part of the smallest room of any limit.
    static constexpr qint64 partOfRoom = 100;

    const LeaseAmounts &left() const { return m_left; } // granted and not spent
    // Takes need out of what is left; false when that does not cover it, and then nothing is taken.
    bool take(const LeaseAmounts &need);
    void putBack(const LeaseAmounts &amounts) { m_left += amounts; } // taken, and not spent after all

    // A request came, covered or not: blocks follow the rate of these.
    void note(const LeaseAmounts &need, Timestamp now);
    // What to ask the store for, so that those who wait are covered and a block is left beyond them. room: the
    // least that any limit has left when those who wait have had theirs; zero for a unit without a limit. Nothing
    // when enough is left or an answer is due; else granted() or denied() must follow.
    std::optional<LeaseAmounts> ask(const LeaseAmounts &waiting, const LeaseAmounts &room);
    void granted(const LeaseAmounts &amounts);
    void denied() { m_asking = false; }

    LeaseAmounts takeIdle(Timestamp now); // what to give back to the store when nothing came for idleTime
    LeaseAmounts takeAll();

private:
    LeaseAmounts block(const LeaseAmounts &room) const;

    LeaseAmounts m_left;
    LeaseAmounts m_thisPeriod; // needed since m_periodStart
    LeaseAmounts m_lastPeriod;
    LeaseAmounts m_lastNeed;
    Timestamp m_periodStart{};
    Timestamp m_lastNoted{};
    bool m_asking = false;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/clock.h"

#include <atomic>

// Time that moves only when the test says so. Callable from any thread.
namespace quota::test
{

class FakeClock : public Clock
{
public:
    explicit FakeClock(Timestamp start)
        : m_now(toMilliseconds(start))
    {}
    Timestamp now() const override { return fromMilliseconds(m_now); }
    void advance(std::chrono::milliseconds time) { m_now += time.count(); }
    void set(Timestamp time) { m_now = toMilliseconds(time); }

private:
    std::atomic<qint64> m_now;
};

}

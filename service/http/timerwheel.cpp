// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/timerwheel.h"

namespace quota::service
{

TimerWheel::TimerWheel(QObject *parent)
    : QObject(parent)
    , m_begun(std::chrono::steady_clock::now())
    , m_slots(slotCount)
{
    m_timer.setInterval(tick);
    m_timer.setTimerType(Qt::CoarseTimer);
    connect(&m_timer, &QTimer::timeout, this, &TimerWheel::turn);
}

TimerWheel::~TimerWheel()
{
    Q_ASSERT(m_count == 0);
}

qint64 TimerWheel::tickOf(Instant instant) const
{
    return (instant - m_begun + tick - Instant::duration(1)) / tick;
}

void TimerWheel::add(Deadline &deadline)
{
    if (!m_timer.isActive()) {
        m_turnedTo = tickOf(std::chrono::steady_clock::now()) - 1;
        m_timer.start();
    }
    deadline.m_tick = std::clamp(tickOf(deadline.m_instant), m_turnedTo + 1, m_turnedTo + slotCount - 1);
    std::vector<Deadline *> &slot = m_slots[size_t(deadline.m_tick % slotCount)];
    deadline.m_position = slot.size();
    slot.push_back(&deadline);
    ++m_count;
}

void TimerWheel::remove(Deadline &deadline)
{
    if (deadline.m_tick < 0)
        return;
    std::vector<Deadline *> &slot = m_slots[size_t(deadline.m_tick % slotCount)];
    slot[deadline.m_position] = slot.back();
    slot[deadline.m_position]->m_position = deadline.m_position;
    slot.pop_back();
    deadline.m_tick = -1;
    --m_count;
}

void TimerWheel::turn()
{
    const Instant now = std::chrono::steady_clock::now();
    const qint64 until = (now - m_begun) / tick;
    while (m_turnedTo < until) {
        ++m_turnedTo;
        // What is called may add to and remove from any slot, this one too, though nothing is added to it for this
        // turn: additions go to later ticks.
        std::vector<Deadline *> &slot = m_slots[size_t(m_turnedTo % slotCount)];
        while (!slot.empty() && slot.back()->m_tick <= m_turnedTo) {
            Deadline &deadline = *slot.back();
            remove(deadline);
            if (!deadline.m_running)
                continue;
            if (deadline.m_instant > now) {
                add(deadline);
                continue;
            }
            deadline.m_running = false;
            const auto expired = deadline.m_expired; // it may destroy its deadline
            expired();
        }
    }
    if (m_count == 0)
        m_timer.stop();
}

Deadline::Deadline(TimerWheel &wheel, std::function<void()> expired)
    : m_wheel(wheel)
    , m_expired(std::move(expired))
{}

Deadline::~Deadline()
{
    m_wheel.remove(*this);
}

void Deadline::start(std::chrono::milliseconds time)
{
    m_instant = std::chrono::steady_clock::now() + time;
    m_running = true;
    if (m_tick >= 0 && m_wheel.tickOf(m_instant) >= m_tick)
        return; // found when the slot comes, which spares moving it with every piece of data
    m_wheel.remove(*this);
    m_wheel.add(*this);
}

void Deadline::stop()
{
    m_running = false;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/timerwheel.h"

#include <algorithm>

namespace quota::service
{

using Clock = std::chrono::steady_clock;

// So far away that adding it to any instant cannot overflow.
static constexpr std::chrono::milliseconds longestTime = std::chrono::hours(24 * 365 * 50);

void TimerWheel::Link::unlink()
{
    next->previous = previous;
    previous->next = next;
    next = previous = this;
}

void TimerWheel::Link::linkBefore(Link &other)
{
    Q_ASSERT(isAlone());
    next = &other;
    previous = other.previous;
    previous->next = this;
    other.previous = this;
}

void TimerWheel::Link::takeAllOf(Link &other)
{
    linkBefore(other);
    other.unlink();
}

TimerWheel::TimerWheel(QObject *parent, std::chrono::milliseconds interval)
    : QObject(parent)
    , m_begun(Clock::now())
    , m_interval(interval)
    , m_slots(slotCount)
    , m_timer(this)
{
    m_timer.setInterval(interval);
    m_timer.setTimerType(Qt::CoarseTimer);
    connect(&m_timer, &QTimer::timeout, this, &TimerWheel::turn);
}

TimerWheel::~TimerWheel()
{
    Q_ASSERT(m_running == 0);
    park();
}

void TimerWheel::started()
{
    ++m_running;
    if (m_timer.isActive())
        return;
    m_current = tickOf(Clock::now());
    m_timer.start();
}

// As many slots as there are ticks from the current one on, so that no two ticks share one.
void TimerWheel::add(Deadline &deadline)
{
    const qint64 tick = std::clamp(tickOf(deadline.m_instant), m_current, m_current + slotCount - 1);
    deadline.m_slotBegin = begin(tick);
    deadline.linkBefore(slotOf(tick));
}

void TimerWheel::turn()
{
    const Instant now = Clock::now();
    // The tick under way is looked at too, and again with the next turn: what has passed in it need not wait.
    const qint64 reached = tickOf(now);
    empty(slotOf(m_current), now);
    while (m_current < reached)
        empty(slotOf(++m_current), now);
    if (m_running == 0) {
        m_timer.stop();
        park();
    }
}

void TimerWheel::empty(Link &slot, Instant now)
{
    // What is called may link anything in and out, here too; what comes into the slot meanwhile is not due yet.
    Link due;
    due.takeAllOf(slot);
    while (!due.isAlone()) {
        Deadline &deadline = static_cast<Deadline &>(*due.next);
        deadline.unlink();
        if (!deadline.m_running)
            continue;
        if (deadline.m_instant > now) {
            add(deadline);
            continue;
        }
        deadline.stop();
        const auto expired = deadline.m_expired; // it may destroy its deadline
        expired();
    }
}

// Stopped deadlines leave their slots, which begin anew when the wheel does.
void TimerWheel::park()
{
    for (Link &slot : m_slots) {
        while (!slot.isAlone())
            slot.next->unlink();
    }
}

Deadline::Deadline(TimerWheel &wheel, std::function<void()> expired)
    : m_wheel(wheel)
    , m_expired(std::move(expired))
{}

Deadline::~Deadline()
{
    stop();
}

void Deadline::start(std::chrono::milliseconds time)
{
    m_instant = Clock::now() + std::clamp<std::chrono::milliseconds>(time, {}, longestTime);
    if (!std::exchange(m_running, true))
        m_wheel.started();
    if (!isAlone() && m_instant >= m_slotBegin)
        return;
    unlink();
    m_wheel.add(*this);
}

void Deadline::stop()
{
    if (std::exchange(m_running, false))
        m_wheel.stopped();
}

}

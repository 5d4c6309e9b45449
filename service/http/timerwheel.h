// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include <chrono>
#include <functional>
#include <vector>

// One coarse timer for all the deadlines of a lane: connections set theirs anew with every piece of data, which
// must cost next to nothing and allocates nothing. A deadline is told within one tick after it has passed, never
// before. The wheel stands still while no deadline runs. Everything in one thread.
namespace quota::service
{

class Deadline;

class TimerWheel : public QObject
{
    Q_OBJECT

public:
    using Instant = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::milliseconds tick{100};

    explicit TimerWheel(QObject *parent = nullptr, std::chrono::milliseconds interval = tick);
    ~TimerWheel() override; // after all deadlines, and not from one of them

    bool isTurning() const { return m_timer.isActive(); }

private:
    friend class Deadline;
    // Later deadlines wait in the last slot and are put on from there.
    static constexpr qint64 slotCount = 512;

    // A ring through its first and last element; an element links itself out without knowing which ring it is in.
    struct Link
    {
        Link() = default;
        ~Link() { unlink(); }
        Q_DISABLE_COPY_MOVE(Link)

        bool isAlone() const { return next == this; }
        void unlink();
        void linkBefore(Link &other);
        void takeAllOf(Link &other);

        Link *next = this;
        Link *previous = this;
    };

    void started();
    void stopped() { --m_running; }
    void add(Deadline &deadline);
    void turn();
    void empty(Link &slot, Instant now);
    void park();
    qint64 tickOf(Instant instant) const { return (instant - m_begun) / m_interval; }
    Instant begin(qint64 tick) const { return m_begun + tick * m_interval; }
    Link &slotOf(qint64 tick) { return m_slots[size_t(tick % slotCount)]; }

    const Instant m_begun;
    const std::chrono::nanoseconds m_interval;
    qint64 m_current = 0; // the tick under way; the slots before it are done
    qsizetype m_running = 0;
    std::vector<Link> m_slots;
    QTimer m_timer;
};

// Something that must happen by a time. Belongs to whoever it watches.
class Deadline : private TimerWheel::Link
{
public:
    // expired is called from the event loop; it may start, stop or destroy any deadline, this one too.
    Deadline(TimerWheel &wheel, std::function<void()> expired);
    ~Deadline();
    Q_DISABLE_COPY_MOVE(Deadline)

    void start(std::chrono::milliseconds time); // from now; replaces what ran before
    void stop();
    bool isRunning() const { return m_running; }

private:
    friend class TimerWheel;
    TimerWheel &m_wheel;
    const std::function<void()> m_expired;
    TimerWheel::Instant m_instant;
    // Where its slot begins, when it is in one. It may be earlier than its instant, or it may have been stopped: that
    // is seen when the slot comes, which spares moving it with every piece of data.
    TimerWheel::Instant m_slotBegin;
    bool m_running = false;
};

}

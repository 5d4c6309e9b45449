// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include <chrono>
#include <functional>
#include <vector>

// One coarse timer for all the deadlines of a lane: connections set theirs anew with every piece of data, which
// must cost next to nothing. A deadline is told within one tick after it has passed, never before. The wheel stands
// still while no deadline runs. Everything in one thread.
namespace quota::service
{

class Deadline;

class TimerWheel : public QObject
{
    Q_OBJECT

public:
    using Instant = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::milliseconds tick{100};

    explicit TimerWheel(QObject *parent = nullptr);
    ~TimerWheel() override; // after all deadlines

private:
    friend class Deadline;
    static constexpr qint64 slotCount =
        512; // later deadlines wait in the last slot and are put on from there

    void add(Deadline &deadline);
    void remove(Deadline &deadline);
    void turn();
    qint64 tickOf(Instant instant) const; // the first whole tick at or after it

    const Instant m_begun;
    qint64 m_turnedTo = 0; // all slots up to this tick are done
    qsizetype m_count = 0;
    std::vector<std::vector<Deadline *>> m_slots;
    QTimer m_timer;
};

// Something that must happen by a time. Belongs to whoever it watches.
class Deadline
{
public:
    // expired is called from the event loop; it may start or destroy any deadline, this one too.
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
    bool m_running = false;
    // Where it is in the wheel, which may be earlier than its instant: it is put on when its slot comes.
    qint64 m_tick = -1; // -1: nowhere
    size_t m_position = 0;
};

}

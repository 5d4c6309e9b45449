// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/timerqueue.h"

#include <algorithm>
#include <bit>
#include <functional>

using namespace std::chrono_literals;

namespace quota::service
{

// So far away that adding it to any instant cannot overflow.
static constexpr std::chrono::milliseconds longestInterval = std::chrono::hours(24 * 365 * 50);
static constexpr size_t toleratedDead = 64;

static TimerQueue::Instant roundedUp(TimerQueue::Instant instant, std::chrono::nanoseconds step)
{
    const std::chrono::nanoseconds past = instant.time_since_epoch() % step;
    return past == 0ns ? instant : instant + (step - past);
}

TimerQueue::Instant TimerQueue::dueTime(const Timer &timer)
{
    if (timer.interval == 0ms || timer.type == Qt::PreciseTimer)
        return timer.ideal;
    if (timer.type == Qt::VeryCoarseTimer)
        return roundedUp(timer.ideal, 1s);
    // Powers of two divide each other: timers of different intervals meet on common steps too.
    const auto tolerated = std::min<quint64>(quint64(timer.interval.count()) / 20, 1024);
    return tolerated < 2 ? timer.ideal
                         : roundedUp(timer.ideal, std::chrono::milliseconds(std::bit_floor(tolerated)));
}

void TimerQueue::arm(int id, Timer &timer)
{
    timer.turn = ++m_lastTurn;
    m_places.push_back({dueTime(timer), timer.turn, id});
    std::push_heap(m_places.begin(), m_places.end(), std::greater<>());
}

void TimerQueue::add(int id, std::chrono::milliseconds interval, Qt::TimerType type, QObject *object,
                     Instant now)
{
    interval = std::clamp(interval, 0ms, longestInterval);
    if (m_places.size() > 2 * size_t(m_timers.size()) + toleratedDead)
        compact();
    arm(id, *m_timers.insert(id, {interval, type, object, now + interval}));
}

bool TimerQueue::remove(int id)
{
    return m_timers.remove(id);
}

bool TimerQueue::removeAll(QObject *object)
{
    return m_timers.removeIf([object](const auto &entry) { return entry->object == object; }) > 0;
}

QList<TimerQueue::TimerInfo> TimerQueue::timersOf(const QObject *object) const
{
    QList<TimerInfo> list;
    for (auto timer = m_timers.begin(); timer != m_timers.end(); ++timer) {
        if (timer->object == object)
            list.emplace_back(timer.key(), int(timer->interval.count()), timer->type);
    }
    return list;
}

std::optional<std::chrono::nanoseconds> TimerQueue::remaining(int id, Instant now) const
{
    const auto timer = m_timers.constFind(id);
    if (timer == m_timers.constEnd())
        return std::nullopt;
    return std::max<std::chrono::nanoseconds>(dueTime(*timer) - now, 0ns);
}

void TimerQueue::dropDead()
{
    while (!m_places.empty()) {
        const auto timer = m_timers.constFind(m_places.front().id);
        if (timer != m_timers.constEnd() && timer->turn == m_places.front().turn)
            return;
        std::pop_heap(m_places.begin(), m_places.end(), std::greater<>());
        m_places.pop_back();
    }
}

void TimerQueue::compact()
{
    std::erase_if(m_places, [this](const Place &place) {
        const auto timer = m_timers.constFind(place.id);
        return timer == m_timers.constEnd() || timer->turn != place.turn;
    });
    std::make_heap(m_places.begin(), m_places.end(), std::greater<>());
}

std::optional<TimerQueue::Instant> TimerQueue::next()
{
    dropDead();
    return m_places.empty() ? std::nullopt : std::optional(m_places.front().due);
}

std::optional<TimerQueue::Due> TimerQueue::take(Instant now)
{
    dropDead();
    if (m_places.empty() || m_places.front().due > now)
        return std::nullopt;
    const int id = m_places.front().id;
    std::pop_heap(m_places.begin(), m_places.end(), std::greater<>());
    m_places.pop_back();

    Timer &timer = *m_timers.find(id);
    timer.turn = 0;
    timer.ideal += timer.interval;
    // Firings that were missed are not made up for.
    if (timer.ideal <= now)
        timer.ideal = now + std::max<std::chrono::nanoseconds>(timer.interval, 1ns);
    return Due{id, timer.object};
}

void TimerQueue::giveBack(int id)
{
    const auto timer = m_timers.find(id);
    // An id that was given anew meanwhile has its place already.
    if (timer != m_timers.end() && timer->turn == 0)
        arm(id, *timer);
}

}

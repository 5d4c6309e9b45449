// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractEventDispatcher>
#include <QHash>

#include <chrono>
#include <optional>
#include <vector>

// The timers of one event dispatcher, by due time: starting, stopping and firing cost the logarithm of their number.
// It never fires anything itself; the dispatcher takes what is due and gives it back after its event. Time comes in
// as an argument. No timer is ever early: precise ones are due to the nanosecond, coarse ones up to a twentieth of
// their interval later and very coarse ones at full seconds, so that many share a wake-up.
namespace quota::service
{

class TimerQueue
{
public:
    using Instant = std::chrono::steady_clock::time_point;
    using TimerInfo = QAbstractEventDispatcher::TimerInfo;

    struct Due
    {
        int id;
        QObject *object;
    };

    void add(int id, std::chrono::milliseconds interval, Qt::TimerType type, QObject *object, Instant now);
    bool remove(int id);
    bool removeAll(QObject *object);

    QList<TimerInfo> timersOf(const QObject *object) const;
    // Until the next firing, zero when it is overdue; nothing for a timer that is not known.
    std::optional<std::chrono::nanoseconds> remaining(int id, Instant now) const;

    std::optional<Instant> next(); // when the first one is due
    // The first one due, armed anew for a time after now; it is not told again before it is given back, so that an
    // event loop inside its event does not recurse into it. Whoever takes with the same now comes to an end.
    std::optional<Due> take(Instant now);
    void giveBack(int id); // after its event, in which it may have been removed

    size_t places() const { return m_places.size(); } // in the heap, those of removed timers too

private:
    struct Timer
    {
        std::chrono::milliseconds interval;
        Qt::TimerType type;
        QObject *object;
        Instant ideal;    // without rounding, so that roundings do not add up
        quint64 turn = 0; // its place in the heap; 0: it has none, its event is being handled
    };
    struct Place
    {
        Instant due;
        quint64 turn; // tells timers due at the same time apart, first come first served
        int id;
        bool operator>(const Place &other) const
        {
            return due == other.due ? turn > other.turn : due > other.due;
        }
    };

    static Instant dueTime(const Timer &timer);
    void arm(int id, Timer &timer);
    void dropDead();
    void compact();

    QHash<int, Timer> m_timers;
    // A heap, soonest first. Places of timers that are gone stay until they come up or outnumber the living.
    std::vector<Place> m_places;
    quint64 m_lastTurn = 0;
};

}

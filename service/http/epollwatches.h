// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSocketNotifier>

#include <sys/epoll.h>

#include <array>
#include <memory>
#include <vector>

// The socket notifiers of one thread and what epoll is asked on their behalf; the part of EpollDispatcher that knows
// descriptors. Linux only. A batch costs by its events: none allocates, none looks at a descriptor that is idle.
// What happened to a descriptor is never told to notifiers that came to its number later.
namespace quota::service
{

class EpollWatches
{
public:
    // Large enough to share the price of the system call, small enough for timers to be on time.
    static constexpr int batchSize = 128;

    struct Batch
    {
        std::array<epoll_event, batchSize> events;
        int count = 0;
        quint32 wait = 0;
    };

    // The descriptor of wakeUps ends a wait whenever it is written to. Null when the system refuses.
    static std::unique_ptr<EpollWatches> create(int wakeUps);
    ~EpollWatches();
    Q_DISABLE_COPY_MOVE(EpollWatches)

    void add(QSocketNotifier *notifier);
    void remove(QSocketNotifier *notifier);

    // Before each wait: tells epoll what has changed since the last one.
    void applyChanges();
    bool mustNotSleep() const { return !m_alwaysReady.empty(); }
    void wait(int milliseconds, Batch &batch); // fills the batch; -1: for ever
    int serve(const Batch &batch);             // how many notifiers were told

private:
    // What is known of a descriptor.
    struct Watch
    {
        std::array<QSocketNotifier *, 3> notifiers{};
        quint32 applied = 0; // what epoll was asked for; 0: it does not know the descriptor
        // Numbers come back as soon as they are closed: a generation ends with its last notifier.
        quint32 generation = 0;
        quint32 endedAfter = 0; // the wait after which the generation before ended
        bool changed = false;   // it is in the list of those to be applied
        bool alwaysReady = false;

        quint32 wanted() const;
    };

    EpollWatches(int epoll, int wakeUps);
    bool watchWakeUps();
    Watch &watchOf(int descriptor);
    void noteChange(int descriptor);
    void apply(int descriptor);
    void refuse(int descriptor, int error);
    void endGeneration(int descriptor);
    void startOver();
    int tell(int descriptor, quint32 generation, quint32 events);
    int tellAlwaysReady();

    int m_epoll;
    const int m_wakeUps;
    std::vector<Watch> m_watches; // by descriptor
    std::vector<int>
        m_changed; // applied before the next wait: to switch on and off again costs no system call
    std::vector<int> m_alwaysReady; // regular files, of which epoll will not know
    quint32 m_wait = 0;             // the number of the last wait
    bool m_mustStartOver = false;
};

}

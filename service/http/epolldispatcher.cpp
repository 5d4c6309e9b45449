// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/epolldispatcher.h"

#ifdef Q_OS_LINUX

#include "service/http/epollwatches.h"
#include "service/http/timerqueue.h"

#include <QCoreApplication>
#include <QThread>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <climits>

namespace quota::service
{

namespace
{

class EpollDispatcher : public QAbstractEventDispatcher
{
public:
    EpollDispatcher(int wakeUps, std::unique_ptr<EpollWatches> watches)
        : m_wakeUps(wakeUps)
        , m_watches(std::move(watches))
    {}
    ~EpollDispatcher() override { ::close(m_wakeUps); }

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;
    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;

    void registerTimer(int id, qint64 interval, Qt::TimerType type, QObject *object) override;
    bool unregisterTimer(int id) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int id) override;

    void wakeUp() override;
    void interrupt() override;

private:
    using Clock = std::chrono::steady_clock;
    enum class State
    {
        Awake,
        Asleep,
        Called // awake, and it must look at the posted events once more before it sleeps
    };

    int timeToSleep();
    void waitForCall(int milliseconds);
    int serveTimers();

    const int m_wakeUps; // an eventfd
    const std::unique_ptr<EpollWatches> m_watches;
    TimerQueue m_timers;
    // The only members that other threads touch.
    std::atomic<State> m_state = State::Awake;
    std::atomic<bool> m_interrupted = false;
};

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    // What was posted before a call is sent below, so that the call is answered; but an interruption from before was
    // meant for a loop that may be just about to wait here.
    const bool called = m_state.exchange(State::Awake) == State::Called;
    const bool interrupted = called && m_interrupted.exchange(false);
    Q_EMIT awake();
    QCoreApplication::sendPostedEvents();

    const bool sockets = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    const bool maySleep =
        flags.testFlag(QEventLoop::WaitForMoreEvents) && !interrupted && m_state == State::Awake;
    if (maySleep)
        Q_EMIT aboutToBlock();
    if (m_interrupted)
        return called;

    if (sockets)
        m_watches->applyChanges();
    int milliseconds = maySleep && !(sockets && m_watches->mustNotSleep()) ? timeToSleep() : 0;
    // A call that comes before this line keeps it awake, one that comes later ends the wait.
    if (State awake = State::Awake;
        milliseconds != 0 && !m_state.compare_exchange_strong(awake, State::Asleep))
        milliseconds = 0;
    EpollWatches::Batch batch; // not a member: a slot may run an event loop of its own
    if (sockets)
        m_watches->wait(milliseconds, batch);
    else
        waitForCall(milliseconds);
    State asleep = State::Asleep;
    m_state.compare_exchange_strong(asleep, State::Awake);

    int served = 0;
    if (sockets)
        served += m_watches->serve(batch);
    served += serveTimers();
    return called || served > 0 || m_state == State::Called;
}

int EpollDispatcher::timeToSleep()
{
    const auto next = m_timers.next();
    if (!next)
        return -1;
    const auto time = std::chrono::ceil<std::chrono::milliseconds>(*next - Clock::now());
    return int(std::clamp<qint64>(time.count(), 0, INT_MAX));
}

void EpollDispatcher::waitForCall(int milliseconds)
{
    pollfd descriptor{m_wakeUps, POLLIN, 0};
    if (::poll(&descriptor, 1, milliseconds) > 0) {
        eventfd_t calls = 0;
        ::eventfd_read(m_wakeUps, &calls);
    }
}

int EpollDispatcher::serveTimers()
{
    if (!m_timers.next())
        return 0;
    const auto now = Clock::now();
    int served = 0;
    while (const auto due = m_timers.take(now)) {
        QTimerEvent event(due->id);
        QCoreApplication::sendEvent(due->object, &event);
        m_timers.giveBack(due->id);
        ++served;
    }
    return served;
}

void EpollDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    Q_ASSERT(notifier->thread() == thread() && thread() == QThread::currentThread());
    m_watches->add(notifier);
}

void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    Q_ASSERT(notifier->thread() == thread() && thread() == QThread::currentThread());
    m_watches->remove(notifier);
}

void EpollDispatcher::registerTimer(int id, qint64 interval, Qt::TimerType type, QObject *object)
{
    Q_ASSERT(object->thread() == thread() && thread() == QThread::currentThread());
    m_timers.add(id, std::chrono::milliseconds(interval), type, object, Clock::now());
}

bool EpollDispatcher::unregisterTimer(int id)
{
    Q_ASSERT(thread() == QThread::currentThread());
    return m_timers.remove(id);
}

bool EpollDispatcher::unregisterTimers(QObject *object)
{
    Q_ASSERT(thread() == QThread::currentThread());
    return m_timers.removeAll(object);
}

QList<QAbstractEventDispatcher::TimerInfo> EpollDispatcher::registeredTimers(QObject *object) const
{
    return m_timers.timersOf(object);
}

int EpollDispatcher::remainingTime(int id)
{
    const auto remaining = m_timers.remaining(id, Clock::now());
    if (!remaining)
        return -1;
    return int(std::min<qint64>(std::chrono::ceil<std::chrono::milliseconds>(*remaining).count(), INT_MAX));
}

// From any thread. Only a sleeper costs a system call, and only its first caller pays.
void EpollDispatcher::wakeUp()
{
    if (m_state.exchange(State::Called) == State::Asleep)
        ::eventfd_write(m_wakeUps, 1);
}

void EpollDispatcher::interrupt()
{
    m_interrupted = true;
    wakeUp();
}

}

std::unique_ptr<QAbstractEventDispatcher> makeEpollDispatcher()
{
    const int wakeUps = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wakeUps < 0)
        return nullptr;
    std::unique_ptr<EpollWatches> watches = EpollWatches::create(wakeUps);
    if (!watches) {
        ::close(wakeUps);
        return nullptr;
    }
    return std::make_unique<EpollDispatcher>(wakeUps, std::move(watches));
}

}

#else

namespace quota::service
{

std::unique_ptr<QAbstractEventDispatcher> makeEpollDispatcher()
{
    return nullptr;
}

}

#endif

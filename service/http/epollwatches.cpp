// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtGlobal>

#ifdef Q_OS_LINUX

#include "service/http/epollwatches.h"

#include "service/telemetry/log.h"

#include <QCoreApplication>

#include <unistd.h>

#include <cerrno>
#include <cstring>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr quint64 wakeTag = ~quint64(0);

struct Kind
{
    QSocketNotifier::Type type;
    quint32 asked;
    quint32 told; // an error or a hang-up concerns whoever is there
};
static constexpr Kind kinds[] = {{QSocketNotifier::Read, EPOLLIN, EPOLLIN | EPOLLHUP | EPOLLERR},
                                 {QSocketNotifier::Write, EPOLLOUT, EPOLLOUT | EPOLLHUP | EPOLLERR},
                                 {QSocketNotifier::Exception, EPOLLPRI, EPOLLPRI | EPOLLHUP | EPOLLERR}};

quint32 EpollWatches::Watch::wanted() const
{
    quint32 wanted = 0;
    for (const Kind &kind : kinds)
        wanted |= notifiers[kind.type] ? kind.asked : 0;
    return wanted;
}

std::unique_ptr<EpollWatches> EpollWatches::create(int wakeUps)
{
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        return nullptr;
    std::unique_ptr<EpollWatches> watches(new EpollWatches(epoll, wakeUps)); // its constructor is private
    return watches->watchWakeUps() ? std::move(watches) : nullptr;
}

EpollWatches::EpollWatches(int epoll, int wakeUps)
    : m_epoll(epoll)
    , m_wakeUps(wakeUps)
{}

EpollWatches::~EpollWatches()
{
    ::close(m_epoll);
}

// Edge-triggered: every call is told once, and nobody has to read the descriptor empty.
bool EpollWatches::watchWakeUps()
{
    epoll_event event{EPOLLIN | EPOLLET, {.u64 = wakeTag}};
    return ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wakeUps, &event) == 0;
}

EpollWatches::Watch &EpollWatches::watchOf(int descriptor)
{
    Q_ASSERT(descriptor >= 0);
    if (size_t(descriptor) >= m_watches.size())
        m_watches.resize(size_t(descriptor) + 1);
    return m_watches[size_t(descriptor)];
}

void EpollWatches::add(QSocketNotifier *notifier)
{
    const int descriptor = int(notifier->socket());
    QSocketNotifier *&place = watchOf(descriptor).notifiers[notifier->type()];
    // Somebody closed the descriptor under its notifier, and the number has come back to somebody else.
    if (place && place != notifier)
        endGeneration(descriptor);
    place = notifier;
    noteChange(descriptor);
}

void EpollWatches::remove(QSocketNotifier *notifier)
{
    const int descriptor = int(notifier->socket());
    Watch &watch = watchOf(descriptor);
    if (watch.notifiers[notifier->type()] != notifier)
        return;
    watch.notifiers[notifier->type()] = nullptr;
    if (watch.wanted())
        noteChange(descriptor);
    else
        endGeneration(descriptor);
}

// At once, not before the next wait: by then the number may belong to another socket.
void EpollWatches::endGeneration(int descriptor)
{
    Watch &watch = m_watches[size_t(descriptor)];
    if (watch.applied)
        ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor,
                    nullptr); // fails for one already closed, which is gone
    if (watch.alwaysReady)
        std::erase(m_alwaysReady, descriptor);
    watch.applied = 0;
    watch.alwaysReady = false;
    watch.endedAfter = m_wait;
    ++watch.generation;
}

void EpollWatches::noteChange(int descriptor)
{
    Watch &watch = m_watches[size_t(descriptor)];
    if (!watch.changed)
        m_changed.push_back(descriptor);
    watch.changed = true;
}

void EpollWatches::applyChanges()
{
    if (m_mustStartOver)
        startOver();
    for (size_t i = 0; i < m_changed.size(); ++i) // by index: a refusal disables notifiers
        apply(m_changed[i]);
    m_changed.clear();
}

void EpollWatches::apply(int descriptor)
{
    Watch &watch = m_watches[size_t(descriptor)];
    watch.changed = false;
    const quint32 wanted = watch.wanted();
    if (!wanted || wanted == watch.applied || watch.alwaysReady)
        return;
    epoll_event event{wanted, {.u64 = quint64(watch.generation) << 32 | quint32(descriptor)}};
    int refused = ::epoll_ctl(m_epoll, watch.applied ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event);
    if (refused && watch.applied && errno == ENOENT) // replaced under its notifiers
        refused = ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event);
    if (!refused) {
        watch.applied = wanted;
    } else if (errno == EPERM) {
        watch.alwaysReady = true;
        m_alwaysReady.push_back(descriptor);
    } else {
        refuse(descriptor, errno);
    }
}

// Closed under its notifiers, or the system is out of memory for it. Its owner's deadlines end what waits for it.
void EpollWatches::refuse(int descriptor, int error)
{
    logLine(lcHttp(), LogLevel::Error, u"A descriptor cannot be watched."_s,
            {{u"descriptor"_s, descriptor}, {u"error"_s, QString::fromLocal8Bit(std::strerror(error))}});
    for (const Kind &kind : kinds) {
        if (QSocketNotifier *notifier = m_watches[size_t(descriptor)].notifiers[kind.type])
            notifier->setEnabled(false);
    }
}

void EpollWatches::startOver()
{
    const int fresh = ::epoll_create1(EPOLL_CLOEXEC);
    if (fresh < 0)
        return; // the next round tries again
    ::close(m_epoll);
    m_epoll = fresh;
    m_mustStartOver = !watchWakeUps();
    for (size_t i = 0; i < m_watches.size(); ++i) {
        m_watches[i].applied = 0;
        if (m_watches[i].wanted())
            noteChange(int(i));
    }
}

void EpollWatches::wait(int milliseconds, Batch &batch)
{
    batch.wait = ++m_wait;
    batch.count = ::epoll_wait(m_epoll, batch.events.data(), batchSize, milliseconds); // a signal ends it too
}

int EpollWatches::serve(const Batch &batch)
{
    int told = 0;
    // An event loop inside a slot has asked anew and served; what it left is still ready and will be told again.
    for (int i = 0; i < batch.count && batch.wait == m_wait; ++i) {
        const epoll_event &event = batch.events[size_t(i)];
        const quint64 tag = event.data.u64;
        if (tag != wakeTag)
            told += tell(int(quint32(tag)), quint32(tag >> 32), event.events);
    }
    return told + tellAlwaysReady();
}

int EpollWatches::tell(int descriptor, quint32 generation, quint32 events)
{
    const quint32 wait = m_wait;
    int told = 0;
    for (const Kind &kind : kinds) {
        const Watch &watch = m_watches[size_t(descriptor)]; // anew each time: slots make the table grow
        if (watch.generation != generation) {
            // Either it ended in this batch, or epoll still holds a socket that was closed before its notifier went
            // while a duplicate keeps it alive. Nothing names such a one any more, and it would be told for ever.
            m_mustStartOver |= watch.endedAfter != wait;
            break;
        }
        QSocketNotifier *notifier = watch.notifiers[kind.type];
        if (!notifier || !(events & kind.told))
            continue;
        QEvent event(QEvent::SockAct);
        QCoreApplication::sendEvent(notifier, &event);
        ++told;
        if (m_wait != wait)
            break; // see serve()
    }
    return told;
}

int EpollWatches::tellAlwaysReady()
{
    if (m_alwaysReady.empty())
        return 0;
    int told = 0;
    const std::vector<int> descriptors = m_alwaysReady; // slots may change it
    for (const int descriptor : descriptors) {
        const Watch &watch = m_watches[size_t(descriptor)];
        if (watch.alwaysReady)
            told += tell(descriptor, watch.generation, EPOLLIN | EPOLLOUT);
    }
    return told;
}

}

#endif

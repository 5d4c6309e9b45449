// SPDX-License-Identifier: GPL-3.0-or-later
// The half of StoreThread that opens and closes its connection, so that the file below can be exchanged.
#include "service/store/storethread.h"

namespace quota::service
{

Error StoreThread::notOpen()
{
    return {ErrorCode::Unavailable,
            QStringLiteral("The database cannot be opened at present; the service's log says why."),
            {},
            {}};
}

Done StoreThread::connect()
{
    auto database = Database::open(m_options);
    if (!database)
        return tl::unexpected(database.error());
    m_database = std::move(*database);
    m_books = std::make_unique<UsageBooks>(*m_database, m_zone);
    const Done ready = m_options.readOnly ? Done() : m_books->open();
    if (!ready)
        disconnect();
    return ready;
}

void StoreThread::disconnect()
{
    m_books.reset();
    m_database.reset();
}

// --- for who exchanges the file ---

Done StoreThread::wish(Door door, const First *first)
{
    const Done stopped = failure(ErrorCode::Unavailable, QStringLiteral("The store has stopped."));
    Lock lock(m_mutex);
    if (m_stopping)
        return stopped;
    m_door = door;
    m_openFirst = first;
    m_wake.notify_all();
    m_doorMoved.wait(lock, [this, door] { return m_door != door || m_stopping; });
    return m_door != door ? m_moved : stopped;
}

Done StoreThread::close()
{
    return wish(Door::Closing);
}

Done StoreThread::open(const First &first)
{
    return wish(Door::Opening, &first);
}

void StoreThread::goOn()
{
    {
        const Lock lock(m_mutex);
        m_door = Door::Open;
    }
    m_wake.notify_all();
}

void StoreThread::forPendingRows(const std::function<void(UsageRow &)> &change)
{
    const Lock lock(m_mutex);
    Q_ASSERT(m_door == Door::Held);
    for (UsageRow &row : m_rows)
        change(row);
}

// --- in the store thread ---

void StoreThread::tellMoved(Door door, Done outcome)
{
    m_door = door;
    m_moved = std::move(outcome);
    m_doorMoved.notify_all();
}

void StoreThread::answerClose(Lock &lock, bool committed)
{
    if (!committed)
        return tellMoved(Door::Open,
                         failure(ErrorCode::Storage,
                                 QStringLiteral("The books cannot be written at present, so that what was "
                                                "counted last would be lost. The service's log says why.")));
    lock.unlock();
    disconnect();
    lock.lock();
    tellMoved(Door::Closed, {});
    stayClosed(lock);
}

void StoreThread::stayClosed(Lock &lock)
{
    while (m_door != Door::Open && !m_stopping) {
        if (m_door == Door::Opening) {
            openHeld(lock);
        } else if (m_door == Door::Closing) {
            lock.unlock();
            disconnect();
            lock.lock();
            tellMoved(Door::Closed, {});
        } else {
            m_wake.wait(lock);
        }
    }
    if (!m_database)
        openAgain(lock);
}

void StoreThread::openHeld(Lock &lock)
{
    const First *first = m_openFirst;
    lock.unlock();
    Done opened = connect();
    if (opened && *first)
        opened = (*first)(*m_database);
    if (opened)
        m_database->release();
    else
        disconnect();
    lock.lock();
    const Door door = opened ? Door::Held : Door::Closed;
    tellMoved(door, std::move(opened));
}

// The last resort: neither what was exchanged nor what was there before could be opened.
void StoreThread::openAgain(Lock &lock)
{
    while (!m_stopping) {
        lock.unlock();
        const Done opened = connect();
        noteWrite(opened);
        lock.lock();
        if (opened)
            return;
        runAll(m_first, lock);
        runAll(m_jobs, lock);
        m_wake.wait_for(lock, retryTime,
                        [this] { return m_stopping || !m_first.empty() || !m_jobs.empty(); });
    }
    runAll(m_first, lock);
    runAll(m_jobs, lock);
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/storethread.h"

#include <QLoggingCategory>

#include <future>
#include <iterator>

namespace quota::service
{

Q_LOGGING_CATEGORY(storeLog, "quota.store")

StoreThread::StoreThread(QTimeZone zone)
    : m_zone(std::move(zone))
{}

StoreThread::~StoreThread()
{
    stop();
}

Result<std::unique_ptr<StoreThread>> StoreThread::start(const DatabaseOptions &options, const QTimeZone &zone)
{
    std::unique_ptr<StoreThread> store(new StoreThread(zone));
    StoreThread *self = store.get();
    DatabaseOptions counted = options;
    counted.counters = &store->m_counters;
    std::promise<Done> opened;
    auto outcome = opened.get_future();
    store->m_thread = std::thread([self, counted, opened = std::move(opened)]() mutable {
        auto database = Database::open(counted);
        opened.set_value(database ? Done() : tl::unexpected(database.error()));
        if (database)
            self->work(**database);
    });
    if (const Done done = outcome.get(); !done)
        return tl::unexpected(done.error());
    return store;
}

void StoreThread::append(UsageRow row)
{
    {
        const Lock lock(m_mutex);
        if (m_stopping || qsizetype(m_rows.size()) + m_committing >= maximumPendingRows) {
            m_droppedRows.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        m_rows.push_back(std::move(row));
        if (m_rows.size() == 1)
            m_rowsDue = std::chrono::steady_clock::now() + groupCommitTime;
        // Between the first row and a full batch the thread sleeps on purpose.
        if (m_rows.size() != 1 && m_rows.size() != size_t(rowsPerCommit))
            return;
    }
    m_wake.notify_all();
}

bool StoreThread::post(Job job)
{
    {
        const Lock lock(m_mutex);
        if (m_stopping)
            return false;
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_all();
    return true;
}

bool StoreThread::runFirst(Job job)
{
    {
        const Lock lock(m_mutex);
        if (m_stopping)
            return false;
        m_first.push_back(std::move(job));
    }
    m_wake.notify_all();
    return true;
}

void StoreThread::stop()
{
    if (!m_thread.joinable())
        return;
    Q_ASSERT(std::this_thread::get_id() != m_thread.get_id());
    {
        const Lock lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

// Sleeps until there is a job, a group of rows worth a commit, or the end.
void StoreThread::waitForWork(Lock &lock)
{
    const auto urgent = [this] { return m_stopping || !m_first.empty() || !m_jobs.empty(); };
    m_wake.wait(lock, [&] { return urgent() || !m_rows.empty(); });
    if (!urgent())
        m_wake.wait_until(lock, m_rowsDue,
                          [&] { return urgent() || (writes() && m_rows.size() >= size_t(rowsPerCommit)); });
}

// Jobs that run first come often, and must neither hasten rows nor hold them up.
bool StoreThread::rowsAreDue() const
{
    return m_stopping || !m_jobs.empty() || (writes() && m_rows.size() >= size_t(rowsPerCommit)) ||
           std::chrono::steady_clock::now() >= m_rowsDue;
}

void StoreThread::runAll(Database &database, std::deque<Job> &queue, Lock &lock)
{
    std::deque<Job> jobs;
    jobs.swap(queue);
    lock.unlock();
    for (Job &job : jobs) {
        job(database);
        database.release();
    }
    jobs.clear();
    lock.lock();
}

void StoreThread::work(Database &database)
{
    Lock lock(m_mutex);
    while (!m_stopping || !m_first.empty() || !m_jobs.empty() || !m_rows.empty()) {
        waitForWork(lock);
        runAll(database, m_first, lock);
        if (!rowsAreDue())
            continue;
        // Taken before the rows: what was appended before a job is in the books when it runs.
        std::deque<Job> jobs;
        jobs.swap(m_jobs);
        const bool committed = commitRows(database, lock);
        if (!committed && m_stopping && m_first.empty() && jobs.empty())
            break;
        runAll(database, jobs, lock);
    }
    dropRemainingRows();
}

// All rows that are here now, in batches; false when one failed, and then its rows are back in the queue.
bool StoreThread::commitRows(Database &database, Lock &lock)
{
    size_t left = m_rows.size();
    while (left > 0) {
        const auto count = qMin(left, size_t(rowsPerCommit));
        const auto end = m_rows.begin() + std::ptrdiff_t(count);
        std::vector<UsageRow> batch(std::make_move_iterator(m_rows.begin()), std::make_move_iterator(end));
        m_rows.erase(m_rows.begin(), end);
        m_committing = qsizetype(count);
        lock.unlock();
        const Done done = usagestore::append(database, batch, m_zone);
        noteWrite(done);
        lock.lock();
        m_committing = 0;
        if (!done) {
            m_rows.insert(m_rows.begin(), std::make_move_iterator(batch.begin()),
                          std::make_move_iterator(batch.end()));
            m_rowsDue = std::chrono::steady_clock::now() + retryTime;
            return false;
        }
        left -= count;
    }
    return true;
}

void StoreThread::noteWrite(const Done &done)
{
    if (!done && writes())
        qCWarning(storeLog).noquote()
            << "The books cannot be written:" << done.error().message << done.error().detail;
    if (done && !writes())
        qCInfo(storeLog) << "The books are written again.";
    m_writes.store(done.has_value(), std::memory_order_relaxed);
}

void StoreThread::dropRemainingRows()
{
    if (m_rows.empty())
        return;
    m_droppedRows.fetch_add(qint64(m_rows.size()), std::memory_order_relaxed);
    qCCritical(storeLog) << "The store does not take writes: the rows of" << m_rows.size()
                         << "requests are lost with this stop.";
    m_rows.clear();
}

}

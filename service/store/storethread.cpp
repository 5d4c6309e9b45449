// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/storethread.h"

#include <QLoggingCategory>

#include <algorithm>
#include <future>
#include <iterator>

namespace quota::service
{

Q_LOGGING_CATEGORY(storeLog, "quota.store")

StoreThread::StoreThread(DatabaseOptions options, QTimeZone zone)
    : m_options(std::move(options))
    , m_zone(std::move(zone))
{
    m_options.counters = &m_counters;
}

StoreThread::~StoreThread()
{
    stop();
}

Result<std::unique_ptr<StoreThread>> StoreThread::start(const DatabaseOptions &options, const QTimeZone &zone)
{
    std::unique_ptr<StoreThread> store(new StoreThread(options, zone));
    StoreThread *self = store.get();
    std::promise<Done> opened;
    auto outcome = opened.get_future();
    store->m_thread = std::thread([self, opened = std::move(opened)]() mutable {
        const Done ready = self->connect();
        opened.set_value(ready);
        if (ready)
            self->work();
        self->disconnect();
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
            m_rowsDue = SteadyClock::now() + groupCommitTime;
        // Between the first row and a full batch the thread sleeps on purpose.
        if (m_rows.size() != 1 && m_rows.size() != size_t(rowsPerCommit))
            return;
    }
    m_wake.notify_all();
}

bool StoreThread::take(Job job)
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

bool StoreThread::runFirst(std::function<void(Database &)> job, std::function<void()> otherwise)
{
    {
        const Lock lock(m_mutex);
        if (m_stopping)
            return false;
        m_first.push_back({std::move(job), std::move(otherwise), false});
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
    m_doorMoved.notify_all();
    m_thread.join();
}

// Sleeps until there is a job, a group of rows worth a commit, sums that are due, or the end.
void StoreThread::waitForWork(Lock &lock)
{
    const auto urgent = [this] {
        return m_stopping || m_door != Door::Open || !m_first.empty() || !m_jobs.empty();
    };
    const auto anything = [&] { return urgent() || !m_rows.empty(); };
    if (!m_books->hasPendingSums())
        m_wake.wait(lock, anything);
    else if (!m_wake.wait_until(lock, m_sumsDue, anything))
        return;
    if (!urgent())
        m_wake.wait_until(lock, m_rowsDue,
                          [&] { return urgent() || (writes() && m_rows.size() >= size_t(rowsPerCommit)); });
}

// Jobs that run first come often, and must neither hasten rows nor hold them up.
bool StoreThread::rowsAreDue() const
{
    return m_stopping || m_door != Door::Open || !m_jobs.empty() ||
           (writes() && m_rows.size() >= size_t(rowsPerCommit)) || SteadyClock::now() >= m_rowsDue;
}

void StoreThread::runAll(std::deque<Job> &queue, Lock &lock)
{
    std::deque<Job> jobs;
    jobs.swap(queue);
    lock.unlock();
    for (Job &job : jobs) {
        if (m_database) {
            job.work(*m_database);
            m_database->release();
        } else if (job.otherwise) {
            job.otherwise();
        }
    }
    jobs.clear();
    lock.lock();
}

void StoreThread::work()
{
    Lock lock(m_mutex);
    while (!m_stopping || !m_first.empty() || !m_jobs.empty() || !m_rows.empty()) {
        waitForWork(lock);
        runAll(m_first, lock);
        if (!rowsAreDue())
            continue;
        // Taken before the rows: what was appended before a job is in the books when it runs.
        std::deque<Job> jobs;
        jobs.swap(m_jobs);
        const bool closing = m_door == Door::Closing;
        const bool sumsWanted =
            m_stopping || closing ||
            std::any_of(jobs.begin(), jobs.end(), [](const Job &job) { return job.needsSums; });
        const bool committed = commitRows(lock, sumsWanted);
        tellOfShedding();
        if (!committed && m_stopping && m_first.empty() && jobs.empty())
            break;
        // Who was to run first, and came before a job, waited perhaps behind others that were.
        if (!jobs.empty())
            runAll(m_first, lock);
        runAll(jobs, lock);
        if (closing)
            answerClose(lock, committed);
        if (!m_database)
            break; // stopped before it could be opened again
    }
    // A stop that found nothing to do: sums that were not due yet.
    lock.unlock();
    if (m_books)
        commit({}, true);
    lock.lock();
    dropRemainingRows();
}

// All rows that are here now, in batches, the sums with the last one when they are wanted or due; false when one
// failed, and then its rows are back in the queue.
bool StoreThread::commitRows(Lock &lock, bool sumsWanted)
{
    size_t left = m_rows.size();
    do {
        const auto count = qMin(left, size_t(rowsPerCommit));
        const auto end = m_rows.begin() + std::ptrdiff_t(count);
        std::vector<UsageRow> batch(std::make_move_iterator(m_rows.begin()), std::make_move_iterator(end));
        m_rows.erase(m_rows.begin(), end);
        m_committing = qsizetype(count);
        left -= count;
        lock.unlock();
        const bool sumsDue = left == 0 && (sumsWanted || SteadyClock::now() >= m_sumsDue);
        const bool done = commit(batch, sumsDue);
        lock.lock();
        m_committing = 0;
        if (!done) {
            m_rows.insert(m_rows.begin(), std::make_move_iterator(batch.begin()),
                          std::make_move_iterator(batch.end()));
            m_rowsDue = SteadyClock::now() + retryTime;
            return false;
        }
    } while (left > 0);
    return true;
}

bool StoreThread::commit(const std::vector<UsageRow> &rows, bool sumsToo)
{
    if (rows.empty() && !(sumsToo && m_books->hasPendingSums()))
        return true;
    const auto begun = SteadyClock::now();
    const Done done = m_books->append(rows, sumsToo);
    noteWrite(done);
    if (sumsToo) {
        // The sums of many keys take their time: at most a twentieth of all.
        const auto now = SteadyClock::now();
        m_sumsDue = now + std::clamp<SteadyClock::duration>((now - begun) * 20, sumTime, longestSumTime);
    }
    return done.has_value();
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

// Once when it begins, then at most once in a while: a flood of rows must not become a flood of lines.
void StoreThread::tellOfShedding()
{
    const qint64 dropped = droppedRows();
    if (dropped == m_toldDropped || SteadyClock::now() < m_told + shedLogTime)
        return;
    qCCritical(storeLog) << "The books are too slow for the requests: the rows of" << dropped - m_toldDropped
                         << "requests were shed. They count against their limits, but are in no report.";
    m_toldDropped = dropped;
    m_told = SteadyClock::now();
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

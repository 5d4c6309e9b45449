// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/storethread.h"

#include "service/telemetry/log.h"

#include <future>

using namespace Qt::StringLiterals;

namespace quota::service
{

Result<std::unique_ptr<StoreThread>> StoreThread::start(const DatabaseOptions &options, const QTimeZone &zone)
{
    std::unique_ptr<StoreThread> store(new StoreThread(zone));
    std::promise<Done> opened;
    auto result = opened.get_future();
    store->m_thread.reset(QThread::create([&store = *store, &opened, options] {
        auto database = Database::open(options);
        if (!database) {
            opened.set_value(tl::unexpected<Error>(database.error()));
            return;
        }
        (*database)->countInto(&store.m_counts);
        opened.set_value({});
        store.work(**database);
    }));
    store->m_thread->setObjectName(options.readOnly ? u"store-reader"_s : u"store"_s);
    store->m_thread->start();
    if (const Done done = result.get(); !done) {
        store->m_thread->wait();
        store->m_thread.reset();
        return tl::unexpected<Error>(done.error());
    }
    return store;
}

StoreThread::~StoreThread()
{
    stop();
}

bool StoreThread::post(Job job)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping)
            return false;
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_one();
    return true;
}

void StoreThread::append(UsageRow row)
{
    bool first = false;
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping || qsizetype(m_rows.size()) >= maximumPendingRows) {
            m_droppedRows.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        first = m_rows.empty();
        m_rows.push_back(std::move(row));
    }
    // The thread sleeps until the group is due; only its first row has to tell it that there is one.
    if (first)
        m_wake.notify_one();
}

void StoreThread::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    if (m_thread) {
        m_thread->wait();
        m_thread.reset();
    }
}

void StoreThread::work(Database &database)
{
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wake.wait(lock, [this] { return m_stopping || !m_jobs.empty() || !m_rows.empty(); });
        // A job wants to see what was appended before it, and a stop does not wait for more.
        if (m_jobs.empty() && !m_stopping)
            m_wake.wait_for(lock, groupCommitTime, [this] { return m_stopping || !m_jobs.empty(); });
        std::vector<UsageRow> rows = std::exchange(m_rows, {});
        std::deque<Job> jobs = std::exchange(m_jobs, {});
        const bool stopping = m_stopping;
        lock.unlock();
        if (!rows.empty())
            commit(database, rows);
        for (Job &job : jobs)
            job(database);
        lock.lock();
        if (!rows.empty()) {
            // Not written: they come first in the next round, unless there is none.
            if (stopping) {
                m_droppedRows.fetch_add(qint64(rows.size()), std::memory_order_relaxed);
                return;
            }
            m_rows.insert(m_rows.begin(), std::make_move_iterator(rows.begin()),
                          std::make_move_iterator(rows.end()));
            m_wake.wait_for(lock, retryTime, [this] { return m_stopping || !m_jobs.empty(); });
        }
        if (stopping && m_jobs.empty() && m_rows.empty())
            return;
    }
}

void StoreThread::commit(Database &database, std::vector<UsageRow> &rows)
{
    const Done written = usagestore::append(database, rows, m_zone);
    const bool before = m_writes.exchange(written.has_value(), std::memory_order_relaxed);
    if (written) {
        rows.clear();
        return;
    }
    if (before)
        logLine(lcStore(), LogLevel::Error, u"The books cannot be written; they wait in memory."_s,
                {{u"error"_s, written.error().message},
                 {u"detail"_s, written.error().detail},
                 {u"rows"_s, qint64(rows.size())}});
}

}

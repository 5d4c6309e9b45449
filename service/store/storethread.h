// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/database.h"
#include "service/store/usagebooks.h"

#include <QFuture>
#include <QPromise>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

// A thread that owns one database connection and works through a queue: the writer of the books, and (a second
// one, read-only) the reader of history. Callers on any thread post jobs and never wait. The writer also takes
// finished requests and commits them in groups. Stopping drains both queues first.
namespace quota::service
{

class StoreThread
{
public:
    Q_DISABLE_COPY_MOVE(StoreThread)

    // Opens the database in the new thread and waits for that: this is start-up, nothing is served yet. zone: of
    // the windows that appended requests count in.
    static Result<std::unique_ptr<StoreThread>> start(const DatabaseOptions &options, const QTimeZone &zone);
    ~StoreThread(); // stops

    // Runs the job in the store thread. Jobs run in order, and see every row appended before them, in sums and
    // counters too (unless the store does not take writes). After stop() the future gets ErrorCode::Unavailable.
    // F: Result<T>(Database &).
    template <class F>
    auto run(F job) -> QFuture<std::invoke_result_t<F, Database &>>
    {
        return post(std::move(job), true);
    }

    // The same for frequent jobs that look at no usage: sums and counters may lag behind the rows.
    template <class F>
    auto runOften(F job) -> QFuture<std::invoke_result_t<F, Database &>>
    {
        return post(std::move(job), false);
    }

    // Runs the job before all that waits, and commits no rows for it: somebody's request waits for what it does.
    // False, and no job, after stop().
    bool runFirst(std::function<void(Database &)> job);

    // What came of a job's try to write, so that writes() knows: a store that takes no rows may be asked for nothing else.
    void noteWrite(const Done &done);

    // One finished or refused request for the books; committed within groupCommitTime, its part of sums and counters
    // within sumTime, or up to longestSumTime where there are very many keys. Beyond maximumPendingRows rows are shed:
    // dropped, counted (droppedRows) and told of in the log, never waited for. Rows whose commit failed wait for the
    // next try, retryTime later or with the next job.
    void append(UsageRow row);

    // Commits what is pending, runs what is queued, joins the thread. Rows that cannot be committed now are
    // counted as dropped. Idempotent; for the owner, not from a job.
    void stop();

    qint64 droppedRows() const { return m_droppedRows.load(std::memory_order_relaxed); }
    bool writes() const { return m_writes.load(std::memory_order_relaxed); } // the last commit succeeded
    qint64 statements() const { return m_counters.statements.load(std::memory_order_relaxed); }
    qint64 statementMilliseconds() const
    {
        return m_counters.microseconds.load(std::memory_order_relaxed) / 1000;
    }

    static constexpr std::chrono::milliseconds groupCommitTime{25};
    static constexpr std::chrono::milliseconds sumTime{1'000};
    static constexpr std::chrono::milliseconds longestSumTime{10'000};
    static constexpr std::chrono::milliseconds retryTime{1'000};
    static constexpr std::chrono::minutes shedLogTime{1};
    static constexpr qsizetype rowsPerCommit = 5'000; // so that no job waits long behind a flood
    static constexpr qsizetype maximumPendingRows = 200'000;

private:
    explicit StoreThread(QTimeZone zone);
    using Lock = std::unique_lock<std::mutex>;
    using SteadyClock = std::chrono::steady_clock;
    struct Job
    {
        std::function<void(Database &)> work;
        bool needsSums = true;
    };
    template <class F>
    auto post(F job, bool needsSums) -> QFuture<std::invoke_result_t<F, Database &>>
    {
        using R = std::invoke_result_t<F, Database &>;
        auto promise = std::make_shared<QPromise<R>>();
        promise->start();
        auto future = promise->future();
        const bool taken = take({[promise, job = std::move(job)](Database &database) mutable {
                                     promise->addResult(job(database));
                                     promise->finish();
                                 },
                                 needsSums});
        if (!taken) {
            promise->addResult(R(failure(ErrorCode::Unavailable, QStringLiteral("The store has stopped."))));
            promise->finish();
        }
        return future;
    }

    bool take(Job job);
    void work(Database &database, UsageBooks &books);
    void waitForWork(Lock &lock, bool sumsPending);
    bool rowsAreDue() const;
    void runAll(Database &database, std::deque<Job> &queue, Lock &lock);
    bool commitRows(UsageBooks &books, Lock &lock, bool sumsWanted);
    bool commit(UsageBooks &books, const std::vector<UsageRow> &rows, bool sumsToo);
    void tellOfShedding();
    void dropRemainingRows();

    const QTimeZone m_zone;
    std::thread m_thread;
    std::mutex m_mutex; // guards the seven below
    std::condition_variable m_wake;
    std::deque<Job> m_first;
    std::deque<Job> m_jobs;
    std::deque<UsageRow> m_rows;
    SteadyClock::time_point m_rowsDue; // when those that wait are to be committed
    qsizetype m_committing = 0;        // rows out of the queue, not yet in the database
    bool m_stopping = false;
    // Of the store thread: when sums are to be written; what was said about shed rows.
    SteadyClock::time_point m_sumsDue;
    SteadyClock::time_point m_told;
    qint64 m_toldDropped = 0;
    std::atomic<qint64> m_droppedRows{0};
    std::atomic<bool> m_writes{true};
    StatementCounters m_counters;
};

}

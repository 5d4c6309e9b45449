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
// finished requests and commits them in groups. Stopping drains both queues first. The file below may be exchanged while the
// thread lives: close(), the exchange, open(), goOn(); what comes meanwhile waits.
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
    // otherwise: called instead, in the store thread, when there is no connection to run it with.
    bool runFirst(std::function<void(Database &)> job, std::function<void()> otherwise = {});

    // What came of a job's try to write, so that writes() knows: a store that takes no rows may be asked for nothing else.
    void noteWrite(const Done &done);

    // One finished or refused request for the books; committed within groupCommitTime, its part of sums and counters
    // within sumTime, or up to longestSumTime where there are very many keys. Beyond maximumPendingRows rows are shed:
    // dropped, counted (droppedRows) and told of in the log, never waited for. Rows whose commit failed wait for the
    // next try, retryTime later or with the next job.
    void append(UsageRow row);

    // For one caller that exchanges the file, from another thread; each returns when it is done. close() commits rows
    // and sums that are pending, runs what is queued, and lets go of the connection; with an Error everything goes on
    // as before. From then on jobs and rows wait. open() opens the file that is there then, and lets first look at it
    // before all that waits; with an Error it is closed again. goOn() ends the waiting. Where nothing could be opened
    // it is tried again every retryTime; until then rows wait, jobs fail, and writes() says so.
    using First = std::function<Done(Database &)>;
    Done close();
    Done open(const First &first = {});
    void goOn();
    // Between open() and goOn(), while nobody appends: the rows that wait, to be changed.
    void forPendingRows(const std::function<void(UsageRow &)> &change);

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
    StoreThread(DatabaseOptions options, QTimeZone zone);
    using Lock = std::unique_lock<std::mutex>;
    using SteadyClock = std::chrono::steady_clock;
    struct Job
    {
        std::function<void(Database &)> work;
        std::function<void()> otherwise;
        bool needsSums = true;
    };
    enum class Door
    {
        Open,    // the usual
        Closing, // wished for
        Closed,
        Opening, // wished for
        Held     // open, and waiting for goOn()
    };
    template <class F>
    auto post(F job, bool needsSums) -> QFuture<std::invoke_result_t<F, Database &>>
    {
        using R = std::invoke_result_t<F, Database &>;
        auto promise = std::make_shared<QPromise<R>>();
        promise->start();
        auto future = promise->future();
        const auto keep = [promise](R result) {
            promise->addResult(std::move(result));
            promise->finish();
        };
        const bool taken =
            take({[keep, job = std::move(job)](Database &database) mutable { keep(job(database)); },
                  [keep] { keep(R(tl::unexpected(notOpen()))); }, needsSums});
        if (!taken)
            keep(R(failure(ErrorCode::Unavailable, QStringLiteral("The store has stopped."))));
        return future;
    }

    static Error notOpen();
    bool take(Job job);
    Done connect();
    void disconnect();
    void work();
    void waitForWork(Lock &lock);
    bool rowsAreDue() const;
    void runAll(std::deque<Job> &queue, Lock &lock);
    bool commitRows(Lock &lock, bool sumsWanted);
    bool commit(const std::vector<UsageRow> &rows, bool sumsToo);
    void answerClose(Lock &lock, bool committed);
    void stayClosed(Lock &lock);
    Done wish(Door door, const First *first = nullptr);
    void tellMoved(Door door, Done outcome);
    void openHeld(Lock &lock);
    void openAgain(Lock &lock);
    void tellOfShedding();
    void dropRemainingRows();

    DatabaseOptions m_options;
    const QTimeZone m_zone;
    std::thread m_thread;
    std::mutex m_mutex; // guards all up to m_stopping
    std::condition_variable m_wake;
    std::condition_variable m_doorMoved;
    Door m_door = Door::Open;
    Done m_moved; // what came of the last wish
    const First *m_openFirst = nullptr;
    std::deque<Job> m_first;
    std::deque<Job> m_jobs;
    std::deque<UsageRow> m_rows;
    SteadyClock::time_point m_rowsDue; // when those that wait are to be committed
    qsizetype m_committing = 0;        // rows out of the queue, not yet in the database
    bool m_stopping = false;
    // Of the store thread: its connection; when sums are to be written; what was said about shed rows.
    std::unique_ptr<Database> m_database;
    std::unique_ptr<UsageBooks> m_books;
    SteadyClock::time_point m_sumsDue;
    SteadyClock::time_point m_told;
    qint64 m_toldDropped = 0;
    std::atomic<qint64> m_droppedRows{0};
    std::atomic<bool> m_writes{true};
    StatementCounters m_counters;
};

}

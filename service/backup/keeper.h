// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/duedate.h"
#include "service/backup/restore.h"
#include "service/store/storethread.h"

#include <QFuture>
#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <deque>
#include <memory>
#include <mutex>

// The backups of a running service: made by the schedule and on demand, one after the other in a thread of its own
// that yields to all others, and pruned after each. The service owns it and ends it before the store; the admin API
// asks it. Main thread; futures finish in the worker.
namespace quota::service
{

class BackupKeeper : public QObject
{
    Q_OBJECT

public:
    // All outlive it.
    BackupKeeper(const Config &config, const Clock &clock, StoreThread &writer, QObject *parent = nullptr);
    ~BackupKeeper() override;

    // Breaks off what is under way, and takes nothing more; what is asked for then is cancelled. Before the store stops.
    void end();

    // One whose time passed while the service was stopped is made at once, and once.
    void startSchedule();

    QFuture<Result<BackupInfo>> create(BackupKind kind, const QByteArray &passphrase = {});
    QFuture<Result<BackupInfo>> verify(const QString &id, const QByteArray &passphrase = {});
    // Where an archive that comes from elsewhere is to be written, of so many bytes (-1: not known) in a directory
    // that has room for them; take() proves it and names it. The part goes in any case.
    Result<QString> partFor(qint64 bytes) const;
    QFuture<Result<BackupInfo>> take(const QString &part);
    // request.archive is an id. Keys go through the writer, a whole store through the swap.
    QFuture<Result<RestoreOutcome>> restore(const RestoreRequest &request);
    // How the store of this service is exchanged; called in the worker. Before the first restore().
    void setSwap(const decltype(RestoreStore::swap) &swap) { m_swap = swap; }
    // For what the worker does: runs the call in the main thread, and waits for it; also while end() waits.
    void callInMain(const std::function<void()> &call);
    // Breaks off what is under way; false: there is nothing, or it changes things already.
    bool cancel();
    Result<BackupList> list() const;
    Result<BackupInfo> find(const QString &id) const { return m_places.directory.find(id); }
    QString pathOf(const QString &id) const { return m_places.directory.pathOf(id); }
    Done remove(const QString &id);
    Result<QStringList> prune();

    // For health and metrics, without a look at the disk.
    std::optional<Timestamp> lastGood() const;
    QString lastFault() const; // why the newest try failed; empty: it did not
    qint64 count() const;

private:
    template <class T, class Work>
    QFuture<Result<T>> enqueue(const QString &action, Work work);
    Done copyStore(const QString &path);
    Result<RestoreOutcome> restoreNow(RestoreRequest request, BackupProgress &progress);
    void runCalls();
    void planNext();
    void makeScheduled();
    void noteDue();
    void takeStock();
    void noteFault(const QString &fault);

    const Config &m_config;
    const Clock &m_clock;
    StoreThread &m_writer;
    const RestorePlaces m_places;
    decltype(RestoreStore::swap) m_swap;
    const DueDate m_due;
    QTimer m_timer;
    std::optional<Timestamp> m_next;
    mutable std::mutex m_mutex; // guards the five below
    std::deque<std::function<void()>> m_calls;
    std::shared_ptr<BackupProgress> m_progress;
    std::optional<Timestamp> m_lastGood;
    QString m_lastFault;
    qint64 m_count = 0;
    std::atomic<bool> m_ending{false};
    QThreadPool m_pool; // dies first, when its work is done
};

}

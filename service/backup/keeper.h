// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/restore.h"
#include "service/store/storethread.h"

#include <QFuture>
#include <QObject>
#include <QThreadPool>
#include <QTimer>

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

    void startSchedule();

    QFuture<Result<BackupInfo>> create(BackupKind kind, const QByteArray &passphrase = {});
    QFuture<Result<BackupInfo>> verify(const QString &id, const QByteArray &passphrase = {});
    // request.archive is an id. Keys go through the writer; a whole store is for who has it to himself.
    QFuture<Result<RestoreOutcome>> restore(const RestoreRequest &request);
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
    void planNext();
    void makeScheduled();
    void takeStock();
    void noteFault(const QString &fault);

    const Config &m_config;
    const Clock &m_clock;
    StoreThread &m_writer;
    const RestorePlaces m_places;
    QTimer m_timer;
    std::optional<Timestamp> m_next;
    mutable std::mutex m_mutex; // guards the four below
    std::shared_ptr<BackupProgress> m_progress;
    std::optional<Timestamp> m_lastGood;
    QString m_lastFault;
    qint64 m_count = 0;
    std::atomic<bool> m_ending{false};
    QThreadPool m_pool; // dies first, when its work is done
};

}

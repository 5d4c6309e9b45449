// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/keeper.h"

#include "service/telemetry/log.h"

#include <QFile>
#include <QStorageInfo>
#include <QUuid>

#include <future>
#include <utility>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

Q_LOGGING_CATEGORY(backupLog, "quota.backup")

BackupKeeper::BackupKeeper(const Config &config, const Clock &clock, StoreThread &writer, QObject *parent)
    : QObject(parent)
    , m_config(config)
    , m_clock(clock)
    , m_writer(writer)
    , m_places(config)
    , m_due(config.dataDirectory + u"/backup-due.json"_s)
{
    m_pool.setMaxThreadCount(1);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &BackupKeeper::makeScheduled);
    takeStock();
}

BackupKeeper::~BackupKeeper()
{
    end();
}

void BackupKeeper::end()
{
    m_timer.stop();
    m_ending = true;
    {
        const std::lock_guard lock(m_mutex);
        if (m_progress)
            m_progress->cancel();
    }
    // A restore that has begun to exchange files goes on to its end, for which it may need this thread.
    constexpr int callsWait = 20;
    while (!m_pool.waitForDone(callsWait))
        runCalls();
}

void BackupKeeper::callInMain(const std::function<void()> &call)
{
    std::promise<void> called;
    auto done = called.get_future();
    {
        const std::lock_guard lock(m_mutex);
        m_calls.push_back([&call, &called] {
            call();
            called.set_value();
        });
    }
    QMetaObject::invokeMethod(this, &BackupKeeper::runCalls, Qt::QueuedConnection);
    done.wait();
}

void BackupKeeper::runCalls()
{
    std::unique_lock lock(m_mutex);
    const auto calls = std::exchange(m_calls, {});
    lock.unlock();
    for (const auto &call : calls)
        call();
}

bool BackupKeeper::cancel()
{
    const std::lock_guard lock(m_mutex);
    return m_progress && m_progress->cancel();
}

// Requests come first: the thread gets what processors have left.
static void yieldToOthers()
{
    constexpr int weakest = 19;
    (void)::setpriority(PRIO_PROCESS, id_t(::syscall(SYS_gettid)), weakest);
}

template <class T, class Work>
QFuture<Result<T>> BackupKeeper::enqueue(const QString &action, Work work)
{
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    QFuture<Result<T>> future = promise->future();
    m_pool.start([this, promise, action, work = std::move(work)] {
        yieldToOthers();
        auto progress = std::make_shared<BackupProgress>(action);
        {
            const std::lock_guard lock(m_mutex);
            m_progress = progress;
        }
        if (m_ending)
            progress->cancel();
        const Done go = progress->checkCancelled();
        promise->addResult(go ? work(*progress) : Result<T>(tl::unexpected(go.error())));
        {
            const std::lock_guard lock(m_mutex);
            m_progress.reset();
        }
        takeStock();
        promise->finish();
    });
    return future;
}

// All that was settled until now, from a connection of its own: the writer waits for nothing.
Done BackupKeeper::copyStore(const QString &path)
{
    const Done committed = m_writer.run([](Database &) { return Done(); }).result();
    if (!committed)
        return committed;
    if (m_config.memoryMode) {
        const auto copied =
            m_writer.run([path](Database &database) { return database.change(u"VACUUM INTO ?"_s, {path}); })
                .result();
        return copied ? Done() : tl::unexpected(copied.error());
    }
    return copyDatabaseFile(m_places.database, path);
}

QFuture<Result<BackupInfo>> BackupKeeper::create(BackupKind kind, const QByteArray &passphrase)
{
    return enqueue<BackupInfo>(
        u"create"_s, [this, kind, passphrase](BackupProgress &progress) -> Result<BackupInfo> {
            BackupRequest request;
            request.kind = kind;
            request.passphrase = passphrase;
            request.now = m_clock.now();
            request.copy = [this](const QString &path) { return copyStore(path); };
            auto made = makeBackup(m_places, request, progress);
            const bool ownFault = !made && made.error().code != ErrorCode::InvalidField &&
                                  made.error().code != ErrorCode::Cancelled;
            if (made || ownFault)
                noteFault(made ? QString() : made.error().message);
            if (made) {
                logLine(backupLog(), LogLevel::Info, u"A backup is made and proven."_s,
                        {{u"backup"_s, made->id},
                         {u"bytes"_s, made->size},
                         {u"keys"_s, made->rows.value(u"keys"_s)}});
            }
            return made;
        });
}

Result<QString> BackupKeeper::partFor(qint64 bytes) const
{
    if (const Done prepared = m_places.directory.prepare(); !prepared)
        return tl::unexpected(prepared.error());
    const QStorageInfo disk(m_places.directory.path());
    if (bytes > 0 && disk.isValid() && disk.bytesAvailable() < bytes)
        return failure(
            ErrorCode::Storage,
            u"There is too little room in %1 for this backup: %2 MB are free, it has %3 MB. Free some "
            "space."_s.arg(m_places.directory.path())
                .arg(disk.bytesAvailable() >> 20)
                .arg((bytes >> 20) + 1));
    return m_places.directory.partPath(u"upload-"_s + QUuid::createUuid().toString(QUuid::Id128));
}

QFuture<Result<BackupInfo>> BackupKeeper::take(const QString &part)
{
    // Also when it is cancelled before its turn comes.
    const std::shared_ptr<void> removed(nullptr, [part](void *) { QFile::remove(part); });
    return enqueue<BackupInfo>(u"upload"_s,
                               [this, part, removed](BackupProgress &progress) -> Result<BackupInfo> {
                                   auto taken = takeArchive(m_places, part, m_clock.now(), progress);
                                   if (taken) {
                                       logLine(backupLog(), LogLevel::Info, u"A backup was uploaded."_s,
                                               {{u"backup"_s, taken->id},
                                                {u"bytes"_s, taken->size},
                                                {u"state"_s, toString(taken->state)}});
                                   }
                                   return taken;
                               });
}

QFuture<Result<BackupInfo>> BackupKeeper::verify(const QString &id, const QByteArray &passphrase)
{
    return enqueue<BackupInfo>(u"verify"_s, [this, id, passphrase](BackupProgress &progress) {
        return verifyListed(m_places, id, passphrase, m_clock.now(), progress);
    });
}

QFuture<Result<RestoreOutcome>> BackupKeeper::restore(const RestoreRequest &request)
{
    return enqueue<RestoreOutcome>(u"restore"_s, [this, request](BackupProgress &progress) {
        const auto outcome = restoreNow(request, progress);
        if (!outcome || outcome->done)
            logLine(backupLog(), outcome ? LogLevel::Info : LogLevel::Warning,
                    outcome ? u"A backup was restored."_s : u"A backup was not restored."_s,
                    {{u"backup"_s, request.archive},
                     {u"scope"_s, toString(request.scope)},
                     {u"safety_backup"_s, outcome ? outcome->safetyBackup : QString()},
                     {u"error"_s, outcome ? QString() : outcome.error().message}});
        return outcome;
    });
}

Result<RestoreOutcome> BackupKeeper::restoreNow(RestoreRequest request, BackupProgress &progress)
{
    const auto listed = m_places.directory.find(request.archive);
    if (!listed)
        return tl::unexpected(listed.error());
    if (m_config.memoryMode)
        return failure(ErrorCode::InvalidField,
                       u"The service keeps everything in memory, so that nothing can be restored into it. "
                       "Give it a file with DATABASE_URL."_s);
    request.archive = m_places.directory.pathOf(listed->id);
    request.now = m_clock.now();
    RestoreStore store;
    store.swap = m_swap;
    store.copy = [this](const QString &path) { return copyStore(path); };
    store.change = [this](const std::function<Result<qint64>(Database &)> &change) {
        return m_writer.run(change).result();
    };
    return restoreBackup(m_places, request, store, progress);
}

Result<BackupList> BackupKeeper::list() const
{
    auto backups = m_places.directory.list();
    if (!backups)
        return tl::unexpected(backups.error());
    BackupList list;
    list.backups = std::move(*backups);
    list.directory = m_places.directory.path();
    list.schedule = m_config.backupSchedule.text();
    list.nextAt = m_next;
    list.keptDaily = m_config.backupsKept.daily;
    list.keptWeekly = m_config.backupsKept.weekly;
    list.keptMonthly = m_config.backupsKept.monthly;
    list.maximumBytes = m_config.backupMaximumSize;
    const std::lock_guard lock(m_mutex);
    if (m_progress)
        list.activity = m_progress->activity();
    return list;
}

Done BackupKeeper::remove(const QString &id)
{
    Done removed = m_places.directory.remove(id);
    takeStock();
    return removed;
}

Result<QStringList> BackupKeeper::prune()
{
    auto gone = pruneBackups(m_places.directory, m_config.backupsKept, m_config.timeZone);
    takeStock();
    return gone;
}

// --- the schedule ---

void BackupKeeper::startSchedule()
{
    // What lives in memory only was never promised to last.
    if (m_config.memoryMode)
        return;
    const auto due = m_due.read(m_config.backupSchedule.text());
    const bool missed = due && *due <= m_clock.now() && m_config.backupSchedule.next(*due, m_config.timeZone);
    if (missed) {
        logLine(backupLog(), LogLevel::Info,
                u"A scheduled backup was due while the service was stopped; it is made now."_s,
                {{u"due"_s, toIso(*due)}});
        m_next = due;
    }
    planNext();
    if (!missed)
        noteDue();
}

// Only when the one before is made: what fails or is interrupted is made up for at the next start.
void BackupKeeper::noteDue()
{
    if (m_next && !m_due.write(m_config.backupSchedule.text(), *m_next))
        logLine(
            backupLog(), LogLevel::Warning,
            u"When the next backup is due cannot be kept: should the service be stopped then, it is not made "
            "up for."_s,
            {{u"directory"_s, m_config.dataDirectory}});
}

void BackupKeeper::planNext()
{
    // A timer runs by another clock, which a host may sleep through or set: so it asks again now and then.
    constexpr std::chrono::milliseconds longest = std::chrono::minutes(10);
    const Timestamp now = m_clock.now();
    if (!m_next)
        m_next = m_config.backupSchedule.next(now, m_config.timeZone);
    if (m_next)
        m_timer.start(std::clamp(*m_next - now, std::chrono::milliseconds(0), longest));
}

void BackupKeeper::makeScheduled()
{
    if (!m_next || m_clock.now() < *m_next)
        return planNext();
    m_next.reset();
    planNext();
    create(BackupKind::Scheduled).then(this, [this](const Result<BackupInfo> &made) {
        if (made) {
            noteDue();
            (void)prune();
        } else {
            logLine(backupLog(), LogLevel::Error, u"The scheduled backup failed: "_s + made.error().message,
                    {{u"detail"_s, made.error().detail}});
        }
    });
}

// --- what is known without looking ---

void BackupKeeper::takeStock()
{
    const auto backups = m_places.directory.list();
    std::optional<Timestamp> lastGood;
    for (const BackupInfo &backup : backups.value_or(QList<BackupInfo>())) {
        const bool counts = backup.state == BackupState::Good && backup.kind != BackupKind::Foreign;
        if (counts && (!lastGood || backup.createdAt > *lastGood))
            lastGood = backup.createdAt;
    }
    const std::lock_guard lock(m_mutex);
    m_lastGood = lastGood;
    m_count = backups ? backups->size() : 0;
}

void BackupKeeper::noteFault(const QString &fault)
{
    const std::lock_guard lock(m_mutex);
    m_lastFault = fault;
}

std::optional<Timestamp> BackupKeeper::lastGood() const
{
    const std::lock_guard lock(m_mutex);
    return m_lastGood;
}

QString BackupKeeper::lastFault() const
{
    const std::lock_guard lock(m_mutex);
    return m_lastFault;
}

qint64 BackupKeeper::count() const
{
    const std::lock_guard lock(m_mutex);
    return m_count;
}

}

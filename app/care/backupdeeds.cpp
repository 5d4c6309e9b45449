// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/archivefile.h"
#include "app/care/backupmodel.h"
#include "app/whendone.h"
#include "app/widgets/cell.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// What BackupModel asks of the service; what it shows is in backupmodel.cpp.
namespace quota::console
{

namespace
{

// A backup of a large store is answered only when it is proven.
class Patience
{
public:
    explicit Patience(AdminClient &client)
        : m_client(client)
        , m_before(client.timeout())
    {
        client.setTimeout(6h);
    }
    ~Patience() { m_client.setTimeout(m_before); }
    Q_DISABLE_COPY_MOVE(Patience)

private:
    AdminClient &m_client;
    std::chrono::milliseconds m_before;
};

template <class T>
QFuture<Result<T>> refusedNow(const Error &error)
{
    QPromise<Result<T>> promise;
    promise.start();
    promise.addResult(tl::unexpected(error));
    promise.finish();
    return promise.future();
}

}

void BackupModel::refresh()
{
    if (!m_session.client() || m_asking)
        return;
    m_asking = true;
    if (!loadedOnce())
        setState(State::Loading);
    whenDone(m_session.client()->backups(), this, [this, serial = m_serial](const Result<BackupList> &list) {
        if (serial != m_serial)
            return;
        m_asking = false;
        if (list)
            return take(*list);
        if (list.error().code == ErrorCode::Cancelled)
            return;
        m_error = list.error();
        m_poll.stop();
        setState(State::Failed);
    });
}

void BackupModel::take(BackupList list)
{
    m_loadedAt = SystemClock().now();
    m_error.reset();
    mergeRows(list.backups);
    m_list = std::move(list);
    setState(State::Ready);
    follow();
    Q_EMIT activityChanged();
}

void BackupModel::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

void BackupModel::setWatched(bool watched)
{
    m_watched = watched;
    follow();
}

void BackupModel::follow()
{
    const bool wanted = m_watched && (m_deed || m_list.activity) && m_session.client();
    if (wanted && !m_poll.isActive())
        m_poll.start();
    else if (!wanted)
        m_poll.stop();
}

std::optional<BackupActivity> BackupModel::activity() const
{
    if (!m_deed)
        return m_list.activity;
    BackupActivity activity = m_deed->activity;
    if (m_source && m_source->read() < m_source->size()) {
        activity.done = m_source->read();
        activity.total = m_source->size();
    } else if (m_target) {
        activity.done = m_target->written();
    } else if (m_list.activity) {
        // The service knows more: how far it is.
        activity.stage = m_list.activity->stage;
        activity.done = m_list.activity->done;
        activity.total = m_list.activity->total;
    }
    return activity;
}

std::optional<Error> BackupModel::refusalNow() const
{
    if (!m_session.client())
        return Error{ErrorCode::Unavailable, tr("No service is connected."), {}, {}};
    if (m_deed)
        return Error{
            ErrorCode::Unavailable, tr("Something else is under way; wait for it, or cancel it."), {}, {}};
    return {};
}

template <class T, class Call>
QFuture<Result<T>> BackupModel::perform(const Deed &deed, Call call)
{
    if (const auto refusal = refusalNow())
        return refusedNow<T>(*refusal);
    m_deed = deed;
    QFuture<Result<T>> future;
    {
        const Patience patience(*m_session.client());
        future = call(*m_session.client());
    }
    whenDone(future, this, [this, serial = m_serial](const Result<T> &) {
        if (serial == m_serial)
            endDeed();
    });
    follow();
    Q_EMIT activityChanged();
    if (const auto row = find(deed.id))
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, BackupColumnCount - 1), {CellBusyRole});
    return future;
}

void BackupModel::endDeed()
{
    m_deed.reset();
    m_list.activity.reset();
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, BackupColumnCount - 1), {CellBusyRole});
    follow();
    Q_EMIT activityChanged();
    refresh();
}

QFuture<Result<BackupInfo>> BackupModel::create(const QByteArray &passphrase)
{
    return perform<BackupInfo>({{u"create"_s, {}, 0, 0}, {}},
                               [passphrase](AdminClient &client) { return client.createBackup(passphrase); });
}

QFuture<Result<BackupInfo>> BackupModel::verify(const QString &id, const QByteArray &passphrase)
{
    return perform<BackupInfo>({{u"verify"_s, {}, 0, 0}, id}, [id, passphrase](AdminClient &client) {
        return client.verifyBackup(id, passphrase);
    });
}

QFuture<Result<RestoreOutcome>> BackupModel::restore(const QString &id, RestoreScope scope, bool dryRun,
                                                     const QByteArray &passphrase)
{
    const QString action = dryRun ? u"compare"_s : u"restore"_s;
    return perform<RestoreOutcome>({{action, {}, 0, 0}, id},
                                   [id, scope, dryRun, passphrase](AdminClient &client) {
                                       return client.restoreBackup(id, scope, dryRun, passphrase);
                                   });
}

QFuture<Result<BackupInfo>> BackupModel::upload(const QString &path)
{
    return perform<BackupInfo>({{u"upload"_s, {}, 0, 0}, {}}, [this, path](AdminClient &client) {
        // The client's, which reads from it to its own end.
        auto *source = new ArchiveSource(path, &client);
        m_source = source;
        if (const Done begun = source->begin(); !begun) {
            source->deleteLater();
            return refusedNow<BackupInfo>(begun.error());
        }
        return client.uploadBackup(*source).then(this, [source = m_source](const Result<BackupInfo> &backup) {
            const bool cancelled = source && source->isCancelled();
            if (source)
                source->deleteLater();
            if (!backup && cancelled)
                return Result<BackupInfo>(failure(ErrorCode::Cancelled, tr("The upload was cancelled.")));
            return backup;
        });
    });
}

QFuture<Result<qint64>> BackupModel::download(const QString &id, const QString &path)
{
    const qint64 size = find(id).value_or(BackupInfo()).size;
    return perform<qint64>({{u"download"_s, {}, 0, size}, id}, [this, id, path](AdminClient &client) {
        client.setTimeout(60s); // without a byte
        auto *target = new ArchiveTarget(path, &client);
        m_target = target;
        if (const Done begun = target->begin(); !begun) {
            target->deleteLater();
            return refusedNow<qint64>(begun.error());
        }
        const auto finish = [target = m_target](const Result<qint64> &count) -> Result<qint64> {
            if (!target)
                return count;
            target->deleteLater();
            if (!count && target->isCancelled())
                return failure(ErrorCode::Cancelled, tr("The download was cancelled."));
            if (!count)
                return count;
            const Done named = target->finish();
            return named ? count : Result<qint64>(tl::unexpected(named.error()));
        };
        return client.downloadBackup(id, *target).then(this, finish);
    });
}

QFuture<Result<bool>> BackupModel::remove(const QString &id)
{
    return perform<bool>({{u"delete"_s, {}, 0, 0}, id},
                         [id](AdminClient &client) { return client.deleteBackup(id); });
}

QFuture<Result<QStringList>> BackupModel::prune()
{
    return perform<QStringList>({{u"prune"_s, {}, 0, 0}, {}},
                                [](AdminClient &client) { return client.pruneBackups(); });
}

QFuture<Result<bool>> BackupModel::cancel()
{
    if (!m_session.client())
        return refusedNow<bool>(*refusalNow());
    if (m_target) {
        m_target->cancel();
        QPromise<Result<bool>> promise;
        promise.start();
        promise.addResult(true);
        promise.finish();
        return promise.future();
    }
    if (m_source)
        m_source->cancel();
    return m_session.client()->cancelBackup();
}

QString BackupModel::command(const QString &id, RestoreScope scope) const
{
    QString words = u"quota-proxy backup restore "_s + id;
    if (scope != RestoreScope::All)
        words += u" --only "_s + toString(scope);
    return words;
}

}

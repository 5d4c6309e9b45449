// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/care/restoredoor.h"
#include "app/session.h"

#include <QAbstractTableModel>
#include <QPointer>

// The backups of the service as table rows, with what can be done to them. One deed at a time; while one is under
// way, here or on the service, the list is asked for again and again, for it tells how far that is. The Backups page
// and the wizard show it and ask it for everything.
namespace quota::console
{

class ArchiveSource;
class ArchiveTarget;

enum BackupColumn
{
    BackupCheckColumn,
    MadeColumn,
    KindColumn,
    BackupStateColumn,
    BackupKeysColumn,
    BackupRequestsColumn,
    SizeColumn,
    VersionColumn,
    RestoreColumn,
    BackupMenuColumn,
    BackupColumnCount
};

class BackupModel : public QAbstractTableModel, public RestoreDoor
{
    Q_OBJECT

public:
    enum class State
    {
        Idle, // no service
        Loading,
        Ready,
        Failed // the last load; what was loaded before stays
    };
    Q_ENUM(State)

    explicit BackupModel(Session &session, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void refresh();                // in place
    void setWatched(bool watched); // follows what is under way only while it is seen
    void setPollInterval(std::chrono::milliseconds interval) { m_poll.setInterval(interval); }

    State state() const { return m_state; }
    const std::optional<Error> &error() const { return m_error; }
    bool loadedOnce() const { return m_loadedAt.has_value(); }
    std::optional<Timestamp> loadedAt() const { return m_loadedAt; }
    const BackupList &list() const { return m_list; }
    const BackupInfo &backup(int row) const { return m_list.backups.at(row); }
    std::optional<BackupInfo> find(const QString &id) const;
    std::optional<BackupInfo> lastGood() const;
    qint64 totalSize() const;

    bool isBusy() const { return m_deed.has_value(); }       // with something that was asked for here
    std::optional<BackupActivity> activity() const override; // of this console, or of the service

    QFuture<Result<BackupInfo>> create(const QByteArray &passphrase);
    QFuture<Result<BackupInfo>> verify(const QString &id, const QByteArray &passphrase) override;
    QFuture<Result<RestoreOutcome>> restore(const QString &id, RestoreScope scope, bool dryRun,
                                            const QByteArray &passphrase) override;
    QFuture<Result<BackupInfo>> upload(const QString &path);
    // Of mode 0600, and under its name only when it is whole; how many bytes.
    QFuture<Result<qint64>> download(const QString &id, const QString &path);
    QFuture<Result<bool>> remove(const QString &id);
    QFuture<Result<QStringList>> prune();
    // Breaks off what is under way; false: there was nothing, or it has begun to change the store.
    QFuture<Result<bool>> cancel() override;
    QString cancelRefusal() const override { return m_session.writeRefusal(); }
    QObject *teller() override { return this; }
    QString command(const QString &id, RestoreScope scope) const override;

Q_SIGNALS:
    void stateChanged();
    void activityChanged();

private:
    struct Deed
    {
        BackupActivity activity;
        QString id; // empty: about no row
    };
    template <class T, class Call>
    QFuture<Result<T>> perform(const Deed &deed, Call call);
    std::optional<Error> refusalNow() const; // when nothing can be begun
    void endDeed();
    void take(BackupList list);
    void mergeRows(const QList<BackupInfo> &rows);
    void setState(State state);
    void follow();
    bool isOld() const;

    Session &m_session;
    BackupList m_list;
    State m_state = State::Idle;
    std::optional<Error> m_error;
    std::optional<Timestamp> m_loadedAt;
    std::optional<Deed> m_deed;
    QPointer<ArchiveSource> m_source;
    QPointer<ArchiveTarget> m_target;
    QTimer m_poll;
    bool m_watched = false;
    bool m_asking = false;
    int m_serial = 0; // of the service; answers of one that was left are dropped
};

}

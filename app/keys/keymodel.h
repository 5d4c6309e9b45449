// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/keys/keycells.h"
#include "app/keys/keyview.h"
#include "app/session.h"

#include <QAbstractTableModel>
#include <QSet>

// The keys of the service as table rows, with what can be done to them. The service searches, sorts and pages;
// a row that is being changed is pending until the answer. The Keys page shows it and asks it for everything.
namespace quota::console
{

struct KeyFailure
{
    KeyId id;
    Error error;
};

class KeyModel : public QAbstractTableModel
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
    enum class Verb
    {
        Disable,
        Enable,
        Delete,
        Restore
    };
    Q_ENUM(Verb)

    explicit KeyModel(Session &session, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    // What to show; each loads anew.
    void setSearch(const QString &search);
    void setStateFilter(std::optional<KeyState> state);
    void setView(KeyView view);
    void setSort(KeySort sort, bool descending);
    void nextPage();
    void previousPage();
    void clearFilters();
    void setPageSize(int rows); // default 100

    void load();    // with the rows replaced
    void refresh(); // in place: rows keep their order, new values come into them

    State state() const { return m_state; }
    const std::optional<Error> &error() const { return m_error; }
    bool loadedOnce() const { return m_loadedAt.has_value(); }
    std::optional<Timestamp> loadedAt() const { return m_loadedAt; }
    const KeyQuery &query() const { return m_query; }
    KeyView view() const { return m_view; }
    bool isFiltered() const; // by search, state or view
    qint64 total() const { return m_total; }
    qint64 firstRow() const { return m_firstRow; } // of this page, from 0, in the whole list
    bool hasNext() const { return !m_next.isEmpty(); }
    bool hasPrevious() const { return !m_previous.isEmpty(); }
    bool isCut() const { return m_cut; } // a view that would need more than 10,000 keys
    // How many keys a view has; nothing when the list is too long to be counted here.
    std::optional<qint64> count(KeyView view) const;

    const KeyOverview &key(int row) const { return m_rows.at(row); }
    const QList<KeyOverview> &rows() const { return m_rows; }
    int rowOf(const KeyId &id) const; // −1: not on this page
    bool isPending(const KeyId &id) const { return m_pending.contains(id); }

    // Each comes back through batchDone() when every key has its answer.
    void apply(Verb verb, const QList<KeyId> &ids);
    QFuture<Result<QList<CreatedKey>>> create(const NewKey &key);
    QFuture<Result<CreatedKey>> rotate(const KeyId &id);
    // A clash answers VersionConflict; the row then holds what the service has.
    QFuture<Result<KeyOverview>> update(const KeyId &id, const KeyChange &change);
    // Nothing: what is raised ends.
    QFuture<Result<KeyOverview>> raise(const KeyId &id, const std::optional<NewRaise> &raise);
    QFuture<Result<QList<KeyTemplate>>> templates();
    QFuture<Result<KeyOverview>> fetch(const KeyId &id);
    QFuture<Result<QStringList>> modelNames(); // what the providers serve
    // All keys of the present filter as CSV, page by page; nothing of a secret is in it.
    QFuture<Result<QByteArray>> exportCsv();

Q_SIGNALS:
    void stateChanged();
    void countsChanged();
    void batchDone(quota::console::KeyModel::Verb verb, const QList<quota::KeyId> &done,
                   const QList<quota::console::KeyFailure> &failures);

private:
    bool isOld() const;
    void ask(bool inPlace);
    void askAll(bool inPlace, QList<KeyOverview> sofar, const QString &after, int serial);
    void take(const KeyPage &page, bool inPlace);
    void takeAll(QList<KeyOverview> keys, bool inPlace);
    void fail(const Error &error);
    void setRows(QList<KeyOverview> rows, bool inPlace);
    void mergeRows(const QList<KeyOverview> &rows);
    void countViews(const QList<KeyOverview> &keys);
    void askForCounts();
    void replace(const KeyOverview &key);
    void setPending(const KeyId &id, bool pending);
    void setState(State state);
    struct Export;
    void exportMore(const std::shared_ptr<Export> &run, const QString &after);

    Session &m_session;
    KeyQuery m_query;
    KeyView m_view = KeyView::All;
    QList<KeyOverview> m_rows;
    QSet<KeyId> m_pending;
    State m_state = State::Idle;
    std::optional<Error> m_error;
    std::optional<Timestamp> m_loadedAt;
    qint64 m_total = 0;
    qint64 m_firstRow = 0;
    QString m_next;
    QStringList m_previous; // the «after» of the pages before this one
    bool m_cut = false;
    QHash<int, qint64> m_counts;
    bool m_countsOld = true;
    int m_serial = 0; // of the newest question; older answers are dropped
};

}
Q_DECLARE_METATYPE(quota::console::KeyFailure)

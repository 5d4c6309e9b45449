// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session.h"
#include "app/usage/chartdata.h"
#include "app/usage/seriescolours.h"
#include "app/usage/usagerange.h"

#include <QAbstractTableModel>

// What was used in a stretch of time: asks the service, gives the charts, the table of the same numbers and the
// CSV of them. The Usage page chooses what is shown and draws it.
namespace quota::console
{

class UsageModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        NameColumn, // of the group, or the bucket of time
        RequestsColumn,
        ChangeColumn, // against the period before
        PromptColumn,
        CompletionColumn,
        RefusedColumn,
        FailedColumn,
        MeasuredColumn,
        ColumnCount
    };
    enum class Rows
    {
        Groups,
        Times // the latest first
    };
    enum class State
    {
        Idle, // no service
        Loading,
        Ready,
        Failed
    };
    Q_ENUM(State)

    UsageModel(Session &session, ProfileStore &profiles, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    // What to show; each loads anew when it changes something.
    void setChoice(const UsageChoice &choice);
    void setGroup(UsageGroup group);
    void setKey(const KeyId &key); // empty: all keys
    void setComparing(bool comparing);
    void setRows(Rows rows);

    void load();
    void refresh(); // keeps what is shown until the answer is there

    const UsageChoice &choice() const { return m_choice; }
    UsageGroup group() const { return m_group; }
    const KeyId &key() const { return m_key; }
    bool isComparing() const { return m_comparing; }
    Rows rows() const { return m_rows; }
    State state() const { return m_state; }
    const std::optional<Error> &error() const { return m_error; }
    const std::optional<UsageReport> &report() const { return m_report; }
    std::optional<Timestamp> loadedAt() const { return m_loadedAt; }
    UsageRange range() const; // the one of the report, or the one that would be asked for
    bool isEmpty() const;     // an answer without a single request or refusal

    ChartData requestsChart() const;
    ChartData tokensChart() const;
    ChartData refusedChart() const;
    QString bucketWords() const; // «every 15 min»
    QByteArray csv() const;      // one row for each bucket and group

    // The names for the key filter: the busiest two hundred.
    const QList<std::pair<KeyId, QString>> &keyNames() const { return m_keyNames; }
    void loadKeyNames();

Q_SIGNALS:
    void stateChanged();
    void changed(); // report, rows or words are others
    void keyNamesChanged();

private:
    void ask();
    void take(const UsageReport &report, const std::optional<UsageReport> &before);
    void setState(State state);
    void fold();
    QString nameOf(const UsageSeries &series) const;
    UsageSums sumsOf(int row) const;
    std::optional<double> changeOf(int row) const;
    QString nameAt(int row) const;
    QString textAt(int row, int column) const;
    qsizetype bucketOf(int row) const;
    ChartData emptyChart() const;

    Session &m_session;
    SeriesColours m_colours;
    UsageChoice m_choice;
    UsageGroup m_group = UsageGroup::Model;
    KeyId m_key;
    bool m_comparing = false;
    Rows m_rows = Rows::Groups;
    State m_state = State::Idle;
    std::optional<Error> m_error;
    std::optional<UsageReport> m_report;
    std::optional<UsageReport> m_before;
    QList<UsageSeries> m_shown; // of the report, the small ones folded into «Other»
    QList<int> m_shownColours;
    QList<UsageSums> m_totals; // by bucket, of buckets that have begun
    std::optional<Timestamp> m_loadedAt;
    UsageRange m_range;
    QList<std::pair<KeyId, QString>> m_keyNames;
    int m_serial = 0;
};

}

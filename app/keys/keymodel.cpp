// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keymodel.h"

#include "app/whendone.h"
#include "shared/csv.h"

#include <QPromise>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::console
{

static constexpr int largestPage = 1000; // the service's maximum

KeyModel::KeyModel(Session &session, QObject *parent)
    : QAbstractTableModel(parent)
    , m_session(session)
{
    connect(&session, &Session::closed, this, [this] {
        ++m_serial;
        setRows({}, false);
        m_pending.clear();
        m_counts.clear();
        m_countsOld = true;
        m_loadedAt.reset();
        m_error.reset();
        m_previous.clear();
        m_next.clear();
        m_total = 0;
        setState(State::Idle);
    });
    const auto repaint = [this] {
        if (!m_rows.isEmpty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, KeyColumnCount - 1));
    };
    connect(&session, &Session::stateChanged, this, repaint);
    connect(&session, &Session::formatChanged, this, [this, repaint] {
        repaint();
        Q_EMIT headerDataChanged(Qt::Horizontal, 0, KeyColumnCount - 1);
    });
}

// Values that nobody can vouch for any more are shown faint.
bool KeyModel::isOld() const
{
    return m_session.state() == Session::State::Offline || m_session.state() == Session::State::Refused;
}

int KeyModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int KeyModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : KeyColumnCount;
}

QVariant KeyModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const KeyOverview &key = m_rows.at(index.row());
    const KeyCells cells(m_session.format(), SystemClock().now());
    switch (role) {
    case Qt::DisplayRole:
        return cells.text(key, index.column());
    case Qt::AccessibleTextRole:
        return cells.words(key, index.column());
    case Qt::ToolTipRole:
        return cells.tooltip(key, index.column());
    case CellKindRole:
        return int(KeyCells::kind(index.column()));
    case CellRole:
        return cells.value(key, index.column());
    case CellFadedRole:
        return key.state != KeyState::Active || isOld();
    case CellBusyRole:
        return m_pending.contains(key.key.id);
    default:
        return {};
    }
}

QVariant KeyModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole)
        return KeyCells::heading(section);
    if (orientation == Qt::Horizontal && role == CellKindRole)
        return int(KeyCells::kind(section));
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole &&
        KeyCells::kind(section) == CellKind::Number)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    return QAbstractTableModel::headerData(section, orientation, role);
}

void KeyModel::setSearch(const QString &search)
{
    const QString trimmed = search.trimmed();
    if (trimmed == m_query.search)
        return;
    m_query.search = trimmed;
    load();
}

void KeyModel::setStateFilter(std::optional<KeyState> state)
{
    if (state == m_query.state)
        return;
    m_query.state = state;
    load();
}

void KeyModel::setView(KeyView view)
{
    if (view == m_view)
        return;
    m_view = view;
    load();
}

void KeyModel::setSort(KeySort sort, bool descending)
{
    if (sort == m_query.sort && descending == m_query.descending)
        return;
    m_query.sort = sort;
    m_query.descending = descending;
    load();
}

void KeyModel::clearFilters()
{
    if (!isFiltered())
        return;
    m_query.search.clear();
    m_query.state.reset();
    m_view = KeyView::All;
    load();
}

void KeyModel::setPageSize(int rows)
{
    m_query.limit = qBound(1, rows, largestPage);
}

void KeyModel::nextPage()
{
    if (m_next.isEmpty() || m_view != KeyView::All)
        return;
    m_previous.append(m_query.after);
    m_firstRow += m_rows.size();
    m_query.after = m_next;
    ask(false);
}

void KeyModel::previousPage()
{
    if (m_previous.isEmpty())
        return;
    m_query.after = m_previous.takeLast();
    m_firstRow = m_previous.size() * m_query.limit;
    ask(false);
}

bool KeyModel::isFiltered() const
{
    return !m_query.search.isEmpty() || m_query.state || m_view != KeyView::All;
}

std::optional<qint64> KeyModel::count(KeyView view) const
{
    const auto found = m_counts.constFind(int(view));
    if (found == m_counts.constEnd())
        return {};
    return *found;
}

int KeyModel::rowOf(const KeyId &id) const
{
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [&](const KeyOverview &row) { return row.key.id == id; });
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

void KeyModel::setPending(const KeyId &id, bool pending)
{
    if (pending)
        m_pending.insert(id);
    else
        m_pending.remove(id);
    const int row = rowOf(id);
    if (row >= 0)
        Q_EMIT dataChanged(index(row, 0), index(row, KeyColumnCount - 1), {CellBusyRole});
}

void KeyModel::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keymodel.h"
#include "app/whendone.h"

#include <algorithm>

#include <utility>

using namespace Qt::StringLiterals;

// How KeyModel asks for rows and takes them in; what they are to a view is in keymodel.cpp.
namespace quota::console
{

static constexpr int largestPage = 1000;         // the service's maximum
static constexpr qsizetype largestView = 10'000; // keys a local view looks through

void KeyModel::load()
{
    m_countsOld = m_countsOld || !isFiltered();
    m_query.after.clear();
    m_previous.clear();
    m_firstRow = 0;
    ask(false);
}

void KeyModel::refresh()
{
    if (m_state == State::Loading)
        return;
    ask(m_loadedAt.has_value());
}

void KeyModel::ask(bool inPlace)
{
    const int serial = ++m_serial;
    if (!m_session.client())
        return;
    if (m_view != KeyView::All) {
        setState(State::Loading);
        askAll(inPlace, {}, {}, serial);
        return;
    }
    setState(State::Loading);
    whenDone(m_session.client()->keys(m_query), this, [this, serial, inPlace](const Result<KeyPage> &page) {
        if (serial != m_serial)
            return;
        if (page)
            take(*page, inPlace);
        else
            fail(page.error());
    });
}

void KeyModel::askAll(bool inPlace, QList<KeyOverview> sofar, const QString &after, int serial)
{
    KeyQuery query = m_query;
    query.limit = largestPage;
    query.after = after;
    const auto go = [this, serial, inPlace, sofar](const Result<KeyPage> &page) mutable {
        if (serial != m_serial)
            return;
        if (!page)
            return fail(page.error());
        sofar.append(page->keys);
        m_cut = !page->next.isEmpty() && sofar.size() >= largestView;
        if (page->next.isEmpty() || m_cut || !m_session.client())
            takeAll(sofar, inPlace);
        else
            askAll(inPlace, sofar, page->next, serial);
    };
    whenDone(m_session.client()->keys(query), this, go);
}

void KeyModel::take(const KeyPage &page, bool inPlace)
{
    m_cut = false;
    m_total = page.total;
    m_next = page.next;
    setRows(page.keys, inPlace);
    const bool whole =
        m_query.search.isEmpty() && !m_query.state && page.next.isEmpty() && m_previous.isEmpty();
    if (whole)
        countViews(page.keys);
    else if (m_countsOld)
        askForCounts();
    setState(State::Ready);
}

void KeyModel::takeAll(QList<KeyOverview> keys, bool inPlace)
{
    const Timestamp now = SystemClock().now();
    if (m_query.search.isEmpty() && !m_query.state && !m_cut)
        countViews(keys);
    keys.removeIf([&](const KeyOverview &key) { return !matches(m_view, key, now); });
    sortFor(m_view, keys);
    m_total = keys.size();
    m_next.clear();
    setRows(keys, inPlace);
    setState(State::Ready);
}

void KeyModel::fail(const Error &error)
{
    if (error.code == ErrorCode::Cancelled)
        return;
    m_error = error;
    setState(State::Failed);
}

void KeyModel::setRows(QList<KeyOverview> rows, bool inPlace)
{
    m_loadedAt = SystemClock().now();
    m_error.reset();
    if (inPlace) {
        mergeRows(rows);
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

// New values come into the rows that are there; what is gone leaves, what is new comes where the service has it.
// Rows that stay keep their order, so that nothing moves under the pointer.
void KeyModel::mergeRows(const QList<KeyOverview> &rows)
{
    QHash<KeyId, qsizetype> places;
    for (qsizetype i = 0; i < rows.size(); ++i)
        places.insert(rows.at(i).key.id, i);
    for (int row = int(m_rows.size()) - 1; row >= 0; --row) {
        if (places.contains(m_rows.at(row).key.id))
            continue;
        beginRemoveRows({}, row, row);
        m_rows.removeAt(row);
        endRemoveRows();
    }
    QSet<KeyId> known;
    for (int row = 0; row < m_rows.size(); ++row) {
        const KeyId id = m_rows.at(row).key.id;
        known.insert(id);
        const KeyOverview &now = rows.at(places.value(id));
        if (m_rows.at(row) == now)
            continue;
        m_rows[row] = now;
        Q_EMIT dataChanged(index(row, 0), index(row, KeyColumnCount - 1));
    }
    for (qsizetype i = 0; i < rows.size(); ++i) {
        if (known.contains(rows.at(i).key.id))
            continue;
        const int row = int(qMin(i, m_rows.size()));
        beginInsertRows({}, row, row);
        m_rows.insert(row, rows.at(i));
        endInsertRows();
    }
}

void KeyModel::countViews(const QList<KeyOverview> &keys)
{
    m_countsOld = false;
    const Timestamp now = SystemClock().now();
    QHash<int, qint64> counts;
    for (int view = 0; view < keyViewCount; ++view)
        counts[view] = std::count_if(keys.begin(), keys.end(), [&](const KeyOverview &key) {
            return matches(KeyView(view), key, now);
        });
    if (counts == m_counts)
        return;
    m_counts = counts;
    Q_EMIT countsChanged();
}

// One page of the largest size tells the counts of the views, if the whole list fits in it.
void KeyModel::askForCounts()
{
    m_countsOld = false;
    KeyQuery query;
    query.limit = largestPage;
    const auto go = [this](const Result<KeyPage> &page) {
        if (page && page->next.isEmpty()) {
            countViews(page->keys);
        } else if (page) {
            m_counts = {{int(KeyView::All), page->total}};
            Q_EMIT countsChanged();
        }
    };
    whenDone(m_session.client()->keys(query), this, go);
}

void KeyModel::replace(const KeyOverview &key)
{
    const int row = rowOf(key.key.id);
    if (row < 0)
        return;
    m_rows[row] = key;
    Q_EMIT dataChanged(index(row, 0), index(row, KeyColumnCount - 1));
}

}

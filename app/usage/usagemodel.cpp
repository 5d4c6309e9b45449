// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/usagemodel.h"

#include "app/whendone.h"
#include "app/widgets/cell.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::console
{

static constexpr int namedKeys = 200;

UsageModel::UsageModel(Session &session, ProfileStore &profiles, QObject *parent)
    : QAbstractTableModel(parent)
    , m_session(session)
    , m_colours(profiles)
{
    connect(&session, &Session::closed, this, [this] {
        ++m_serial;
        beginResetModel();
        m_report.reset();
        m_before.reset();
        fold();
        endResetModel();
        m_loadedAt.reset();
        m_error.reset();
        m_key = {};
        m_keyNames.clear();
        Q_EMIT keyNamesChanged();
        setState(State::Idle);
        Q_EMIT changed();
    });
    connect(&session, &Session::zoneChanged, this, [this] {
        if (m_state != State::Idle)
            load();
    });
    connect(&session, &Session::formatChanged, this, [this] {
        beginResetModel();
        fold();
        endResetModel();
        Q_EMIT changed();
    });
}

void UsageModel::setChoice(const UsageChoice &choice)
{
    if (choice == m_choice)
        return;
    m_choice = choice;
    load();
}

void UsageModel::setGroup(UsageGroup group)
{
    if (group == m_group)
        return;
    m_group = group;
    load();
}

void UsageModel::setKey(const KeyId &key)
{
    if (key == m_key)
        return;
    m_key = key;
    load();
}

void UsageModel::setComparing(bool comparing)
{
    if (comparing == m_comparing)
        return;
    m_comparing = comparing;
    load();
}

void UsageModel::setRows(Rows rows)
{
    if (rows == m_rows)
        return;
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

void UsageModel::load()
{
    ask();
}

void UsageModel::refresh()
{
    if (m_state != State::Loading)
        ask();
}

UsageRange UsageModel::range() const
{
    return m_report ? m_range : usageRange(m_choice, m_session.timeZone(), SystemClock().now());
}

bool UsageModel::isEmpty() const
{
    return m_report && m_report->sums.requests == 0 && m_report->sums.refused == 0;
}

void UsageModel::ask()
{
    const int serial = ++m_serial;
    if (!m_session.client())
        return;
    const UsageRange range = usageRange(m_choice, m_session.timeZone(), SystemClock().now());
    UsageQuery query;
    query.from = range.from;
    query.to = range.to;
    query.bucket = range.bucket;
    query.group = m_group;
    query.timeZone = m_session.timeZone();
    query.key = m_key;
    setState(State::Loading);
    const auto fail = [this](const Error &error) {
        if (error.code == ErrorCode::Cancelled)
            return;
        m_error = error;
        setState(State::Failed);
    };
    const auto both = [this, serial, range, query, fail](const Result<UsageReport> &report) {
        if (serial != m_serial || !m_session.client())
            return;
        if (!report)
            return fail(report.error());
        // The period before is asked for after the one that is shown, so that this one comes first.
        const UsageReport now = *report;
        if (!m_comparing) {
            m_range = range;
            return take(now, {});
        }
        const UsageRange before = rangeBefore(range, m_choice, m_session.timeZone());
        UsageQuery earlier = query;
        earlier.from = before.from;
        earlier.to = before.to;
        whenDone(m_session.client()->usage(earlier), this,
                 [this, serial, range, now, fail](const Result<UsageReport> &past) {
                     if (serial != m_serial)
                         return;
                     if (!past)
                         return fail(past.error());
                     m_range = range;
                     take(now, *past);
                 });
    };
    whenDone(m_session.client()->usage(query), this, both);
}

void UsageModel::take(const UsageReport &report, const std::optional<UsageReport> &before)
{
    beginResetModel();
    m_report = report;
    m_before = before;
    fold();
    endResetModel();
    m_error.reset();
    m_loadedAt = SystemClock().now();
    setState(State::Ready);
    Q_EMIT changed();
}

void UsageModel::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

// Five series at most are told apart; the smaller ones become «Other». Buckets that have not begun are cut off:
// no number is not a zero.
void UsageModel::fold()
{
    m_shown.clear();
    m_shownColours.clear();
    m_totals.clear();
    if (!m_report)
        return;
    const Timestamp now = SystemClock().now();
    QStringList groups;
    for (const UsageSeries &series : m_report->series) {
        UsageSeries cut = series;
        cut.points.removeIf([now](const UsagePoint &point) { return point.start > now; });
        for (qsizetype i = 0; i < cut.points.size(); ++i) {
            if (i == m_totals.size())
                m_totals.append(UsageSums());
            m_totals[i] += cut.points.at(i).sums;
        }
        if (m_shown.size() < otherColour) {
            m_shown.append(cut);
            groups.append(toString(m_report->group) + u':' + series.group);
            continue;
        }
        if (m_shown.size() == otherColour) {
            m_shown.append(UsageSeries{{}, tr("Other"), {}, {}});
            m_shown.last().points.resize(cut.points.size());
        }
        UsageSeries &other = m_shown.last();
        other.sums += cut.sums;
        for (qsizetype i = 0; i < qMin(cut.points.size(), other.points.size()); ++i) {
            other.points[i].start = cut.points.at(i).start;
            other.points[i].sums += cut.points.at(i).sums;
        }
    }
    m_shownColours = m_colours.coloursOf(m_session.profile().id, groups);
    if (m_shown.size() > otherColour)
        m_shownColours.append(otherColour);
}

void UsageModel::loadKeyNames()
{
    if (!m_session.client())
        return;
    KeyQuery query;
    query.sort = KeySort::RequestsToday;
    query.limit = namedKeys;
    whenDone(m_session.client()->keys(query), this, [this](const Result<KeyPage> &page) {
        if (!page)
            return;
        QList<std::pair<KeyId, QString>> names;
        for (const KeyOverview &key : page->keys)
            names.append({key.key.id, key.key.label.isEmpty() ? key.key.id.value : key.key.label});
        if (names == m_keyNames)
            return;
        m_keyNames = names;
        Q_EMIT keyNamesChanged();
    });
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/overview/overviewmodel.h"

#include "app/whendone.h"

#include <QTimeZone>

#include <algorithm>

using namespace std::chrono_literals;

namespace quota::console
{

static constexpr int listed = 5;
static constexpr int keysLooked =
    1000; // the busiest ones; more than that run out one by one on the Keys page

OverviewModel::OverviewModel(Session &session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
    connect(&session, &Session::closed, this, [this] {
        ++m_serial;
        m_todayPoints.clear();
        m_yesterdayPoints.clear();
        m_today = {};
        m_finished = 0;
        m_busiest.clear();
        m_runOuts.clear();
        m_ending.clear();
        m_keys = 0;
        m_unused = false;
        m_loadedAt.reset();
        m_error.reset();
        setState(State::Idle);
        Q_EMIT changed();
    });
    connect(&session, &Session::formatChanged, this, &OverviewModel::changed);
    connect(&session, &Session::zoneChanged, this, [this] {
        if (m_state != State::Idle)
            load();
    });
}

void OverviewModel::load()
{
    if (!m_session.client())
        return;
    const int serial = ++m_serial;
    const QTimeZone zone(m_session.timeZone());
    const QDate today = QDateTime::fromMSecsSinceEpoch(toMilliseconds(SystemClock().now()), zone).date();
    const auto startOf = [&zone](QDate date) {
        return fromMilliseconds(date.startOfDay(zone).toMSecsSinceEpoch());
    };
    UsageQuery days;
    days.from = startOf(today.addDays(-1));
    days.to = startOf(today.addDays(1));
    days.bucket = UsageBucket::QuarterHour;
    days.timeZone = m_session.timeZone();
    UsageQuery byKey = days;
    byKey.from = startOf(today);
    byKey.bucket = UsageBucket::Day;
    byKey.group = UsageGroup::Key;
    KeyQuery keys;
    keys.sort = KeySort::RequestsToday;
    keys.limit = keysLooked;

    setState(State::Loading);
    struct Answers
    {
        std::optional<UsageReport> days;
        std::optional<UsageReport> byKey;
        std::optional<KeyPage> keys;
    };
    auto answers = std::make_shared<Answers>();
    const auto arrived = [this, serial, answers](const std::optional<Error> &error) {
        if (serial != m_serial)
            return;
        if (error) {
            ++m_serial; // what still comes is of no use
            fail(*error);
        } else if (answers->days && answers->byKey && answers->keys) {
            take(*answers->days, *answers->byKey, *answers->keys);
        }
    };
    AdminClient *client = m_session.client();
    const auto ask = [this, arrived](auto future, auto store) {
        whenDone(future, this, [arrived, store](const auto &answer) {
            if (answer)
                store(*answer);
            arrived(answer ? std::optional<Error>() : std::optional<Error>(answer.error()));
        });
    };
    ask(client->usage(days), [answers](const UsageReport &report) { answers->days = report; });
    ask(client->usage(byKey), [answers](const UsageReport &report) { answers->byKey = report; });
    ask(client->keys(keys), [answers](const KeyPage &page) { answers->keys = page; });
}

void OverviewModel::take(const UsageReport &days, const UsageReport &byKey, const KeyPage &keys)
{
    split(days);
    m_busiest.clear();
    for (const UsageSeries &series : byKey.series) {
        if (m_busiest.size() < listed && series.sums.requests > 0)
            m_busiest.append({KeyId{series.group}, series.label.isEmpty() ? series.group : series.label,
                              series.sums.requests});
    }
    const Timestamp now = SystemClock().now();
    const QTimeZone zone(m_session.timeZone());
    m_runOuts.clear();
    m_ending.clear();
    m_keys = keys.total;
    m_unused = true;
    for (const KeyOverview &key : keys.keys) {
        const QString name = key.key.label.isEmpty() ? key.key.id.value : key.key.label;
        if (const auto out = runOut(key, zone, now))
            m_runOuts.append({key.key.id, name, *out});
        if (key.state == KeyState::Active && key.key.expiresAt &&
            *key.key.expiresAt <= now + std::chrono::days(30))
            m_ending.append(key);
        m_unused = m_unused && !key.lastUsedAt;
    }
    std::stable_sort(m_runOuts.begin(), m_runOuts.end(), [](const KeyRunOut &left, const KeyRunOut &right) {
        return left.out.at < right.out.at;
    });
    std::stable_sort(m_ending.begin(), m_ending.end(), [](const KeyOverview &left, const KeyOverview &right) {
        return left.key.expiresAt < right.key.expiresAt;
    });
    m_runOuts = m_runOuts.mid(0, listed);
    m_ending = m_ending.mid(0, listed);
    m_unused = m_unused && days.sums.requests == 0;
    m_error.reset();
    m_loadedAt = now;
    setState(State::Ready);
    Q_EMIT changed();
}

// Yesterday's quarters and today's, told apart by where today begins.
void OverviewModel::split(const UsageReport &days)
{
    const QTimeZone zone(m_session.timeZone());
    const Timestamp now = SystemClock().now();
    const QDate date = QDateTime::fromMSecsSinceEpoch(toMilliseconds(now), zone).date();
    const Timestamp midnight = fromMilliseconds(date.startOfDay(zone).toMSecsSinceEpoch());
    m_todayPoints.clear();
    m_yesterdayPoints.clear();
    m_today = {};
    m_finished = 0;
    m_end = days.to;
    QList<UsagePoint> points;
    for (const UsageSeries &series : days.series) {
        for (qsizetype i = 0; i < series.points.size(); ++i) {
            if (i == points.size())
                points.append({series.points.at(i).start, {}});
            points[i].sums += series.points.at(i).sums;
        }
    }
    for (const UsagePoint &point : points) {
        if (point.start < midnight) {
            m_yesterdayPoints.append(point);
            continue;
        }
        m_todayPoints.append(point);
        m_today += point.sums;
        if (point.start + 15min <= now)
            ++m_finished;
    }
}

std::optional<double> OverviewModel::change(qint64 (*pick)(const UsageSums &)) const
{
    qint64 now = 0;
    qint64 then = 0;
    for (qsizetype i = 0; i < qMin(m_finished, m_yesterdayPoints.size()); ++i) {
        now += pick(m_todayPoints.at(i).sums);
        then += pick(m_yesterdayPoints.at(i).sums);
    }
    if (then == 0)
        return {};
    return double(now - then) / double(then);
}

QList<qint64> OverviewModel::curve(qint64 (*pick)(const UsageSums &)) const
{
    QList<qint64> values;
    for (qsizetype i = 0; i < m_finished; ++i)
        values.append(pick(m_todayPoints.at(i).sums));
    return values;
}

ChartData OverviewModel::chart() const
{
    ChartData chart;
    chart.shape = ChartShape::Lines;
    chart.bucket = UsageBucket::QuarterHour;
    chart.end = m_end;
    for (const UsagePoint &point : m_todayPoints)
        chart.starts.append(point.start);
    ChartSeries today{tr("Today"), 0, {}, true};
    // The quarter that runs is left out: half of it would look like a fall.
    for (qsizetype i = 0; i < m_finished; ++i)
        today.values.append(m_todayPoints.at(i).sums.requests);
    ChartSeries yesterday{tr("Yesterday"), 5, {}, false};
    for (qsizetype i = 0; i < qMin(m_yesterdayPoints.size(), chart.starts.size()); ++i)
        yesterday.values.append(m_yesterdayPoints.at(i).sums.requests);
    chart.series = {today};
    chart.before = yesterday;
    return chart;
}

void OverviewModel::fail(const Error &error)
{
    if (error.code == ErrorCode::Cancelled)
        return;
    m_error = error;
    setState(State::Failed);
}

void OverviewModel::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

}

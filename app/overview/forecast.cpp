// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/overview/forecast.h"

#include <QDateTime>

#include <numeric>

using namespace std::chrono_literals;

namespace quota::console
{

static constexpr double shortestPace = 60'000; // milliseconds; a younger window tells no pace
static constexpr auto farthest = std::chrono::days(90);

static std::optional<Timestamp> windowStart(const LimitStatus &status, const QTimeZone &zone)
{
    if (!status.resetsAt)
        return {};
    const QDateTime end = QDateTime::fromMSecsSinceEpoch(toMilliseconds(*status.resetsAt), zone);
    switch (status.limit.window) {
    case LimitWindow::Day:
        return fromMilliseconds(end.addDays(-1).toMSecsSinceEpoch());
    case LimitWindow::Week:
        return fromMilliseconds(end.addDays(-7).toMSecsSinceEpoch());
    case LimitWindow::Month:
        return fromMilliseconds(end.addMonths(-1).toMSecsSinceEpoch());
    case LimitWindow::Minute:
    case LimitWindow::Hour:
    case LimitWindow::Total:
        break;
    }
    return {};
}

// Of requests or tokens in a millisecond; 0 when it cannot be told.
static double paceOf(const KeyOverview &key, const LimitStatus &status, const QTimeZone &zone, Timestamp now)
{
    if (const auto start = windowStart(status, zone)) {
        const double passed = double((now - *start).count());
        return passed < shortestPace ? 0 : double(status.used) / passed;
    }
    if (status.limit.window == LimitWindow::Total && status.limit.unit == LimitUnit::Requests &&
        !key.lastDays.isEmpty()) {
        const qint64 sum = std::accumulate(key.lastDays.begin(), key.lastDays.end(), qint64(0));
        return double(sum) / (double(key.lastDays.size()) * 86'400'000.0);
    }
    return 0;
}

std::optional<RunOut> runOut(const KeyOverview &key, const QTimeZone &zone, Timestamp now)
{
    std::optional<RunOut> first;
    if (key.state != KeyState::Active)
        return first;
    for (const LimitStatus &status : key.limits) {
        const bool passesSoon =
            status.limit.window == LimitWindow::Minute || status.limit.window == LimitWindow::Hour;
        if (!status.limit.isEnforced() || status.limit.amount == 0 || passesSoon)
            continue;
        RunOut out{status, now, status.remaining() == 0};
        if (!out.used) {
            const double pace = paceOf(key, status, zone, now);
            const double left = pace > 0 ? double(status.remaining()) / pace : 1e18;
            if (left > double(std::chrono::milliseconds(farthest).count()))
                continue;
            out.at = now + std::chrono::milliseconds(qint64(left));
            if (status.resetsAt && out.at >= *status.resetsAt)
                continue;
        }
        if (!first || out.at < first->at)
            first = out;
    }
    return first;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/window.h"

#include <QDateTime>

namespace quota::service
{

using namespace std::chrono;

static QDateTime inZone(Timestamp time, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(time), zone);
}

// Minutes and hours follow the wall clock. Where a change of offset falls inside one (zones that move by half
// an hour), the window is cut at the change, so that windows never overlap.
static WindowSpan clockWindow(milliseconds length, Timestamp time, const QTimeZone &zone)
{
    const auto offset = seconds(zone.offsetFromUtc(inZone(time, QTimeZone::utc())));
    const milliseconds local = time.time_since_epoch() + offset;
    milliseconds into = local % length;
    if (into < milliseconds::zero())
        into += length;
    Timestamp start = time - into;
    Timestamp end = start + length;
    if (!zone.hasTransitions())
        return {start, end};
    const auto previous = zone.previousTransition(inZone(time + milliseconds(1), QTimeZone::utc()));
    if (previous.atUtc.isValid())
        start = std::max(start, fromMilliseconds(previous.atUtc.toMSecsSinceEpoch()));
    const auto next = zone.nextTransition(inZone(time, QTimeZone::utc()));
    if (next.atUtc.isValid())
        end = std::min(end, fromMilliseconds(next.atUtc.toMSecsSinceEpoch()));
    return {start, end};
}

// The first instant of a date; of the next one that exists where a zone left a whole day out.
static Timestamp startOf(QDate date, const QTimeZone &zone)
{
    QDateTime start = date.startOfDay(zone);
    while (!start.isValid()) {
        date = date.addDays(1);
        start = date.startOfDay(zone);
    }
    return fromMilliseconds(start.toMSecsSinceEpoch());
}

static QDate firstDate(LimitWindow window, QDate date)
{
    switch (window) {
    case LimitWindow::Week:
        return date.addDays(1 - date.dayOfWeek());
    case LimitWindow::Month:
        return QDate(date.year(), date.month(), 1);
    default:
        return date;
    }
}

static QDate nextFirstDate(LimitWindow window, QDate first)
{
    switch (window) {
    case LimitWindow::Week:
        return first.addDays(7);
    case LimitWindow::Month:
        return first.addMonths(1);
    default:
        return first.addDays(1);
    }
}

// Days, weeks and months are cut at the first instants of dates. Where clocks go back over midnight an instant
// can show a date whose window has not begun, or is over: the instants decide, not the date shown.
static WindowSpan dateWindow(LimitWindow window, Timestamp time, const QTimeZone &zone)
{
    QDate first = firstDate(window, inZone(time, zone).date());
    Timestamp start = startOf(first, zone);
    if (time < start) {
        first = firstDate(window, first.addDays(-1));
        start = startOf(first, zone);
    }
    QDate next = nextFirstDate(window, first);
    Timestamp end = startOf(next, zone);
    while (time >= end) {
        start = end;
        next = nextFirstDate(window, next);
        end = startOf(next, zone);
    }
    return {start, end};
}

WindowSpan windowAt(LimitWindow window, Timestamp time, const QTimeZone &zone)
{
    switch (window) {
    case LimitWindow::Minute:
        return clockWindow(minutes(1), time, zone);
    case LimitWindow::Hour:
        return clockWindow(hours(1), time, zone);
    case LimitWindow::Day:
    case LimitWindow::Week:
    case LimitWindow::Month:
        return dateWindow(window, time, zone);
    case LimitWindow::Total:
        break;
    }
    return {Timestamp{}, std::nullopt};
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/chartaxis.h"

#include <QLocale>

using namespace Qt::StringLiterals;

namespace quota::console
{

static QDateTime localTime(Timestamp time, const Format &format)
{
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(time), format.zone());
}

static QString dayText(const QDateTime &time, const Format &format)
{
    if (format.language() == Language::Chinese)
        return QLocale(QLocale::Chinese).toString(time, u"MM-dd"_s);
    return QLocale(QLocale::English).toString(time, u"d MMM"_s);
}

static QString weekDayText(const QDateTime &time, const Format &format)
{
    if (format.language() == Language::Chinese)
        return QLocale(QLocale::Chinese).toString(time, u"MM-dd ddd"_s);
    return QLocale(QLocale::English).toString(time, u"ddd d MMM"_s);
}

// The buckets that start on every so many hours of the day; with 24 and more, on every so many days.
static QList<qsizetype> everyHours(const ChartData &chart, const Format &format, int hours)
{
    QList<qsizetype> buckets;
    const int days = hours / 24;
    for (qsizetype i = 0; i < chart.starts.size(); ++i) {
        const QDateTime start = localTime(chart.starts.at(i), format);
        const QTime time = start.time();
        if (days == 0 ? (time.minute() == 0 && time.hour() % hours == 0)
                      : (time == start.date().startOfDay(format.zone()).time() &&
                         start.date().toJulianDay() % days == 0))
            buckets.append(i);
    }
    return buckets;
}

QList<AxisTick> ticksFor(const ChartData &chart, const Format &format, int most)
{
    QList<AxisTick> ticks;
    if (chart.starts.isEmpty() || most < 1)
        return ticks;
    if (chart.bucket == UsageBucket::Day) {
        const qsizetype step = (chart.starts.size() + most - 1) / most;
        for (qsizetype i = 0; i < chart.starts.size(); i += step)
            ticks.append({i, dayText(localTime(chart.starts.at(i), format), format)});
        return ticks;
    }
    for (const int hours : {1, 2, 3, 4, 6, 12, 24, 48, 96, 168, 336}) {
        const QList<qsizetype> buckets = everyHours(chart, format, hours);
        if (buckets.size() > most)
            continue;
        for (const qsizetype bucket : buckets) {
            const QDateTime time = localTime(chart.starts.at(bucket), format);
            ticks.append(
                {bucket, hours >= 24 ? dayText(time, format) : format.clock(chart.starts.at(bucket))});
        }
        break;
    }
    return ticks;
}

QString bucketText(const ChartData &chart, qsizetype bucket, const Format &format)
{
    const Timestamp start = chart.starts.at(bucket);
    const QString day = weekDayText(localTime(start, format), format);
    if (chart.bucket == UsageBucket::Day)
        return day;
    return day + (format.language() == Language::Chinese ? u" "_s : u", "_s) + format.clock(start) +
           u" – "_s + format.clock(chart.endOf(bucket));
}

}

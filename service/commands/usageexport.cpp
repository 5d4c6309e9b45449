// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/usageexport.h"

#include "service/commands/keypages.h"
#include "shared/csv.h"

#include <QDateTime>
#include <QSet>

using namespace Qt::StringLiterals;

namespace quota::service
{

static void takeAway(UsageSums &from, const UsageSums &sums)
{
    from.requests -= sums.requests;
    from.refused -= sums.refused;
    from.failed -= sums.failed;
    from.promptTokens -= sums.promptTokens;
    from.completionTokens -= sums.completionTokens;
    from.estimated -= sums.estimated;
}

static Result<QList<KeyId>> keysWithout(Session &session, const QSet<QString> &named)
{
    QList<KeyId> ids;
    for (const auto &state : {std::optional<KeyState>(), std::optional(KeyState::Deleted)}) {
        KeyQuery query;
        query.state = state;
        const auto keys = allKeys(session, query);
        if (!keys)
            return tl::unexpected<Error>(keys.error());
        for (const KeyOverview &key : *keys) {
            if (!named.contains(key.key.id.value))
                ids.append(key.key.id);
        }
    }
    return ids;
}

Result<UsageReport> usageOfEveryKey(Session &session, UsageQuery query)
{
    query.top = maximumUsageSeries;
    auto report = session.wait(session.client().usage(query));
    if (!report)
        return report;
    QSet<QString> named;
    for (const UsageSeries &series : std::as_const(report->series))
        named.insert(series.group);
    if (!query.key.isEmpty() || !named.contains(u"other"_s))
        return report;
    UsageSeries rest;
    report->series.removeIf([&rest](const UsageSeries &series) {
        if (series.group == "other"_L1)
            rest = series;
        return series.group == "other"_L1;
    });
    const auto others = keysWithout(session, named);
    if (!others)
        return tl::unexpected<Error>(others.error());
    for (const KeyId &key : *others) {
        if (rest.sums == UsageSums())
            break;
        query.key = key;
        const auto one = session.wait(session.client().usage(query));
        if (!one)
            return one;
        for (const UsageSeries &series : one->series) {
            takeAway(rest.sums, series.sums);
            for (qsizetype i = 0; i < qMin(rest.points.size(), series.points.size()); ++i)
                takeAway(rest.points[i].sums, series.points[i].sums);
            report->series.append(series);
        }
    }
    if (rest.sums != UsageSums())
        report->series.append(rest);
    return report;
}

static QString dayText(Timestamp start, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(start), zone).date().toString(Qt::ISODate);
}

// Names for other programs stay English.
QString usageCsv(const UsageReport &report, const QTimeZone &zone, bool byteOrderMark)
{
    QList<QStringList> rows{{u"day"_s, u"key"_s, u"label"_s, u"requests"_s, u"refused"_s, u"failed"_s,
                             u"prompt_tokens"_s, u"completion_tokens"_s, u"tokens"_s, u"time_zone"_s}};
    for (const UsageSeries &series : report.series) {
        for (const UsagePoint &point : series.points) {
            const UsageSums &sums = point.sums;
            if (sums == UsageSums())
                continue;
            rows.append({dayText(point.start, zone), series.group, series.label,
                         QString::number(sums.requests), QString::number(sums.refused),
                         QString::number(sums.failed), QString::number(sums.promptTokens),
                         QString::number(sums.completionTokens), QString::number(sums.tokens()),
                         QString::fromUtf8(zone.id())});
        }
    }
    return csvText(rows, byteOrderMark);
}

}

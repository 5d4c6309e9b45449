// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/usage.h"

#include "service/commands/keyoutput.h"
#include "service/commands/requestoutput.h"
#include "service/commands/session.h"
#include "service/commands/texttable.h"
#include "service/commands/usageexport.h"
#include "service/settings/values.h"

#include <QDateTime>

using namespace Qt::StringLiterals;

namespace quota::service
{

static QStringList sumCells(const UsageSums &sums)
{
    return {QString::number(sums.requests),         QString::number(sums.refused),
            QString::number(sums.failed),           QString::number(sums.promptTokens),
            QString::number(sums.completionTokens), QString::number(sums.tokens())};
}

static QStringList sumHeads(const Console &console)
{
    return {console.text(QT_TRANSLATE_NOOP("service", "REQUESTS")),
            console.text(QT_TRANSLATE_NOOP("service", "REFUSED")),
            console.text(QT_TRANSLATE_NOOP("service", "FAILED")),
            console.text(QT_TRANSLATE_NOOP("service", "PROMPT TOKENS")),
            console.text(QT_TRANSLATE_NOOP("service", "ANSWER TOKENS")),
            console.text(QT_TRANSLATE_NOOP("service", "TOKENS"))};
}

static QString dayText(Timestamp start, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(start), zone).date().toString(Qt::ISODate);
}

static QString asTables(const UsageReport &report, const QTimeZone &zone, const Console &console)
{
    QMap<Timestamp, UsageSums> byDay;
    for (const UsageSeries &series : report.series) {
        for (const UsagePoint &point : series.points)
            byDay[point.start] += point.sums;
    }
    const QString total = console.text(QT_TRANSLATE_NOOP("service", "total"));
    TextTable days{QStringList{console.text(QT_TRANSLATE_NOOP("service", "DAY"))} + sumHeads(console),
                   {},
                   {false, true, true, true, true, true, true}};
    for (auto it = byDay.begin(); it != byDay.end(); ++it)
        days.rows.append(QStringList{dayText(it.key(), zone)} + sumCells(it.value()));
    days.rows.append(QStringList{total} + sumCells(report.sums));
    TextTable keys{QStringList{console.text(QT_TRANSLATE_NOOP("service", "KEY")),
                               console.text(QT_TRANSLATE_NOOP("service", "LABEL"))} +
                       sumHeads(console),
                   {},
                   {false, false, true, true, true, true, true, true}};
    for (const UsageSeries &series : report.series)
        keys.rows.append(QStringList{series.group, series.label} + sumCells(series.sums));
    QString text = days.aligned() + (keys.rows.isEmpty() ? QString() : u'\n' + keys.aligned());
    if (report.unknown != UnknownUse()) {
        text +=
            u'\n' +
            console.text(QT_TRANSLATE_NOOP("service",
                                           "The service was killed: another %1 requests and %2 tokens, of "
                                           "which nothing is known, count as used."),
                         {QString::number(report.unknown.requests), QString::number(report.unknown.tokens)}) +
            u'\n';
    }
    return text;
}

int runUsage(const Console &console, const QStringList &arguments)
{
    CommandParser parser(console, u"usage"_s,
                         QT_TRANSLATE_NOOP("service", "Shows what keys have used, by day and by key."));
    parser.option(u"days"_s, u"N"_s, QT_TRANSLATE_NOOP("service", "So many days up to today; 7 without it."));
    parser.option(u"key"_s, u"ID"_s, QT_TRANSLATE_NOOP("service", "Only this key."));
    parser.option(u"request"_s, u"ID"_s,
                  QT_TRANSLATE_NOOP("service",
                                    "Instead: why this request passed or was refused; its id is the "
                                    "answer's x-request-id."));
    parser.flag(u"csv"_s, QT_TRANSLATE_NOOP("service", "Prints CSV, one line for each key and day."));
    addCsvMark(parser);
    parser.flag(u"json"_s, QT_TRANSLATE_NOOP("service", "Prints JSON."));
    Session::addOptions(parser);
    if (const auto code = parser.parse(arguments))
        return *code;
    if (const auto code = checkFormat(parser))
        return *code;
    const auto days = parser.isSet(u"days"_s) ? readInteger(parser.value(u"days"_s), 1, maximumUsageBuckets)
                                              : Reading<qint64>(7);
    if (!days)
        return parser.wrongUse(u"--days: "_s + days.error().in(console.language));
    if (parser.isSet(u"request"_s))
        return explainRequest(parser);

    Session session(parser);
    if (const auto code = session.open())
        return *code;
    // Days are the service's days, so its clock and zone say where they begin.
    const auto health = session.wait(session.client().health());
    if (!health)
        return session.refused(health.error());
    QTimeZone zone(health->timeZone.toUtf8());
    if (!zone.isValid())
        zone = QTimeZone::utc();
    const QDate today = QDateTime::fromMSecsSinceEpoch(toMilliseconds(health->now), zone).date();
    UsageQuery query;
    query.from = fromMilliseconds(today.addDays(1 - *days).startOfDay(zone).toMSecsSinceEpoch());
    query.to = fromMilliseconds(today.addDays(1).startOfDay(zone).toMSecsSinceEpoch());
    query.group = UsageGroup::Key;
    query.timeZone = zone.id();
    query.key = KeyId{parser.value(u"key"_s)};
    const bool isExport = parser.isSet(u"csv"_s) || parser.isSet(u"json"_s);
    const auto report =
        isExport ? usageOfEveryKey(session, query) : session.wait(session.client().usage(query));
    if (!report)
        return session.refused(report.error());
    if (parser.isSet(u"json"_s))
        console.write(toJsonText(toJson(*report)));
    else if (parser.isSet(u"csv"_s))
        console.write(usageCsv(*report, zone, parser.isSet(u"bom"_s)));
    else
        console.write(asTables(*report, zone, console));
    return ExitGood;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/requestoutput.h"

#include "service/commands/keyoutput.h"
#include "service/commands/session.h"
#include "service/commands/texttable.h"

#include <QDateTime>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace quota::service
{

static QString timeText(const RequestExplanation &request, const std::optional<Timestamp> &time)
{
    const QTimeZone zone(request.timeZone.toUtf8());
    return time ? QDateTime::fromMSecsSinceEpoch(toMilliseconds(*time),
                                                 zone.isValid() ? zone : QTimeZone::utc())
                      .toString(u"yyyy-MM-dd HH:mm:ss t"_s)
                : u"-"_s;
}

static QString linesOf(const Console &console, const RequestExplanation &request)
{
    TextTable table;
    table.head = {u"ID"_s, request.id};
    table.rows = {
        {console.text(QT_TRANSLATE_NOOP("service", "Time")), timeText(request, request.time)},
        {console.text(QT_TRANSLATE_NOOP("service", "Key")),
         (request.key.value + u' ' + request.label).trimmed()},
        {console.text(QT_TRANSLATE_NOOP("service", "Model")),
         request.model.isEmpty() ? u"-"_s : request.model},
        {console.text(QT_TRANSLATE_NOOP("service", "Provider")), request.provider},
        {console.text(QT_TRANSLATE_NOOP("service", "Status")),
         u"%1 %2"_s.arg(request.status).arg(request.outcome)},
        {console.text(QT_TRANSLATE_NOOP("service", "Tokens")),
         u"%1 + %2 (%3)"_s.arg(request.promptTokens).arg(request.completionTokens).arg(request.measure)},
    };
    if (request.concurrency)
        table.rows.append({console.text(QT_TRANSLATE_NOOP("service", "Concurrency")),
                           u"%1 / %2"_s.arg(request.active).arg(*request.concurrency)});
    return table.aligned();
}

static QString limitsOf(const Console &console, const RequestExplanation &request)
{
    const QString yes = console.text(QT_TRANSLATE_NOOP("service", "yes"));
    const QString no = console.text(QT_TRANSLATE_NOOP("service", "no"));
    TextTable table{{console.text(QT_TRANSLATE_NOOP("service", "LIMIT")),
                     console.text(QT_TRANSLATE_NOOP("service", "USED")),
                     console.text(QT_TRANSLATE_NOOP("service", "RESERVED")),
                     console.text(QT_TRANSLATE_NOOP("service", "REQUESTED")),
                     console.text(QT_TRANSLATE_NOOP("service", "ROOM")),
                     console.text(QT_TRANSLATE_NOOP("service", "ENOUGH")),
                     console.text(QT_TRANSLATE_NOOP("service", "STARTS ANEW"))},
                    {},
                    {false, true, true, true, false, true, false}};
    for (const ExplainedLimit &limit : request.limits) {
        table.rows.append({toText(limit.status.limit), QString::number(limit.status.used),
                           QString::number(limit.status.reserved), QString::number(limit.requested),
                           limit.passed ? yes : no, limit.raiseTo ? QString::number(*limit.raiseTo) : u"-"_s,
                           timeText(request, limit.status.resetsAt)});
    }
    return table.rows.isEmpty() ? QString() : u'\n' + table.aligned();
}

static QJsonObject jsonOf(const RequestExplanation &request)
{
    QJsonArray limits;
    for (const ExplainedLimit &limit : request.limits) {
        QJsonObject one = toJson(limit.status);
        one[u"requested"_s] = limit.requested;
        one[u"passed"_s] = limit.passed;
        one[u"raise_to"_s] = limit.raiseTo ? QJsonValue(*limit.raiseTo) : QJsonValue();
        limits.append(one);
    }
    return {{u"id"_s, request.id},
            {u"time"_s, toJson(request.time)},
            {u"key"_s, request.key.value},
            {u"label"_s, request.label},
            {u"model"_s, request.model},
            {u"provider"_s, request.provider},
            {u"status"_s, request.status},
            {u"outcome"_s, request.outcome},
            {u"prompt_tokens"_s, request.promptTokens},
            {u"completion_tokens"_s, request.completionTokens},
            {u"measure"_s, request.measure},
            {u"judged"_s, request.judged},
            {u"limits"_s, limits},
            {u"concurrency"_s, request.concurrency ? QJsonValue(*request.concurrency) : QJsonValue()},
            {u"active"_s, request.active},
            {u"wait_until"_s, toJson(request.waitUntil)},
            {u"explanation"_s, request.words}};
}

int explainRequest(CommandParser &parser)
{
    const Console &console = parser.console();
    for (const QString &other : {u"days"_s, u"key"_s, u"csv"_s}) {
        if (parser.isSet(other))
            return parser.wrongUse(console.text(
                QT_TRANSLATE_NOOP("service", "--request asks about one request; --%1 does not go with it."),
                {other}));
    }
    return withService(parser, [&](Session &session) -> int {
        const auto request = session.wait(session.client().explainRequest(parser.value(u"request"_s)));
        if (!request)
            return session.refused(request.error());
        if (parser.isSet(u"json"_s)) {
            console.write(toJsonText(jsonOf(*request)));
            return ExitGood;
        }
        console.write(linesOf(console, *request) + limitsOf(console, *request));
        if (!request->words.isEmpty())
            console.write(u'\n' + request->words + u'\n');
        return ExitGood;
    });
}

}

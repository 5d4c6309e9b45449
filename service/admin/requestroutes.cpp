// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/requestroutes.h"

#include "service/store/requestshelf.h"
#include "shared/adminpaths.h"

#include <QDateTime>
#include <QJsonArray>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace quota::service
{

static QString zoned(const AdminContext &context, Timestamp time)
{
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(time), context.keyring.timeZone())
        .toString(Qt::ISODate);
}

static QJsonValue zoned(const AdminContext &context, const std::optional<Timestamp> &time)
{
    return time ? QJsonValue(zoned(context, *time)) : QJsonValue();
}

enum class Reader
{
    Holder, // who hears nothing of limits that only observe
    Operator
};

static QJsonArray limitsOf(const AdminContext &context, const Judgement &judgement, Reader reader)
{
    QJsonArray limits;
    for (const LimitStatus &status : judgement.limits) {
        if (reader == Reader::Holder && status.limit.mode == LimitMode::Observe)
            continue;
        QJsonObject limit = toJson(status.limit);
        const bool passed = judgement.passes(status);
        limit[u"used"_s] = status.used;
        limit[u"reserved"_s] = status.reserved;
        limit[u"requested"_s] = judgement.requestedOf(status.limit);
        limit[u"resets_at"_s] = zoned(context, status.resetsAt);
        limit[u"passed"_s] = passed;
        limit[u"raise_to"_s] = passed ? QJsonValue() : QJsonValue(judgement.enoughFor(status));
        limits.append(limit);
    }
    return limits;
}

static QJsonValue concurrencyOf(const Judgement &judgement)
{
    if (!judgement.concurrency)
        return {};
    const bool passed = judgement.passesConcurrency();
    return QJsonObject{{u"limit"_s, *judgement.concurrency},
                       {u"active"_s, judgement.active},
                       {u"passed"_s, passed},
                       {u"raise_to"_s, passed ? QJsonValue() : QJsonValue(judgement.active + 1)}};
}

// What a person reads first; empty for a request that passed.
static QString wordsFor(const AdminContext &context, const Judgement &judgement, Language language)
{
    QStringList raises;
    for (const LimitStatus &status : judgement.limits) {
        if (judgement.refuses(status))
            raises.append(u"%1/%2 %3"_s.arg(toString(status.limit.unit), toString(status.limit.window))
                              .arg(judgement.enoughFor(status)));
    }
    if (raises.isEmpty() && !judgement.passesConcurrency())
        return message(language,
                       QT_TRANSLATE_NOOP("service",
                                         "It would have passed when one of the %1 requests under way had "
                                         "ended, or with a concurrency of %2."),
                       {QString::number(judgement.active), QString::number(judgement.active + 1)});
    if (raises.isEmpty())
        return {};
    const auto until = judgement.waitUntil();
    if (!until)
        return message(language,
                       QT_TRANSLATE_NOOP("service", "It would have passed with these limits at least: %1."),
                       {raises.join(u", "_s)});
    return message(
        language,
        QT_TRANSLATE_NOOP("service", "It would have passed from %1 on, or with these limits at least: %2."),
        {zoned(context, *until), raises.join(u", "_s)});
}

static QJsonObject timesOf(const UsageRow &row)
{
    const auto milliseconds = [](std::chrono::microseconds time) { return double(time.count()) / 1000; };
    return {{u"queue_ms"_s, milliseconds(row.queue)},
            {u"first_byte_ms"_s, milliseconds(row.firstByte)},
            {u"upstream_ms"_s, milliseconds(row.upstream)},
            {u"total_ms"_s, milliseconds(row.total)}};
}

static QJsonObject toJson(const AdminContext &context, const UsageRow &row)
{
    const KeyEntryPointer entry = context.keyring.byId(row.key);
    return {{u"object"_s, u"request.explanation"_s},
            {u"id"_s, QString::fromLatin1(row.requestId)},
            {u"key"_s, row.key.value},
            {u"label"_s, entry ? entry->key.label : QString()},
            {u"model"_s, row.model},
            {u"provider"_s, row.provider.value},
            {u"time"_s, zoned(context, row.reservedAt)},
            {u"time_zone"_s, QString::fromUtf8(context.keyring.timeZone().id())},
            {u"status"_s, row.status},
            {u"outcome"_s, toString(row.outcome)},
            {u"streamed"_s, row.streamed},
            {u"requests"_s, row.requests},
            {u"tokens"_s, QJsonObject{{u"prompt"_s, row.promptTokens},
                                      {u"completion"_s, row.completionTokens},
                                      {u"cached"_s, row.cachedTokens},
                                      {u"reasoning"_s, row.reasoningTokens},
                                      {u"measure"_s, toString(row.measure)}}},
            {u"times"_s, timesOf(row)}};
}

static HttpAnswer explained(const AdminContext &context, const ShelvedRequest &request, Reader reader,
                            Language language)
{
    QJsonObject body = toJson(context, request.row);
    body[u"judged"_s] = true;
    body[u"limits"_s] = limitsOf(context, request.judgement, reader);
    body[u"concurrency"_s] = concurrencyOf(request.judgement);
    body[u"wait_until"_s] = zoned(context, request.judgement.waitUntil());
    body[u"explanation"_s] = wordsFor(context, request.judgement, language);
    return jsonAnswer(body);
}

static HttpAnswer booked(const AdminContext &context, const UsageRow &row, Language language)
{
    QJsonObject body = toJson(context, row);
    body[u"judged"_s] = false;
    body[u"limits"_s] = QJsonArray();
    body[u"explanation"_s] =
        message(language,
                QT_TRANSLATE_NOOP("service", "How its limits stood is no longer known: only the last %1 "
                                             "requests since the start of the service are kept with that "
                                             "(EXPLAIN_REQUESTS)."),
                {QString::number(context.config.explainedRequests)});
    return jsonAnswer(body);
}

static tl::unexpected<RouteFault> unknown(Language language)
{
    return refused(
        ErrorCode::NotFound,
        message(language, QT_TRANSLATE_NOOP("service", "There is no such request, or it has not ended, or "
                                                       "it was refused before its key's limits were "
                                                       "looked at.")));
}

// key: the holder's, who sees requests of no other; empty: the operator's question.
static RouteFuture explain(AdminContext &context, const AdminCall &call, const KeyId &key, QObject *owner)
{
    static const QRegularExpression pattern(u"^req_[0-9a-f]{24}$"_s);
    const QString id = call.parameters.value(0);
    if (!pattern.match(id).hasMatch())
        return finished(unknown(call.language));
    const QByteArray wanted = id.toLatin1();
    for (const RequestShelf *shelf : context.shelves) {
        const auto found = shelf->find(wanted);
        if (found && (key.isEmpty() || found->row.key == key))
            return finished(
                explained(context, *found, key.isEmpty() ? Reader::Operator : Reader::Holder, call.language));
    }
    return context.history([wanted](Database &database) { return usagestore::findRequest(database, wanted); })
        .then(owner,
              [&context, key,
               language = call.language](const Result<std::optional<UsageRow>> &row) -> RouteResult {
                  if (!row)
                      return refused(row.error());
                  if (!*row || (!key.isEmpty() && (*row)->key != key))
                      return unknown(language);
                  return booked(context, **row, language);
              });
}

QList<Route> requestRoutes(AdminContext &context, QObject *owner)
{
    return {{"GET",
             QByteArray(paths::requests.latin1()) + "/{id}",
             Access::Operator,
             {},
             [&context, owner](const AdminCall &call) { return explain(context, call, {}, owner); }},
            {"GET",
             QByteArray(paths::explain.latin1()) + "/{id}",
             Access::Holder,
             {},
             [&context, owner](const AdminCall &call) -> RouteFuture {
                 const KeyEntryPointer entry = context.keyring.bySecret(call.secret);
                 if (!entry)
                     return finished(unknown(call.language));
                 return explain(context, call, entry->key.id, owner);
             }}};
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/selfroutes.h"

#include "service/access/holdererror.h"
#include "service/admin/keyview.h"
#include "shared/adminpaths.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace quota::service
{

static QJsonObject sumsOf(const KeyEntry &entry, LimitWindow window, Timestamp now)
{
    const auto counters = entry.account->counters(now);
    for (const WindowCounter &counter : counters) {
        if (counter.window == window)
            return {{u"requests"_s, counter.requests}, {u"tokens"_s, counter.tokens}};
    }
    return {};
}

static RouteFuture ownUsage(const AdminContext &context, const AdminCall &call)
{
    const Timestamp now = context.clock.now();
    const KeyEntryPointer entry = context.keyring.bySecret(call.secret);
    if (!entry) // between the check of the credential and here nothing else runs
        return finished(holderError(HolderFault::UnknownKey, call.language));
    const KeyOverview overview = overviewOf(*entry, now);
    QJsonArray limits;
    for (const LimitStatus &status : overview.limits) {
        if (status.limit.mode != LimitMode::Observe)
            limits.append(toJson(status));
    }
    const ApiKey &key = entry->key;
    HttpAnswer answer =
        jsonAnswer({{u"object"_s, u"key.usage"_s},
                    {u"id"_s, key.id.value},
                    {u"label"_s, key.label},
                    {u"preview"_s, key.preview()},
                    {u"expires_at"_s, toJson(key.expiresAt)},
                    {u"models"_s, QJsonArray::fromStringList(key.models)},
                    {u"limits"_s, limits},
                    {u"concurrency"_s,
                     overview.concurrency ? QJsonValue(*overview.concurrency) : QJsonValue(QJsonValue::Null)},
                    {u"active"_s, overview.active},
                    {u"today"_s, sumsOf(*entry, LimitWindow::Day, now)},
                    {u"month"_s, sumsOf(*entry, LimitWindow::Month, now)},
                    {u"total"_s, sumsOf(*entry, LimitWindow::Total, now)},
                    {u"time_zone"_s, QString::fromUtf8(context.keyring.timeZone().id())},
                    {u"last_used_at"_s, toJson(overview.lastUsedAt)}});
    for (const HeaderField field : rateLimitHeaders(overview.limits, now))
        answer.headers.append(field.name, field.value);
    return finished(std::move(answer));
}

QList<Route> selfRoutes(AdminContext &context)
{
    QList<Route> routes;
    for (const QByteArray &path :
         {QByteArray(paths::ownUsage.latin1()), QByteArray("/usage"), QByteArray("/quota")}) {
        routes.append({"GET", path, Access::Holder, {}, [&context](const AdminCall &call) {
                           return ownUsage(context, call);
                       }});
    }
    return routes;
}

}

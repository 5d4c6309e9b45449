// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/keylisting.h"

#include "service/admin/keychange.h"
#include "service/admin/keylist.h"
#include "service/admin/keyview.h"
#include "service/settings/values.h"
#include "shared/adminquery.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace quota::service
{

struct OldPaging // of the replaced system: offset, activeOnly, active_only
{
    qsizetype offset = 0;
    bool activeOnly = false;
};

static Result<OldPaging> oldPagingOf(const AdminCall &call)
{
    OldPaging paging;
    if (const QString text = parameterOf(call, u"offset"_s); !text.isEmpty()) {
        const auto offset = readInteger(text, 0, 10'000'000);
        if (!offset)
            return invalidField(u"offset"_s, u"offset: "_s + offset.error().in(call.language));
        paging.offset = *offset;
    }
    for (const QString &name : {u"activeOnly"_s, u"active_only"_s}) {
        if (const QString text = parameterOf(call, name); !text.isEmpty()) {
            const auto only = readBoolean(text);
            if (!only)
                return invalidField(name, name + u": "_s + only.error().in(call.language));
            paging.activeOnly = paging.activeOnly || *only;
        }
    }
    return paging;
}

RouteFuture listKeys(AdminContext &context, QObject *owner, const AdminCall &call)
{
    auto query = keyQueryFromUrlQuery(call.query);
    if (!query)
        return finished(refused(query.error()));
    const auto paging = oldPagingOf(call);
    if (!paging)
        return finished(refused(paging.error()));
    if (paging->activeOnly && !query->state)
        query->state = KeyState::Active;

    // A holder's list is that one key.
    const bool holder = call.role == Role::Holder;
    const KeyEntryPointer own = holder ? context.keyring.bySecret(call.secret) : nullptr;
    const auto all = holder ? QList<KeyEntryPointer>{own} : context.keyring.all();
    const KeyEntryPointer bySecret =
        query->search.isEmpty() || holder ? nullptr : context.keyring.bySecret(query->search.toUtf8());
    auto slice = sliceKeys(all, *query, bySecret, paging->offset, context.clock.now());
    if (!slice)
        return finished(refused(slice.error()));
    const QJsonObject pagination{{u"total"_s, slice->total},
                                 {u"limit"_s, query->limit},
                                 {u"offset"_s, paging->offset},
                                 {u"hasMore"_s, !slice->next.isEmpty()},
                                 {u"next"_s, slice->next}};
    return overviewsOf(context, owner, slice->entries)
        .then(
            owner,
            [pagination, memory = context.config.memoryMode](const QList<KeyOverview> &keys) -> RouteResult {
                QJsonArray rows;
                for (const KeyOverview &key : keys)
                    rows.append(keyJson(key));
                return jsonAnswer({{u"success"_s, true},
                                   {u"total"_s, pagination.value(u"total"_s)},
                                   {u"count"_s, rows.size()},
                                   {u"mode"_s, memory ? u"memory"_s : u"sqlite"_s},
                                   {u"keys"_s, rows},
                                   {u"next"_s, pagination.value(u"next"_s)},
                                   {u"pagination"_s, pagination}});
            });
}

}

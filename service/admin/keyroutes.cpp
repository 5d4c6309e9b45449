// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/keyroutes.h"

#include "service/admin/keychange.h"
#include "service/admin/keycreation.h"
#include "service/admin/keylist.h"
#include "service/admin/keyview.h"
#include "service/settings/values.h"
#include "service/store/keystore.h"
#include "shared/adminpaths.h"
#include "shared/adminquery.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

KeyEntryPointer findKey(const Keyring &keyring, const QString &idOrSecret)
{
    if (idOrSecret.isEmpty())
        return nullptr;
    if (KeyEntryPointer entry = keyring.byId(KeyId{idOrSecret}))
        return entry;
    return keyring.bySecret(idOrSecret.toUtf8());
}

namespace
{

class KeyRoutes
{
public:
    KeyRoutes(AdminContext &context, QObject *owner)
        : m_context(context)
        , m_owner(owner)
    {}

    RouteFuture list(const AdminCall &call) const;
    RouteFuture read(const AdminCall &call) const;
    RouteFuture update(const AdminCall &call) const;
    RouteFuture setDisabled(const AdminCall &call, bool disabled) const;
    RouteFuture rotate(const AdminCall &call) const;
    RouteFuture remove(const AdminCall &call) const;
    RouteFuture restore(const AdminCall &call) const;

private:
    RouteFuture applySimply(const AdminCall &call, KeyChangeStep step) const;

    AdminContext &m_context;
    QObject *m_owner;
};

}

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

RouteFuture KeyRoutes::list(const AdminCall &call) const
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
    const KeyEntryPointer own = holder ? m_context.keyring.bySecret(call.secret) : nullptr;
    const auto all = holder ? QList<KeyEntryPointer>{own} : m_context.keyring.all();
    const KeyEntryPointer bySecret =
        query->search.isEmpty() || holder ? nullptr : m_context.keyring.bySecret(query->search.toUtf8());
    auto slice = sliceKeys(all, *query, bySecret, paging->offset, m_context.clock.now());
    if (!slice)
        return finished(refused(slice.error()));
    const QJsonObject pagination{{u"total"_s, slice->total},
                                 {u"limit"_s, query->limit},
                                 {u"offset"_s, paging->offset},
                                 {u"hasMore"_s, !slice->next.isEmpty()},
                                 {u"next"_s, slice->next}};
    return overviewsOf(m_context, m_owner, slice->entries)
        .then(m_owner,
              [pagination,
               memory = m_context.config.memoryMode](const QList<KeyOverview> &keys) -> RouteResult {
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

RouteFuture KeyRoutes::read(const AdminCall &call) const
{
    const KeyEntryPointer entry = findKey(m_context.keyring, call.parameters.value(0));
    if (!entry)
        return finished(
            refused(ErrorCode::NotFound,
                    message(call.language, QT_TRANSLATE_NOOP("service", "There is no such key."))));
    return overviewsOf(m_context, m_owner, {entry})
        .then(m_owner, [](const QList<KeyOverview> &overviews) -> RouteResult {
            QJsonObject body = keyJson(overviews.first());
            body[u"success"_s] = true;
            return jsonAnswer(body);
        });
}

static void apply(const KeyChange &change, ApiKey &key)
{
    if (change.label)
        key.label = *change.label;
    if (change.limits || change.inheritLimits) {
        key.inheritsLimits = change.inheritLimits;
        key.limits = change.inheritLimits ? QList<Limit>() : *change.limits;
    }
    if (change.concurrency || change.clearConcurrency)
        key.concurrency = change.concurrency;
    if (change.models)
        key.models = *change.models;
    if (change.expiresAt || change.clearExpiry)
        key.expiresAt = change.expiresAt;
    if (change.disabled)
        key.disabled = *change.disabled;
}

RouteFuture KeyRoutes::update(const AdminCall &call) const
{
    auto body = bodyOf(call);
    if (!body)
        return finished(refused(body.error()));
    // The replaced system's one name that differs.
    if (body->contains(u"expiresAt"_s) && !body->contains(u"expires_at"_s))
        body->insert(u"expires_at"_s, body->take(u"expiresAt"_s));
    const auto change = keyChangeFromJson(*body);
    if (!change)
        return finished(refused(change.error()));
    KeyChange nothing;
    nothing.version = change->version;
    if (*change == nothing) {
        return finished(refused(
            ErrorCode::InvalidField,
            message(call.language,
                    QT_TRANSLATE_NOOP("service", "Nothing is to be changed. Give at least one of label, "
                                                 "limits, concurrency, models, expires_at, "
                                                 "disabled."))));
    }
    if (change->expiresAt && *change->expiresAt <= m_context.clock.now()) {
        return finished(refusedField(
            u"expires_at"_s,
            message(call.language,
                    QT_TRANSLATE_NOOP("service", "%1 is in the past; give an instant to come, null "
                                                 "for none, or disable the key."),
                    {toIso(*change->expiresAt)})));
    }
    KeyChangeStep step;
    step.action = u"update"_s;
    step.version = change->version;
    step.answer = {{u"updated"_s, 1}};
    step.change = [change = *change](KeyDraft &draft) -> Done {
        apply(change, draft.key);
        return {};
    };
    return changeKey(m_context, m_owner, call, step);
}

// Changes that take nothing but, perhaps, the version.
RouteFuture KeyRoutes::applySimply(const AdminCall &call, KeyChangeStep step) const
{
    const auto body = bodyOf(call);
    if (!body)
        return finished(refused(body.error()));
    JsonReader reader(*body);
    if (reader.has("version"_L1))
        step.version = reader.integer("version"_L1, 1);
    reader.ignore("version"_L1);
    if (const Done done = reader.finish(true); !done)
        return finished(refused(done.error()));
    return changeKey(m_context, m_owner, call, step);
}

RouteFuture KeyRoutes::setDisabled(const AdminCall &call, bool disabled) const
{
    KeyChangeStep step;
    step.action = disabled ? u"disable"_s : u"enable"_s;
    step.change = [disabled](KeyDraft &draft) -> Done {
        draft.key.disabled = disabled;
        return {};
    };
    return applySimply(call, step);
}

RouteFuture KeyRoutes::rotate(const AdminCall &call) const
{
    KeyChangeStep step;
    step.action = u"rotate"_s;
    step.change = [now = m_context.clock.now()](KeyDraft &draft) -> Done {
        draft.secret = makeSecret(draft.key.prefix);
        draft.secretHash = hashSecret(draft.secret.toUtf8());
        draft.key.tail = draft.secret.right(4);
        draft.key.rotatedAt = now;
        return {};
    };
    return applySimply(call, step);
}

RouteFuture KeyRoutes::remove(const AdminCall &call) const
{
    KeyChangeStep step;
    step.action = u"delete"_s;
    step.deletedToo = true; // deleting twice is deleting once
    step.answer = {
        {u"deleted"_s, true},
        {u"message"_s, message(call.language,
                               QT_TRANSLATE_NOOP("service", "The key is deleted. It can be restored for "
                                                            "%1 days."),
                               {QString::number(deletedKeysKept.count())})}};
    step.change = [now = m_context.clock.now()](KeyDraft &draft) -> Done {
        if (!draft.key.deletedAt)
            draft.key.deletedAt = now;
        return {};
    };
    return applySimply(call, step);
}

RouteFuture KeyRoutes::restore(const AdminCall &call) const
{
    KeyChangeStep step;
    step.action = u"restore"_s;
    step.deletedToo = true;
    step.change = [](KeyDraft &draft) -> Done {
        draft.key.deletedAt.reset();
        return {};
    };
    return applySimply(call, step);
}

QList<Route> keyRoutes(AdminContext &context, QObject *owner)
{
    const KeyRoutes keys(context, owner);
    const QByteArray all = paths::keys.latin1();
    const QByteArray one = all + "/{key}";
    const auto does = [keys](RouteFuture (KeyRoutes::*handler)(const AdminCall &) const) {
        return [keys, handler](const AdminCall &call) { return (keys.*handler)(call); };
    };
    const auto disables = [keys](bool disabled) {
        return [keys, disabled](const AdminCall &call) { return keys.setDisabled(call, disabled); };
    };
    return {
        {"GET",
         all,
         Access::OperatorOrHolder,
         {u"search"_s, u"state"_s, u"sort"_s, u"limit"_s, u"after"_s, u"offset"_s, u"activeOnly"_s,
          u"active_only"_s},
         does(&KeyRoutes::list)},
        {"POST",
         all,
         Access::Operator,
         {},
         [&context, owner](const AdminCall &call) { return createKeys(context, owner, call); }},
        {"GET", one, Access::Operator, {}, does(&KeyRoutes::read)},
        {"PATCH", one, Access::Operator, {}, does(&KeyRoutes::update)},
        {"PUT", one, Access::Operator, {}, does(&KeyRoutes::update)},
        {"DELETE", one, Access::Operator, {}, does(&KeyRoutes::remove)},
        {"POST", one + "/disable", Access::Operator, {}, disables(true)},
        {"POST", one + "/enable", Access::Operator, {}, disables(false)},
        {"POST", one + "/rotate", Access::Operator, {}, does(&KeyRoutes::rotate)},
        {"POST", one + "/restore", Access::Operator, {}, does(&KeyRoutes::restore)},
    };
}

QFuture<Result<qsizetype>> purgeDeletedKeys(AdminContext &context, QObject *owner)
{
    const Timestamp before = context.clock.now() - deletedKeysKept;
    return context.writer.run([before](Database &database) { return keystore::purge(database, before); })
        .then(owner, [&context](const Result<QList<KeyId>> &gone) -> Result<qsizetype> {
            if (!gone)
                return tl::unexpected<Error>(gone.error());
            for (const KeyId &id : *gone)
                context.keyring.remove(id);
            return gone->size();
        });
}

}

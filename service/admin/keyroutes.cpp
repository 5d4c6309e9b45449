// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/keyroutes.h"

#include "service/admin/keychange.h"
#include "service/admin/keycreation.h"
#include "service/admin/keylisting.h"
#include "service/admin/keyraise.h"
#include "service/admin/keyview.h"
#include "service/admin/templateroutes.h"
#include "service/store/keystore.h"
#include "shared/adminpaths.h"

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

    RouteFuture read(const AdminCall &call) const;
    RouteFuture update(const AdminCall &call) const;
    RouteFuture setDisabled(const AdminCall &call, bool disabled) const;
    RouteFuture rotate(const AdminCall &call) const;
    RouteFuture remove(const AdminCall &call) const;
    RouteFuture restore(const AdminCall &call) const;
    RouteFuture raise(const AdminCall &call) const;
    RouteFuture endRaises(const AdminCall &call) const;

private:
    RouteFuture applySimply(const AdminCall &call, KeyChangeStep step) const;

    AdminContext &m_context;
    QObject *m_owner;
};

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

// taken: the template that the change names.
static void applyLimits(const KeyChange &change, const std::optional<KeyTemplate> &taken, ApiKey &key)
{
    if (change.limits || change.inheritLimits || change.templateName) {
        key.inheritsLimits = !change.limits;
        key.limits = change.limits.value_or(QList<Limit>());
        key.templateName.clear();
    }
    if (!taken)
        return;
    if (change.followsTemplate) {
        key.templateName = taken->name;
    } else {
        key.inheritsLimits = false;
        key.limits = taken->limits;
        key.concurrency = taken->concurrency;
    }
}

static void apply(const KeyChange &change, const std::optional<KeyTemplate> &taken, ApiKey &key)
{
    if (change.label)
        key.label = *change.label;
    applyLimits(change, taken, key);
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
                                                 "limits, template, concurrency, models, expires_at, "
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
    std::optional<KeyTemplate> taken;
    if (change->templateName && !change->templateName->isEmpty()) {
        const auto found = findTemplate(m_context.keyring, *change->templateName, call.language);
        if (!found)
            return finished(refused(found.error()));
        taken = *found;
    }
    KeyChangeStep step;
    step.action = u"update"_s;
    step.version = change->version;
    step.answer = {{u"updated"_s, 1}};
    step.change = [change = *change, taken](KeyDraft &draft) -> Done {
        apply(change, taken, draft.key);
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

RouteFuture KeyRoutes::raise(const AdminCall &call) const
{
    const auto raise = bodyOf(call).and_then([](const QJsonObject &body) { return newRaiseFromJson(body); });
    if (!raise)
        return finished(refused(raise.error()));
    KeyChangeStep step;
    step.action = u"raise"_s;
    step.version = raise->version;
    step.change = [&keyring = m_context.keyring, raise = *raise, now = m_context.clock.now(),
                   language = call.language](KeyDraft &draft) -> Done {
        return addRaise(keyring, raise, now, language, draft.key);
    };
    return changeKey(m_context, m_owner, call, step);
}

RouteFuture KeyRoutes::endRaises(const AdminCall &call) const
{
    KeyChangeStep step;
    step.action = u"end-raises"_s;
    step.change = [](KeyDraft &draft) -> Done {
        draft.key.raises.clear();
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
         [&context, owner](const AdminCall &call) { return listKeys(context, owner, call); }},
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
        {"POST", one + "/raise", Access::Operator, {}, does(&KeyRoutes::raise)},
        {"DELETE", one + "/raise", Access::Operator, {}, does(&KeyRoutes::endRaises)},
    };
}

QFuture<Result<qsizetype>> purgeDeletedKeys(AdminContext &context, QObject *owner)
{
    const Timestamp now = context.clock.now();
    return context.writer
        .run([now](Database &database) { return keystore::purge(database, now - deletedKeysKept, now); })
        .then(owner, [&context](const Result<QList<KeyId>> &gone) -> Result<qsizetype> {
            if (!gone)
                return tl::unexpected<Error>(gone.error());
            for (const KeyId &id : *gone)
                context.keyring.remove(id);
            return gone->size();
        });
}

}

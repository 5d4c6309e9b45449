// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/keychange.h"

#include "service/admin/keyroutes.h"
#include "service/admin/keyview.h"
#include "service/store/keystore.h"
#include "service/telemetry/log.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

QFuture<QList<KeyOverview>> overviewsOf(AdminContext &context, QObject *owner,
                                        const QList<KeyEntryPointer> &entries)
{
    const Timestamp now = context.clock.now();
    QList<KeyId> ids;
    for (const KeyEntryPointer &entry : entries)
        ids.append(entry->key.id);
    return context
        .soonHistory([ids, now, zone = context.keyring.timeZone()](Database &database) {
            return usagestore::lastDays(database, ids, now, zone);
        })
        .then(owner, [entries, now](const Result<QHash<KeyId, QList<qint64>>> &days) {
            if (!days)
                logLine(lcAdmin(), LogLevel::Warning, u"The last days of keys cannot be read"_s,
                        {{u"error"_s, days.error().message}, {u"detail"_s, days.error().detail}});
            QList<KeyOverview> overviews;
            for (const KeyEntryPointer &entry : entries)
                overviews.append(
                    overviewOf(*entry, now, days ? days->value(entry->key.id) : QList<qint64>()));
            return overviews;
        });
}

static RouteFuture answerWith(AdminContext &context, QObject *owner, const AdminCall &call, const KeyId &id,
                              const KeyChangeStep &step, const QString &secret)
{
    const KeyEntryPointer entry = context.keyring.byId(id);
    if (!entry) // purged while the store was at work
        return finished(
            refused(ErrorCode::NotFound,
                    message(call.language, QT_TRANSLATE_NOOP("service", "There is no such key."))));
    return overviewsOf(context, owner, {entry})
        .then(owner, [step, secret](const QList<KeyOverview> &overviews) -> RouteResult {
            QJsonObject body = keyJson(overviews.first());
            for (auto it = step.answer.begin(); it != step.answer.end(); ++it)
                body[it.key()] = it.value();
            body[u"success"_s] = true;
            if (!secret.isEmpty())
                body[u"key"_s] = secret;
            return jsonAnswer(body);
        });
}

static RouteFuture conflict(AdminContext &context, QObject *owner, const AdminCall &call,
                            const KeyEntryPointer &entry)
{
    return overviewsOf(context, owner, {entry})
        .then(owner, [language = call.language](const QList<KeyOverview> &overviews) -> RouteResult {
            const QString text =
                message(language,
                        QT_TRANSLATE_NOOP("service", "version: somebody changed this key meanwhile; "
                                                     "it has version %1 now. Look at “current” and "
                                                     "try again with its version."),
                        {QString::number(overviews.first().key.version)});
            return tl::unexpected<RouteFault>(
                RouteFault(Error{ErrorCode::VersionConflict, text, {}, u"version"_s},
                           {{u"current"_s, keyJson(overviews.first())}}));
        });
}

static RouteFuture attempt(AdminContext &context, QObject *owner, const AdminCall &call,
                           const KeyChangeStep &step, const KeyId &id, int triesLeft)
{
    const KeyEntryPointer entry = context.keyring.byId(id);
    if (!entry)
        return finished(
            refused(ErrorCode::NotFound,
                    message(call.language, QT_TRANSLATE_NOOP("service", "There is no such key."))));
    if (step.version && *step.version != entry->key.version)
        return conflict(context, owner, call, entry);
    if (entry->key.deletedAt && !step.deletedToo) {
        return finished(
            refused(ErrorCode::InvalidField,
                    message(call.language,
                            QT_TRANSLATE_NOOP("service", "This key is deleted. Restore it first, with POST "
                                                         "/admin/keys/%1/restore."),
                            {id.value})));
    }
    KeyDraft draft{entry->key, entry->secretHash, {}};
    if (const Done done = step.change(draft); !done)
        return finished(refused(done.error()));
    if (draft.key == entry->key && draft.secretHash == entry->secretHash)
        return answerWith(context, owner, call, id, step, {});

    const qint64 expected = entry->key.version;
    draft.key.version = expected + 1;
    draft.key.updatedAt = context.clock.now();
    const Keyring::StoredKey stored{draft.key, draft.secretHash, {}, {}};
    return context.writer
        .run([stored, expected, action = step.action, actor = call.actor](Database &database) {
            return keystore::replace(database, stored, expected, action, actor);
        })
        .then(owner,
              [&context, owner, call, step, stored, triesLeft,
               secret = draft.secret](const Done &done) -> RouteFuture {
                  const KeyId &id = stored.key.id;
                  if (done) {
                      context.keyring.put({stored});
                      return answerWith(context, owner, call, id, step, secret);
                  }
                  if (done.error().code != ErrorCode::VersionConflict)
                      return finished(refused(done.error()));
                  // Somebody was faster, and the keyring holds their version by now.
                  const KeyEntryPointer current = context.keyring.byId(id);
                  if (current && (step.version || triesLeft == 0))
                      return conflict(context, owner, call, current);
                  return attempt(context, owner, call, step, id, triesLeft - 1);
              })
        .unwrap();
}

RouteFuture changeKey(AdminContext &context, QObject *owner, const AdminCall &call, const KeyChangeStep &step)
{
    const KeyEntryPointer entry = findKey(context.keyring, call.parameters.value(0));
    return attempt(context, owner, call, step, entry ? entry->key.id : KeyId(), 3);
}

}

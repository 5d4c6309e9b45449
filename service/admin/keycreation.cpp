// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/keycreation.h"

#include "service/admin/keyview.h"
#include "service/admin/templateroutes.h"
#include "service/store/keystore.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace quota::service
{

// What the template gives and the wish does not.
static void takeTemplate(const KeyTemplate &taken, Timestamp now, NewKey &wanted)
{
    if (!wanted.followsTemplate) {
        wanted.templateName.clear();
        wanted.limits = taken.limits;
        if (!wanted.concurrency)
            wanted.concurrency = taken.concurrency;
    }
    if (wanted.models.isEmpty())
        wanted.models = taken.models;
    if (!wanted.expiresAt && taken.days)
        wanted.expiresAt = now + std::chrono::days(*taken.days);
}

static QList<Keyring::StoredKey> makeKeys(const AdminContext &context, const NewKey &wanted,
                                          QStringList &secrets)
{
    const Timestamp now = context.clock.now();
    QList<Keyring::StoredKey> keys;
    for (int number = 1; number <= wanted.count; ++number) {
        ApiKey key;
        key.id = makeKeyId();
        key.label = wanted.label;
        if (wanted.count > 1 && !wanted.label.isEmpty())
            key.label += u' ' + QString::number(number);
        key.prefix = wanted.prefix.value_or(context.config.keyPrefix);
        key.inheritsLimits = !wanted.limits;
        key.templateName = wanted.templateName;
        key.limits = wanted.limits.value_or(QList<Limit>());
        key.concurrency = wanted.concurrency;
        key.models = wanted.models;
        key.expiresAt = wanted.expiresAt;
        key.createdAt = now;
        key.updatedAt = now;
        const QString secret = makeSecret(key.prefix);
        key.tail = secret.right(4);
        secrets.append(secret);
        keys.append({key, hashSecret(secret.toUtf8()), {}, {}});
    }
    return keys;
}

static RouteFuture answerCreated(const AdminContext &context, const QList<Keyring::StoredKey> &keys,
                                 const QStringList &secrets)
{
    QJsonArray rows;
    for (qsizetype i = 0; i < keys.size(); ++i) {
        const KeyEntryPointer entry = context.keyring.byId(keys[i].key.id);
        QJsonObject row = keyJson(overviewOf(*entry, context.clock.now(), QList<qint64>(7, 0)));
        row[u"key"_s] = secrets[i];
        rows.append(row);
    }
    // One key stands at the top as well, where the clients of the replaced system look for it.
    QJsonObject body = rows.size() == 1 ? rows.first().toObject() : QJsonObject();
    const ApiKey &first = keys.first().key;
    body[u"success"_s] = true;
    body[u"count"_s] = rows.size();
    body[u"keys"_s] = rows;
    body[u"summary"_s] = QJsonObject{{u"total"_s, rows.size()},
                                     {u"label"_s, first.label},
                                     {u"prefix"_s, first.prefix},
                                     {u"created_at"_s, toIso(first.createdAt)}};
    return finished(jsonAnswer(body));
}

RouteFuture createKeys(AdminContext &context, QObject *owner, const AdminCall &call)
{
    const auto body = bodyOf(call);
    if (!body)
        return finished(refused(body.error()));
    auto wanted = newKeyFromJson(*body, context.clock.now());
    if (!wanted)
        return finished(refused(wanted.error()));
    if (!wanted->templateName.isEmpty()) {
        const auto taken = findTemplate(context.keyring, wanted->templateName, call.language);
        if (!taken)
            return finished(refused(taken.error()));
        takeTemplate(*taken, context.clock.now(), *wanted);
    }
    QStringList secrets;
    const auto keys = makeKeys(context, *wanted, secrets);
    return context.writer
        .run([keys, actor = call.actor](Database &database) {
            return keystore::insert(database, keys, actor);
        })
        .then(owner,
              [&context, keys, secrets](const Done &done) -> RouteFuture {
                  if (!done)
                      return finished(refused(done.error()));
                  context.keyring.put(keys);
                  return answerCreated(context, keys, secrets);
              })
        .unwrap();
}

}

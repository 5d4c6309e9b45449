// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/usageroutes.h"

#include "service/access/providerlist.h"
#include "service/admin/keyroutes.h"
#include "service/admin/usagequery.h"
#include "service/store/leasestore.h"
#include "shared/adminpaths.h"

#include <QDateTime>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace quota::service
{

namespace
{

struct Books
{
    UsageReport report;
    usagestore::KeyDays items;
};

class UsageRoutes
{
public:
    UsageRoutes(AdminContext &context, QObject *owner)
        : m_context(context)
        , m_owner(owner)
    {}

    RouteFuture report(const AdminCall &call) const;
    RouteFuture reset(const AdminCall &call) const;

private:
    Result<KeyId> keyAskedFor(const AdminCall &call) const;
    QString labelOf(UsageGroup group, const QString &id, Language language) const;
    QJsonObject bodyOfBooks(Books books, const UsageRequest &request, Language language) const;
    Result<QList<KeyEntryPointer>> keysToReset(const AdminCall &call, const QJsonObject &body) const;

    AdminContext &m_context;
    QObject *m_owner;
};

}

Result<KeyId> UsageRoutes::keyAskedFor(const AdminCall &call) const
{
    const QString asked = parameterOf(call, u"key"_s);
    const KeyEntryPointer entry = findKey(m_context.keyring, asked);
    if (call.role == Role::Holder) {
        const KeyEntryPointer own = m_context.keyring.bySecret(call.secret);
        if (!own || (!asked.isEmpty() && entry != own))
            return failure(
                ErrorCode::Forbidden,
                message(call.language, QT_TRANSLATE_NOOP("service", "A key may only see its own usage.")));
        return own->key.id;
    }
    if (entry || asked.isEmpty())
        return entry ? entry->key.id : KeyId();
    // The usage of a key outlives it under its id.
    if (asked.startsWith("key_"_L1) && asked.size() <= 40)
        return KeyId{asked};
    return failure(ErrorCode::NotFound,
                   message(call.language, QT_TRANSLATE_NOOP("service", "There is no such key.")));
}

// The series of a report join small groups; the items do not. Whole days, and not more than a quarter of them.
static Result<usagestore::KeyDays> itemsOf(Database &database, const UsageRequest &request)
{
    constexpr int maximumDays = 92;
    UsageQuery query = request.query;
    const QDate last = dateAt(query.to - 1ms, request.zone);
    const QDate first = qMax(dateAt(query.from, request.zone), last.addDays(1 - maximumDays));
    query.from = startOfDay(first, request.zone);
    query.to = startOfDay(last.addDays(1), request.zone);
    return usagestore::keyDays(database, query, request.itemLimit);
}

RouteFuture UsageRoutes::report(const AdminCall &call) const
{
    auto request = usageRequestOf(call, m_context.keyring.timeZone(), m_context.clock.now());
    if (!request)
        return finished(refused(request.error()));
    const auto key = keyAskedFor(call);
    if (!key)
        return finished(refused(key.error()));
    request->query.key = *key;

    return m_context
        .history([request = *request](Database &database) -> Result<Books> {
            auto report = usagestore::report(database, request.query);
            if (!report)
                return tl::unexpected<Error>(report.error());
            const auto unknown = leasestore::unknownUse(database, request.query);
            if (!unknown)
                return tl::unexpected<Error>(unknown.error());
            report->unknown = *unknown;
            auto items = itemsOf(database, request);
            if (!items)
                return tl::unexpected<Error>(items.error());
            return Books{*report, *items};
        })
        .then(
            m_owner,
            [*this, request = *request, language = call.language](const Result<Books> &books) -> RouteResult {
                if (!books)
                    return refused(books.error());
                return jsonAnswer(bodyOfBooks(*books, request, language));
            });
}

QString UsageRoutes::labelOf(UsageGroup group, const QString &id, Language language) const
{
    if (id == "other"_L1)
        return message(language, QT_TRANSLATE_NOOP("service", "Other"));
    if (group == UsageGroup::Key) {
        if (const KeyEntryPointer entry = m_context.keyring.byId(KeyId{id}))
            return entry->key.label.isEmpty() ? entry->key.preview() : entry->key.label;
    }
    if (group == UsageGroup::Provider) {
        const ProviderSnapshot providers = m_context.providers.snapshot();
        for (const ProviderPointer &provider : *providers) {
            if (provider->provider.id.value == id)
                return provider->provider.name;
        }
    }
    return id;
}

QJsonObject UsageRoutes::bodyOfBooks(Books books, const UsageRequest &request, Language language) const
{
    for (UsageSeries &series : books.report.series) {
        if (series.label.isEmpty() || series.label == series.group)
            series.label = labelOf(books.report.group, series.group, language);
    }
    QJsonArray items;
    for (const usagestore::KeyDay &item : std::as_const(books.items.days)) {
        items.append(QJsonObject{{u"key"_s, item.key.value},
                                 {u"label"_s, labelOf(UsageGroup::Key, item.key.value, language)},
                                 {u"day"_s, dateAt(item.start, request.zone).toString(Qt::ISODate)},
                                 {u"req_count"_s, item.requests},
                                 {u"requests"_s, item.requests}});
    }
    QJsonObject body = toJson(books.report);
    body[u"success"_s] = true;
    body[u"mode"_s] = m_context.config.memoryMode ? u"memory"_s : u"sqlite"_s;
    body[u"items"_s] = items;
    body[u"total"_s] = books.items.total;
    body[u"limit"_s] = request.itemLimit;
    return body;
}

// The key by body or query, under the names that clients have used for it; or all of them, said twice.
Result<QList<KeyEntryPointer>> UsageRoutes::keysToReset(const AdminCall &call, const QJsonObject &body) const
{
    JsonReader reader(body);
    QString key = parameterOf(call, u"key"_s);
    for (const QLatin1StringView name : {"key"_L1, "id"_L1, "trial_key"_L1}) {
        const QString given = reader.string(name, {});
        if (!given.isEmpty() && !key.isEmpty() && given != key)
            reader.fail(name,
                        message(call.language,
                                QT_TRANSLATE_NOOP("service", "two different keys are given; keep one.")));
        if (!given.isEmpty())
            key = given;
    }
    const bool all =
        reader.boolean("all"_L1, false) || key == "all"_L1 || parameterOf(call, u"all"_s) == "true"_L1;
    QString confirmation = parameterOf(call, u"confirm"_s);
    if (reader.has("confirm"_L1))
        confirmation = reader.string("confirm"_L1);
    reader.ignore("confirm"_L1);
    if (reader.boolean("reset_logs"_L1, false))
        reader.fail("reset_logs"_L1,
                    message(call.language,
                            QT_TRANSLATE_NOOP("service", "the books are never erased; leave it out.")));
    QString day = parameterOf(call, u"day"_s);
    day = reader.string("day"_L1, day);
    const QString today = dateAt(m_context.clock.now(), m_context.keyring.timeZone()).toString(Qt::ISODate);
    if (!day.isEmpty() && day != today)
        reader.fail("day"_L1,
                    message(call.language,
                            QT_TRANSLATE_NOOP("service", "only what counts now can be reset, and “%1” is "
                                                         "over; leave it out."),
                            {day.left(40)}));
    if (const Done done = reader.finish(true); !done)
        return tl::unexpected<Error>(done.error());

    if (all) {
        if (confirmation != "all"_L1)
            return invalidField(
                u"confirm"_s,
                message(call.language,
                        QT_TRANSLATE_NOOP("service", "confirm: the counters of all keys would begin "
                                                     "anew; say so with \"confirm\": \"all\".")));
        return m_context.keyring.all();
    }
    if (key.isEmpty())
        return invalidField(
            u"key"_s,
            message(call.language, QT_TRANSLATE_NOOP("service", "key: say which key, by its id, or “all” "
                                                                "with \"confirm\": \"all\".")));
    const KeyEntryPointer entry = findKey(m_context.keyring, key);
    if (!entry)
        return failure(ErrorCode::NotFound,
                       message(call.language, QT_TRANSLATE_NOOP("service", "There is no such key.")));
    return QList<KeyEntryPointer>{entry};
}

RouteFuture UsageRoutes::reset(const AdminCall &call) const
{
    const auto body = bodyOf(call);
    if (!body)
        return finished(refused(body.error()));
    const auto keys = keysToReset(call, *body);
    if (!keys)
        return finished(refused(keys.error()));
    const Timestamp now = m_context.clock.now();
    QHash<KeyId, QList<WindowCounter>> counters;
    for (const KeyEntryPointer &entry : *keys)
        counters.insert(entry->key.id, entry->account->counters(now));
    return m_context.writer
        .run([counters, now, actor = call.actor](Database &database) {
            return usagestore::reset(database, counters, now, actor);
        })
        .then(m_owner, [keys = *keys, &clock = m_context.clock](const Done &done) -> RouteResult {
            if (!done)
                return refused(done.error());
            for (const KeyEntryPointer &entry : keys)
                entry->account->reset(clock.now());
            QJsonObject answer{
                {u"success"_s, true}, {u"ok"_s, true}, {u"reset"_s, true}, {u"keys"_s, keys.size()}};
            if (keys.size() == 1)
                answer[u"key"_s] = keys.first()->key.id.value;
            return jsonAnswer(answer);
        });
}

QList<Route> usageRoutes(AdminContext &context, QObject *owner)
{
    const UsageRoutes usage(context, owner);
    const auto reset = [usage](const AdminCall &call) { return usage.reset(call); };
    const QStringList resetNames{u"key"_s, u"all"_s, u"confirm"_s, u"day"_s};
    return {
        {"GET",
         paths::usage.latin1(),
         Access::OperatorOrHolder,
         {u"from"_s, u"to"_s, u"key"_s, u"model"_s, u"bucket"_s, u"group"_s, u"tz"_s, u"day"_s, u"days"_s,
          u"limit"_s, u"top"_s},
         [usage](const AdminCall &call) { return usage.report(call); }},
        {"POST", paths::usageReset.latin1(), Access::Operator, resetNames, reset},
        {"POST", "/admin/reset-usage", Access::Operator, resetNames, reset},
    };
}

}

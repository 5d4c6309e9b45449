// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/providerroutes.h"

#include "service/access/providerlist.h"
#include "service/settings/values.h"
#include "shared/adminpaths.h"
#include "shared/proxyurl.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

class ProviderRoutes
{
public:
    ProviderRoutes(AdminContext &context, QObject *owner)
        : m_context(context)
        , m_owner(owner)
    {}

    RouteFuture list(const AdminCall &call) const;
    RouteFuture create(const AdminCall &call) const;
    RouteFuture read(const AdminCall &call) const;
    RouteFuture update(const AdminCall &call) const;
    RouteFuture remove(const AdminCall &call) const;
    RouteFuture test(const AdminCall &call) const;

private:
    using Write = std::function<Done(Database &)>;
    tl::expected<ProviderPointer, RouteFault> find(const AdminCall &call) const;
    tl::expected<ProviderPointer, RouteFault> findEditable(const AdminCall &call) const;
    Result<ProviderChange> changeOf(const AdminCall &call) const;
    RouteFuture store(const AdminCall &call, const ProviderId &id, const Write &write) const;
    tl::unexpected<RouteFault> conflict(const AdminCall &call, const ProviderId &id) const;

    AdminContext &m_context;
    QObject *m_owner;
};

}

static QJsonObject providerJson(const Provider &provider)
{
    QJsonObject object = toJson(provider);
    object[u"success"_s] = true;
    return object;
}

tl::expected<ProviderPointer, RouteFault> ProviderRoutes::find(const AdminCall &call) const
{
    const ProviderSnapshot providers = m_context.providers.snapshot();
    for (const ProviderPointer &provider : *providers) {
        if (provider->provider.id.value == call.parameters.value(0))
            return provider;
    }
    return refused(ErrorCode::NotFound,
                   message(call.language, QT_TRANSLATE_NOOP("service", "There is no such provider.")));
}

tl::expected<ProviderPointer, RouteFault> ProviderRoutes::findEditable(const AdminCall &call) const
{
    auto provider = find(call);
    if (!provider)
        return provider;
    switch ((*provider)->provider.source) {
    case ProviderSource::Store:
        break;
    case ProviderSource::Settings:
        return refused(
            ErrorCode::InvalidField,
            message(call.language, QT_TRANSLATE_NOOP("service", "This provider comes from the settings. "
                                                                "Change DEEPSEEK_BASE_URL and "
                                                                "DEEPSEEK_API_KEY and start the service "
                                                                "anew, or add a provider of its own.")));
    case ProviderSource::Demo:
        return refused(
            ErrorCode::InvalidField,
            message(call.language, QT_TRANSLATE_NOOP("service", "The demo is built in and answers only "
                                                                "while there is no other provider. Add "
                                                                "one and it is gone.")));
    }
    return provider;
}

static void setProxy(StoredProvider &stored, const std::optional<QUrl> &proxy)
{
    stored.proxy = proxy;
    stored.proxyFault.clear();
    stored.provider.proxy = proxy ? std::optional(maskProxyUrl(*proxy)) : std::nullopt;
}

Result<ProviderChange> ProviderRoutes::changeOf(const AdminCall &call) const
{
    const auto body = bodyOf(call);
    if (!body)
        return tl::unexpected<Error>(body.error());
    auto change = providerChangeFromJson(*body);
    if (change && change->baseUrl) {
        const auto url = readBaseUrl(change->baseUrl->toString(QUrl::FullyEncoded));
        if (!url)
            return invalidField(u"base_url"_s, u"base_url: "_s + url.error().in(call.language));
    }
    if (change && change->privateCa.value_or(false) && m_context.config.upstreamAuthorities.isEmpty()) {
        return invalidField(
            u"private_ca"_s,
            message(call.language,
                    QT_TRANSLATE_NOOP(
                        "service",
                        "private_ca: there is no private authority that could vouch for it; name a file "
                        "with their certificates in UPSTREAM_CA_FILE and start the service anew.")));
    }
    return change;
}

tl::unexpected<RouteFault> ProviderRoutes::conflict(const AdminCall &call, const ProviderId &id) const
{
    QJsonObject extra;
    const ProviderSnapshot providers = m_context.providers.snapshot();
    for (const ProviderPointer &provider : *providers) {
        if (provider->provider.id == id)
            extra[u"current"_s] = toJson(provider->provider);
    }
    const QString text = message(
        call.language, QT_TRANSLATE_NOOP("service", "version: somebody changed this provider meanwhile. Look "
                                                    "at “current” and try again with its version."));
    return tl::unexpected<RouteFault>(
        RouteFault(Error{ErrorCode::VersionConflict, text, {}, u"version"_s}, extra));
}

// Writes, reads all back, and swaps what the lanes see.
RouteFuture ProviderRoutes::store(const AdminCall &call, const ProviderId &id, const Write &write) const
{
    const SealKey &seal = m_context.sealKey;
    return m_context.writer
        .run([write, &seal](Database &database) -> Result<QList<StoredProvider>> {
            if (const Done done = write(database); !done)
                return tl::unexpected<Error>(done.error());
            return providerstore::loadAll(database, seal);
        })
        .then(m_owner, [*this, call, id](const Result<QList<StoredProvider>> &stored) -> RouteResult {
            if (!stored)
                return stored.error().code == ErrorCode::VersionConflict ? conflict(call, id)
                                                                         : refused(stored.error());
            m_context.providers.replaceStored(*stored);
            for (const StoredProvider &one : *stored) {
                if (one.provider.id == id)
                    return jsonAnswer(providerJson(one.provider));
            }
            return jsonAnswer({{u"success"_s, true}, {u"deleted"_s, true}, {u"id"_s, id.value}});
        });
}

RouteFuture ProviderRoutes::list(const AdminCall &) const
{
    QJsonArray rows;
    const ProviderSnapshot providers = m_context.providers.snapshot();
    for (const ProviderPointer &provider : *providers)
        rows.append(toJson(provider->provider));
    return finished(jsonAnswer({{u"success"_s, true},
                                {u"count"_s, rows.size()},
                                {u"total"_s, rows.size()},
                                {u"demo"_s, m_context.providers.demo()},
                                {u"providers"_s, rows}}));
}

RouteFuture ProviderRoutes::create(const AdminCall &call) const
{
    const auto change = changeOf(call);
    if (!change)
        return finished(refused(change.error()));
    const auto missing = [&](const QString &field) {
        return finished(refusedField(
            field, message(call.language, QT_TRANSLATE_NOOP("service", "a new provider needs it."))));
    };
    if (!change->name)
        return missing(u"name"_s);
    if (!change->baseUrl)
        return missing(u"base_url"_s);
    StoredProvider stored;
    stored.secret = change->secret.value_or(QString()).toLatin1();
    Provider &provider = stored.provider;
    provider.id = ProviderId{u"prv_"_s + makeKeyId().value.sliced(4)};
    provider.name = *change->name;
    provider.baseUrl = *change->baseUrl;
    provider.secretMask = maskSecret(stored.secret);
    provider.models = change->models.value_or(QStringList());
    provider.enabled = change->enabled.value_or(true);
    provider.privateCa = change->privateCa.value_or(false);
    setProxy(stored, change->proxy.value_or(std::nullopt));
    provider.createdAt = m_context.clock.now();
    provider.updatedAt = provider.createdAt;
    return store(call, provider.id,
                 [stored, actor = call.actor, &seal = m_context.sealKey](Database &database) {
                     return providerstore::insert(database, stored, seal, actor);
                 });
}

RouteFuture ProviderRoutes::read(const AdminCall &call) const
{
    const auto provider = find(call);
    if (!provider)
        return finished(tl::unexpected<RouteFault>(provider.error()));
    return finished(jsonAnswer(providerJson((*provider)->provider)));
}

RouteFuture ProviderRoutes::update(const AdminCall &call) const
{
    const auto found = findEditable(call);
    if (!found)
        return finished(tl::unexpected<RouteFault>(found.error()));
    const auto change = changeOf(call);
    if (!change)
        return finished(refused(change.error()));
    StoredProvider stored = **found;
    Provider &provider = stored.provider;
    const qint64 expected = provider.version;
    if (change->version && *change->version != expected)
        return finished(conflict(call, provider.id));
    if (change->name)
        provider.name = *change->name;
    if (change->baseUrl)
        provider.baseUrl = *change->baseUrl;
    if (change->secret) {
        stored.secret = change->secret->toLatin1();
        stored.secretFault.clear();
        provider.secretMask = maskSecret(stored.secret);
    }
    if (change->models)
        provider.models = *change->models;
    if (change->enabled)
        provider.enabled = *change->enabled;
    if (change->privateCa)
        provider.privateCa = *change->privateCa;
    if (change->proxy)
        setProxy(stored, *change->proxy);
    provider.version = expected + 1;
    provider.updatedAt = m_context.clock.now();
    return store(call, provider.id,
                 [stored, expected, actor = call.actor, &seal = m_context.sealKey](Database &database) {
                     return providerstore::replace(database, stored, expected, seal, actor);
                 });
}

RouteFuture ProviderRoutes::remove(const AdminCall &call) const
{
    const auto found = findEditable(call);
    if (!found)
        return finished(tl::unexpected<RouteFault>(found.error()));
    const ProviderId id = (*found)->provider.id;
    return store(call, id, [id, actor = call.actor](Database &database) {
        return providerstore::remove(database, id, actor);
    });
}

RouteFuture ProviderRoutes::test(const AdminCall &call) const
{
    const auto found = find(call);
    if (!found)
        return finished(tl::unexpected<RouteFault>(found.error()));
    return m_context.testProvider(**found).then(m_owner, [](const ProviderTest &test) -> RouteResult {
        QJsonObject body = toJson(test);
        body[u"success"_s] = true;
        return jsonAnswer(body);
    });
}

QList<Route> providerRoutes(AdminContext &context, QObject *owner)
{
    const ProviderRoutes providers(context, owner);
    const auto does = [providers](RouteFuture (ProviderRoutes::*handler)(const AdminCall &) const) {
        return [providers, handler](const AdminCall &call) { return (providers.*handler)(call); };
    };
    const QByteArray all = paths::providers.latin1();
    const QByteArray one = all + "/{provider}";
    return {
        {"GET", all, Access::Operator, {}, does(&ProviderRoutes::list)},
        {"POST", all, Access::Operator, {}, does(&ProviderRoutes::create)},
        {"GET", one, Access::Operator, {}, does(&ProviderRoutes::read)},
        {"PATCH", one, Access::Operator, {}, does(&ProviderRoutes::update)},
        {"PUT", one, Access::Operator, {}, does(&ProviderRoutes::update)},
        {"DELETE", one, Access::Operator, {}, does(&ProviderRoutes::remove)},
        {"POST", one + "/test", Access::Operator, {}, does(&ProviderRoutes::test)},
    };
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/modelscall.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr QByteArrayView listPath{"/v1/models"};

ModelsCall::ModelsCall(Exchange &exchange, ProxyResources &resources, ModelCache &cache)
    : m_exchange(exchange)
    , m_resources(resources)
    , m_cache(cache)
    , m_language(languageFromHeader(exchange.request().headers.value("Accept-Language")))
{}

void ModelsCall::start()
{
    const QByteArray secret = credentialOf(m_exchange.request());
    if (secret.isEmpty())
        return refuse(HolderFault::MissingKey);
    m_key = m_resources.keys.find(secret);
    if (const auto fault = keyFault(m_key, m_resources.clock.now()))
        return refuse(*fault);
    m_providers = m_resources.providers.current();
    ++m_waiting; // until all are asked
    for (const ProviderPointer &provider : *m_providers) {
        if (provider->serves() && provider->provider.models.isEmpty())
            ask(provider);
    }
    if (--m_waiting == 0)
        answer();
}

void ModelsCall::ask(const ProviderPointer &provider)
{
    const auto known = m_cache.byProvider.find(provider->provider.id);
    if (known != m_cache.byProvider.end() && known->second.freshUntil > std::chrono::steady_clock::now())
        return;
    const QUrl &base = provider->provider.baseUrl;
    const qint64 nowSeconds = toMilliseconds(m_resources.clock.now()) / 1000;
    HttpRequest plain;
    Asked &asked = *m_asked.emplace_back(std::make_unique<Asked>(*this, provider));
    asked.call = startCall(m_resources.client, *provider,
                           {"GET",
                            base,
                            upstreamTarget(base, listPath.toByteArray()),
                            upstreamHeaders(plain, provider->secret),
                            {}},
                           nowSeconds);
    ++m_waiting;
    asked.call->setListener(&asked);
}

void ModelsCall::Asked::onData(const QByteArray &bytes)
{
    body += bytes;
    if (body.size() > ModelCache::maximumListBytes)
        asker.heard(*this, false);
}

void ModelsCall::heard(Asked &asked, bool whole)
{
    const int status = asked.call->status();
    asked.call.reset();
    if (whole && status == 200) {
        const QJsonArray models = QJsonDocument::fromJson(asked.body).object().value(u"data"_s).toArray();
        m_cache.byProvider[asked.provider->provider.id] = {models, std::chrono::steady_clock::now() +
                                                                       ModelCache::keptFor};
    } else {
        m_anyFailed = true;
    }
    if (--m_waiting == 0)
        answer();
}

void ModelsCall::answer()
{
    QJsonArray models;
    QSet<QString> seen;
    const auto add = [&](const QJsonObject &model) {
        const QString id = model.value(u"id"_s).toString();
        const QStringList &allowed = m_key->key.models;
        if (!id.isEmpty() && !seen.contains(id) && (allowed.isEmpty() || allowed.contains(id))) {
            seen.insert(id);
            models.append(model);
        }
    };
    for (const ProviderPointer &provider : *m_providers) {
        if (!provider->serves())
            continue;
        for (const QString &id : provider->provider.models) {
            add({{u"id"_s, id},
                 {u"object"_s, u"model"_s},
                 {u"created"_s, toMilliseconds(provider->provider.createdAt) / 1000},
                 {u"owned_by"_s, provider->provider.name}});
        }
        const auto known = m_cache.byProvider.find(provider->provider.id);
        if (provider->provider.models.isEmpty() && known != m_cache.byProvider.end()) {
            for (const QJsonValue &model : known->second.models)
                add(model.toObject());
        }
    }
    // A list that is kept is better than none; none at all is the upstream's failure, not an empty choice.
    if (models.isEmpty() && m_anyFailed)
        return refuse(HolderFault::UpstreamUnreachable);

    const QByteArrayView path = m_exchange.request().path();
    QJsonObject body{{u"object"_s, u"list"_s}, {u"data"_s, models}};
    if (path.size() > listPath.size() + 1) {
        const QString wanted = QString::fromUtf8(
            QByteArray::fromPercentEncoding(path.sliced(listPath.size() + 1).toByteArray()));
        const auto found = std::find_if(models.begin(), models.end(), [&](const QJsonValue &model) {
            return model.toObject().value(u"id"_s).toString() == wanted;
        });
        if (found == models.end())
            return refuse(HolderFault::ModelNotFound, wanted);
        body = found->toObject();
    }
    HttpAnswer answer;
    answer.headers.append("Content-Type", "application/json");
    addLimits(answer);
    answer.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    m_exchange.answer(answer);
}

void ModelsCall::refuse(HolderFault fault, const QString &subject)
{
    HttpAnswer answer = holderError(fault, m_language, subject);
    if (m_key && m_key->account)
        addLimits(answer);
    m_exchange.answer(answer);
}

void ModelsCall::addLimits(HttpAnswer &answer) const
{
    const Timestamp now = m_resources.clock.now();
    answer.headers.append(rateLimitHeaders(m_key->statusAt(now), now));
}

}

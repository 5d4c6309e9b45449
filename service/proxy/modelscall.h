// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/holdererror.h"
#include "service/http/exchange.h"
#include "service/proxy/resources.h"
#include "service/proxy/upstream.h"

#include <QJsonArray>

#include <map>

// GET /v1/models and /v1/models/{id}: the models of every enabled provider (its configured list, else asked live
// and kept for a minute), without those that the key may not use. Never counted against a limit.
namespace quota::service
{

struct ModelCache // one per lane
{
    struct Entry
    {
        QJsonArray models;
        std::chrono::steady_clock::time_point freshUntil;
    };
    std::map<ProviderId, Entry> byProvider;
    static constexpr std::chrono::seconds keptFor{60};
    static constexpr qsizetype maximumListBytes = 4 * 1024 * 1024;
};

class ModelsCall : public ExchangeHandler
{
public:
    ModelsCall(Exchange &exchange, ProxyResources &resources, ModelCache &cache);

    void start();

private:
    struct Asked final : UpstreamListener
    {
        Asked(ModelsCall &asker, ProviderPointer provider)
            : asker(asker)
            , provider(std::move(provider))
        {}
        void onData(const QByteArray &bytes) override;
        void onFinished() override { asker.heard(*this, true); }
        void onFailed(const Error &) override { asker.heard(*this, false); }

        ModelsCall &asker;
        const ProviderPointer provider;
        std::unique_ptr<UpstreamCall> call;
        QByteArray body;
    };
    void ask(const ProviderPointer &provider);
    void heard(Asked &asked, bool whole);
    void answer();
    void refuse(HolderFault fault, const QString &subject = {});
    void addLimits(HttpAnswer &answer) const;

    Exchange &m_exchange;
    ProxyResources &m_resources;
    ModelCache &m_cache;
    const Language m_language;
    KeyEntryPointer m_key;
    ProviderSnapshot m_providers;
    std::vector<std::unique_ptr<Asked>> m_asked;
    int m_waiting = 0;
    bool m_anyFailed = false;
};

}

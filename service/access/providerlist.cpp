// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/providerlist.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::service
{

static ProviderPointer demoProvider()
{
    StoredProvider demo;
    demo.provider.id = {u"demo"_s};
    demo.provider.name = u"Demo (built in)"_s;
    demo.provider.source = ProviderSource::Demo;
    return std::make_shared<const StoredProvider>(demo);
}

ProviderList::ProviderList(StoredProvider fromSettings)
    : m_fromSettings(std::move(fromSettings))
{
    replaceStored({});
}

void ProviderList::replaceStored(const QList<StoredProvider> &stored)
{
    auto next = std::make_shared<QList<ProviderPointer>>();
    for (const StoredProvider &provider : stored)
        next->append(std::make_shared<const StoredProvider>(provider));
    if (!m_fromSettings.provider.id.isEmpty())
        next->append(std::make_shared<const StoredProvider>(m_fromSettings));
    const bool anyEnabled = std::any_of(next->begin(), next->end(), [](const ProviderPointer &provider) {
        return provider->provider.enabled;
    });
    if (!anyEnabled)
        next->append(demoProvider());
    const std::lock_guard lock(m_mutex);
    m_snapshot = std::move(next);
}

ProviderSnapshot ProviderList::snapshot() const
{
    const std::lock_guard lock(m_mutex);
    return m_snapshot;
}

bool ProviderList::demo() const
{
    const ProviderSnapshot providers = snapshot();
    return !providers->isEmpty() && providers->constLast()->provider.source == ProviderSource::Demo;
}

ProviderPointer ProviderList::forModel(const QList<ProviderPointer> &providers, const QString &model)
{
    ProviderPointer servesAny;
    for (const ProviderPointer &provider : providers) {
        if (!provider->provider.enabled)
            continue;
        if (provider->provider.models.contains(model))
            return provider;
        if (!servesAny && provider->provider.models.isEmpty())
            servesAny = provider;
    }
    return servesAny;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/providerlist.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::service
{

static ProviderPointer makeDemo()
{
    StoredProvider demo;
    demo.provider.id = ProviderId{u"demo"_s};
    demo.provider.name = u"Demo (built in)"_s;
    demo.provider.source = ProviderSource::Demo;
    return std::make_shared<const StoredProvider>(demo);
}

ProviderList::ProviderList(StoredProvider fromSettings)
    : m_fromSettings(std::move(fromSettings))
{
    publish({});
}

void ProviderList::replaceStored(const QList<StoredProvider> &stored)
{
    publish(stored);
}

void ProviderList::publish(const QList<StoredProvider> &stored)
{
    auto next = std::make_shared<QList<ProviderPointer>>();
    for (const StoredProvider &one : stored)
        next->append(std::make_shared<const StoredProvider>(one));
    if (!m_fromSettings.provider.id.isEmpty())
        next->append(std::make_shared<const StoredProvider>(m_fromSettings));
    // Enabled, not serving: a secret that cannot be read must become an error, not a demo's answer.
    const bool anyEnabled =
        std::any_of(next->cbegin(), next->cend(), [](const auto &one) { return one->provider.enabled; });
    if (!anyEnabled)
        next->append(makeDemo());
    const std::lock_guard lock(m_mutex);
    m_snapshot = std::move(next);
    m_generation.fetch_add(1, std::memory_order_release);
}

ProviderSnapshot ProviderList::snapshot() const
{
    const std::lock_guard lock(m_mutex);
    return m_snapshot;
}

const ProviderSnapshot &ProviderView::current()
{
    if (m_list.m_generation.load(std::memory_order_acquire) != m_generation) {
        const std::lock_guard lock(m_list.m_mutex);
        m_snapshot = m_list.m_snapshot;
        m_generation = m_list.m_generation.load(std::memory_order_relaxed);
    }
    return m_snapshot;
}

bool ProviderList::demo() const
{
    // The demo is in the list only when it is in force, and then it is the last.
    return snapshot()->last()->provider.source == ProviderSource::Demo;
}

ProviderPointer ProviderList::forModel(const QList<ProviderPointer> &providers, const QString &model)
{
    ProviderPointer any;
    for (const ProviderPointer &one : providers) {
        if (!one->serves())
            continue;
        if (one->provider.models.contains(model))
            return one;
        if (!any && one->provider.models.isEmpty())
            any = one;
    }
    return any;
}

}

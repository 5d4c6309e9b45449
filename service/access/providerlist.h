// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/providerstore.h"

#include <atomic>
#include <memory>
#include <mutex>

// The providers in force, as an immutable snapshot that lanes read and the admin API swaps: those of the store
// in order of preference, then the one from the settings, or the demo when no other is enabled.
namespace quota::service
{

using ProviderPointer = std::shared_ptr<const StoredProvider>;
using ProviderSnapshot = std::shared_ptr<const QList<ProviderPointer>>;

class ProviderList
{
public:
    // fromSettings: empty id when the settings name none.
    explicit ProviderList(StoredProvider fromSettings);

    // Main thread: all providers of the store, in order of preference.
    void replaceStored(const QList<StoredProvider> &stored);
    // Any thread, takes a lock: all, disabled ones included; the demo only when no other is enabled.
    ProviderSnapshot snapshot() const;
    bool demo() const;

    // The first enabled provider that names the model, else the first enabled one that serves any model; null
    // when there is none. A provider whose secret cannot be read is passed over.
    static ProviderPointer forModel(const QList<ProviderPointer> &providers, const QString &model);

private:
    void publish(const QList<StoredProvider> &stored);

    friend class ProviderView;

    const StoredProvider m_fromSettings;
    mutable std::mutex m_mutex; // guards m_snapshot's replacement
    ProviderSnapshot m_snapshot;
    std::atomic<quint64> m_generation{0};
};

// One lane's window on the list; used by that lane's thread only. Costs one atomic load while nothing changes.
class ProviderView
{
public:
    explicit ProviderView(const ProviderList &list)
        : m_list(list)
    {}
    const ProviderSnapshot &current();

private:
    const ProviderList &m_list;
    quint64 m_generation = 0;
    ProviderSnapshot m_snapshot;
};

}

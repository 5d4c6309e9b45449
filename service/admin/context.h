// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/keyring.h"
#include "service/config.h"
#include "service/store/providerstore.h"
#include "service/store/storethread.h"
#include "service/telemetry/metrics.h"
#include "shared/clock.h"
#include "shared/provider.h"

#include <functional>

// What the admin routes work with; the service builds it and outlives them. All references belong to others.
namespace quota::service
{

class ProviderList;

struct AdminContext
{
    const Config &config;
    const Clock &clock;
    QByteArray adminToken;
    QString instance; // random id of the data directory
    Timestamp startedAt;
    Keyring &keyring;
    StoreThread &writer;
    StoreThread &reader; // the writer itself in memory mode
    ProviderList &providers;
    const SealKey &sealKey; // for the secrets of providers at rest
    const Metrics &metrics;
    int lanes = 1;
    // Asks an upstream in stages; a lane does the network part. The future finishes in the main thread.
    std::function<QFuture<ProviderTest>(const StoredProvider &)> testProvider;
};

}

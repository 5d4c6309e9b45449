// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/keyring.h"
#include "service/access/providerlist.h"
#include "service/config.h"
#include "service/http/client.h"
#include "service/proxy/laneinbox.h"
#include "service/store/requestshelf.h"
#include "service/store/storethread.h"
#include "service/telemetry/metrics.h"
#include "shared/clock.h"

// What every proxied request of a lane works with. The lane owns the view and the client; the rest is shared and
// outlives all lanes.
namespace quota::service
{

struct ProxyResources
{
    const Config &config;
    const Clock &clock;
    KeyringView &keys;
    ProviderView &providers;
    Client &client;
    StoreThread &writer;
    LaneMetrics &metrics;
    TimerWheel &wheel;
    std::shared_ptr<LaneInbox> inbox;
    QObject &leftCalls;            // the parent of those whose holder is gone; dies before the client
    RequestShelf *shelf = nullptr; // null: no request is to be explained later
};

}

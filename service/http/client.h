// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/clientoptions.h"
#include "service/http/timerwheel.h"
#include "service/http/upstreamcall.h"

#include <memory>

// An HTTP/1.1 client for one lane: connections to upstreams, kept and reused per origin and route, over TCP or TLS
// (always verified), directly or through an outbound proxy. No request that could be charged is ever sent twice:
// before a kept connection is used again it is asked whether the other side has closed it, and only what is safe is
// repeated when it closes then.
namespace quota::service
{

class Client : public QObject
{
    Q_OBJECT

public:
    Client(ClientOptions options, TimerWheel &wheel, QObject *parent = nullptr); // wheel outlives it
    ~Client() override;

    // The call belongs to the caller.
    std::unique_ptr<UpstreamCall> start(UpstreamRequest request);
    // The outbound proxy on the way to an upstream; empty: none.
    QUrl proxyFor(const QUrl &origin, const UpstreamRoute &route) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}

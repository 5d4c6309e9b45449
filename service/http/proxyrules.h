// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/upstreamcall.h"

#include <QStringList>

// Which outbound proxy, if any, leads to an upstream: its own setting if it has one, else HTTPS_PROXY, HTTP_PROXY,
// ALL_PROXY and NO_PROXY of the settings. Pure.
namespace quota::service
{

struct ProxyRules
{
    QUrl forHttp;       // HTTP_PROXY or ALL_PROXY; empty: none
    QUrl forHttps;      // HTTPS_PROXY or ALL_PROXY; empty: none
    QStringList direct; // NO_PROXY, split: hosts (with all below them), addresses, «*» for all

    // Empty: none. Loopback is reached directly unless the route itself names a proxy.
    QUrl proxyFor(const QUrl &origin, const UpstreamRoute &route) const;
};

// «a.example, .b.example *» apart; ports are not looked at.
QStringList splitNoProxy(const QString &text);

}

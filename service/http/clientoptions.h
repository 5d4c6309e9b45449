// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/proxyrules.h"
#include "service/http/resolver.h"

#include <QSslCertificate>

#include <chrono>

// All times, sizes and trust of the upstream client. The service fills it from the settings.
namespace quota::service
{

struct ClientOptions
{
    std::chrono::milliseconds connect{10'000};    // name, TCP, proxy and TLS together
    std::chrono::milliseconds firstByte{120'000}; // from the request's end to the head of the answer
    std::chrono::milliseconds idle{120'000};      // between two pieces of the answer, or of the body it takes
    std::chrono::milliseconds total{3'600'000};   // from the start to the end of the answer

    int keptPerOrigin = 64;                        // idle connections
    std::chrono::milliseconds keptIdle{60'000};    // how long one waits for its next request
    std::chrono::milliseconds maximumAge{300'000}; // none serves longer, so that names are looked up anew

    qsizetype maximumHead = 64 * 1024; // of an answer, in bytes
    qint64 maximumUnsent = 256 * 1024; // bytes of a body beyond which a call is congested()

    ProxyRules proxies;
    QList<QSslCertificate> privateAuthorities; // of UPSTREAM_CA_FILE
    Resolver resolve = systemResolver();
};

}

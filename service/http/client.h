// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/upstreamcall.h"

#include <QSslConfiguration>

#include <memory>

// An HTTP/1.1 client for one lane: connections to upstreams, kept and reused per origin, over TCP or TLS (always
// verified). No request is ever sent twice, so that no upstream can charge twice: before a kept connection is
// used again it is asked whether the other side has closed it.
namespace quota::service
{

class ClientConnection;

struct ClientTimeouts
{
    std::chrono::milliseconds connect{10'000};    // name, TCP and TLS together
    std::chrono::milliseconds firstByte{120'000}; // from the request's end to the head of the answer
    std::chrono::milliseconds idle{120'000};      // between two pieces of the answer
};

class Client : public QObject
{
    Q_OBJECT

public:
    explicit Client(ClientTimeouts timeouts, QObject *parent = nullptr);
    ~Client() override;

    // For upstreams whose certificate only a private authority vouches for.
    void setTlsConfiguration(const QSslConfiguration &configuration);

    // The call belongs to the caller.
    std::unique_ptr<UpstreamCall> start(UpstreamRequest request);

    static constexpr int maximumIdlePerOrigin = 64;

private:
    void keep(ClientConnection *connection);
    void closeStale();

    struct Private;
    std::unique_ptr<Private> d;
};

}

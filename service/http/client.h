// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/message.h"
#include "shared/result.h"

#include <QObject>
#include <QPointer>
#include <QUrl>

#include <chrono>
#include <memory>

// An HTTP/1.1 client for one lane: connections to upstreams, kept and reused per origin, over TCP or TLS (always
// verified). A request that was written is never sent twice, so that no upstream can charge twice, except on a
// reused connection that closed before a byte of the answer and before the origin can have taken it.
namespace quota::service
{

struct ClientTimeouts
{
    std::chrono::milliseconds connect{10'000};
    std::chrono::milliseconds firstByte{120'000};
    std::chrono::milliseconds idle{120'000};
};

struct UpstreamRequest
{
    QByteArray method;
    QUrl url;           // scheme, host, port, path, query
    HeaderList headers; // without framing and Host
    QByteArray body;
};

// One request under way. Deleting it cancels the request and closes its connection.
class UpstreamCall : public QObject
{
    Q_OBJECT

public:
    ~UpstreamCall() override;

    // Stops reading (the upstream is slowed by TCP) or goes on; what is already read is held.
    void pause();
    void resume();
    // Valid from head() on; hop-by-hop fields are gone.
    int status() const;
    const HeaderList &headers() const;
    qint64 contentLength() const; // -1 when not given

Q_SIGNALS:
    void head();
    void data(const QByteArray &bytes); // content, transfer coding removed
    void finished();                    // the answer is whole
    // Unreachable, TimedOut or Protocol; before or after head().
    void failed(const quota::Error &error);

private:
    friend class Client;
    friend class ClientConnection;
    UpstreamCall() = default;
    struct Private;
    std::unique_ptr<Private> d;
};

class Client : public QObject
{
    Q_OBJECT

public:
    explicit Client(ClientTimeouts timeouts, QObject *parent = nullptr);
    ~Client() override;

    // The call belongs to the caller; signals come from the event loop, never from inside start().
    std::unique_ptr<UpstreamCall> start(UpstreamRequest request);

    static constexpr int maximumIdlePerOrigin = 64;
    static constexpr std::chrono::seconds idleTime{60};
    static constexpr qsizetype maximumHeadBytes = 64 * 1024;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/message.h"
#include "shared/result.h"

#include <QUrl>

#include <optional>
#include <utility>

// One request to an upstream, from its start to onFinished() or onFailed(): over the network (Client) or to the
// built-in demo. Its owner deletes it when it likes, from inside what it is told too: that cancels what is under way,
// so that the upstream stops working on it. Everything happens in the lane's thread.
namespace quota::service
{

// How an upstream is reached and trusted; connections are shared only between requests that agree in it.
struct UpstreamRoute
{
    bool privateAuthority = false; // vouched for by the authorities of UPSTREAM_CA_FILE, and by no other
    std::optional<QUrl> proxy;     // http:// or socks5://; empty: none; not set: what the settings say

    bool operator==(const UpstreamRoute &) const = default;
};

struct UpstreamRequest
{
    static constexpr qint64 unknownLength = -1;

    QByteArray method;
    QUrl origin;        // scheme, host, port; the rest is not looked at
    QByteArray target;  // encoded path and query
    HeaderList headers; // without framing and Host
    QByteArray body;
    // Set: the body comes piece by piece through send(), that many bytes, or chunked when the length is not known.
    std::optional<qint64> streamedLength = {};
    UpstreamRoute route = {};
    bool fresh = false; // over a connection of its own, as a test of the way wants it
};

// Who hears what becomes of a call: from the event loop, never from inside the call that started it. Not by signals,
// whose connections cost more than the rest of a call.
class UpstreamListener
{
public:
    // The connection stands, TLS included; for a reused one told with the first byte of the answer.
    virtual void onConnected() {}
    virtual void onRequestDrained() {} // after congested(): send on
    virtual void onHead() {}
    // Content, transfer coding removed. The bytes may be the upstream side's memory: they are there during the call
    // only, and whoever keeps them copies them (append does; assigning does not).
    virtual void onData(const QByteArray &bytes) { Q_UNUSED(bytes) }
    virtual void onFinished() = 0; // the answer is whole
    // Unreachable, TimedOut or Protocol; before or after onHead(). Like onFinished() the last that is heard.
    virtual void onFailed(const Error &error) = 0;

protected:
    ~UpstreamListener() = default;
};

class UpstreamCall
{
public:
    Q_DISABLE_COPY_MOVE(UpstreamCall)
    virtual ~UpstreamCall() = default;

    // Null: nobody listens, until somebody does.
    void setListener(UpstreamListener *listener) { m_listener = listener; }

    // Stops reading, so that TCP slows the upstream, or goes on.
    virtual void pause() = 0;
    virtual void resume() = 0;

    // Of a request with streamedLength: the next bytes of its body, and its end. Bytes may be given before the
    // connection stands, and while the answer already comes. What comes after the upstream has refused (a status
    // from 300 on), answered whole, or failed, is dropped.
    virtual void send(const QByteArray &bytes) = 0;
    virtual void endBody() = 0;
    // True while the upstream takes the body slower than it is given (256 kB unsent); stop until onRequestDrained().
    virtual bool congested() const = 0;

    // Valid from onHead() on.
    int status() const { return m_status; }
    HeaderList takeHeaders() { return std::exchange(m_headers, {}); } // which are then gone from here
    qint64 contentLength() const { return m_contentLength; }          // -1: not given

protected:
    UpstreamCall() = default;
    // Each may delete this.
    void tellConnected() const
    {
        if (m_listener)
            m_listener->onConnected();
    }
    void tellDrained() const
    {
        if (m_listener)
            m_listener->onRequestDrained();
    }
    void tellHead() const
    {
        if (m_listener)
            m_listener->onHead();
    }
    void tellData(const QByteArray &bytes) const
    {
        if (m_listener)
            m_listener->onData(bytes);
    }
    void tellFinished() const
    {
        if (m_listener)
            m_listener->onFinished();
    }
    void tellFailed(const Error &error) const
    {
        if (m_listener)
            m_listener->onFailed(error);
    }

    void setHead(int status, HeaderList headers, qint64 contentLength)
    {
        m_status = status;
        m_headers = std::move(headers);
        m_contentLength = contentLength;
    }

private:
    UpstreamListener *m_listener = nullptr;
    int m_status = 0;
    HeaderList m_headers;
    qint64 m_contentLength = -1;
};

}

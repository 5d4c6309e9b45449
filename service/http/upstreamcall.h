// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/message.h"
#include "shared/result.h"

#include <QObject>
#include <QUrl>

#include <optional>
#include <utility>

// One request to an upstream, from its start to finished() or failed(): over the network (Client) or to the
// built-in demo. Its owner deletes it when it likes: that cancels what is under way, so that the upstream stops
// working on it. Signals come from the event loop, never from inside the call that started it.
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

class UpstreamCall : public QObject
{
    Q_OBJECT

public:
    // Stops reading, so that TCP slows the upstream, or goes on.
    virtual void pause() = 0;
    virtual void resume() = 0;

    // Of a request with streamedLength: the next bytes of its body, and its end. Bytes may be given before the
    // connection stands, and while the answer already comes. What comes after the upstream has refused (a status
    // from 300 on), answered whole, or failed, is dropped.
    virtual void send(const QByteArray &bytes) = 0;
    virtual void endBody() = 0;
    // True while the upstream takes the body slower than it is given (256 kB unsent); stop until drained().
    virtual bool congested() const = 0;

    // Valid from headReceived() on.
    int status() const { return m_status; }
    HeaderList takeHeaders() { return std::exchange(m_headers, {}); } // which are then gone from here
    qint64 contentLength() const { return m_contentLength; }          // -1: not given

Q_SIGNALS:
    // The connection stands, TLS included; for a reused one told with the first byte of the answer.
    void connected();
    void drained(); // after congested(): send on
    void headReceived();
    // Content, transfer coding removed. The bytes may be the upstream side's memory: they are there during the signal
    // only, and whoever keeps them copies them (append does; assigning does not).
    void data(const QByteArray &bytes);
    void finished(); // the answer is whole
    // Unreachable, TimedOut or Protocol; before or after headReceived(). The last signal.
    void failed(const quota::Error &error);

protected:
    void setHead(int status, HeaderList headers, qint64 contentLength)
    {
        m_status = status;
        m_headers = std::move(headers);
        m_contentLength = contentLength;
    }

private:
    int m_status = 0;
    HeaderList m_headers;
    qint64 m_contentLength = -1;
};

}

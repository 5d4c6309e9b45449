// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/message.h"

#include <QObject>

#include <chrono>
#include <memory>

// One request and its answer. The connection makes it when the head of a request is whole and deletes it when the
// answer is out or the client is gone, and with it its handler. A handler that wants the body asks for it,
// whole or piece by piece; who is refused before is never read. An answer is head(), any number of data(), end();
// or answer() for one that is known whole. Everything happens in the lane's thread.
namespace quota::service
{

class Connection;
class Exchange;

// Who answers an exchange, which owns it: hears what becomes of the request's body, and of the client. Not by signals,
// whose connections cost a request more than reading its head.
class ExchangeHandler
{
public:
    ExchangeHandler() = default;
    Q_DISABLE_COPY_MOVE(ExchangeHandler)
    virtual ~ExchangeHandler() = default;

    virtual void onBodyArrived(const QByteArray &bytes) { Q_UNUSED(bytes) }
    virtual void onBodyReceived() {}
    // The body stopped coming or broke a rule. Nothing is left to do but to settle: the connection answers.
    virtual void onBodyFailed() {}
    virtual void onGone() {}          // the client left before end(); nothing can be sent any more
    virtual void onAnswerDrained() {} // after congested(): write on
};

// Who counts exchanges. Told once of each that it watches, before the next request of the client is read.
class ExchangeWatcher
{
public:
    // Its answer was made or cut off, or the client left: then status is that of an answer it had all of, or 0.
    virtual void onEnded(const Exchange &exchange, int status) = 0;

protected:
    ~ExchangeWatcher() = default;
};

class Exchange : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 chunked = -1; // length not known; HTTP/1.0 clients get it close-delimited

    Exchange(HttpRequest request, qint64 bodyLength, Connection &connection);
    ~Exchange() override;

    void setWatcher(ExchangeWatcher *watcher) { m_watcher = watcher; } // which outlives it
    // Once.
    void setHandler(std::unique_ptr<ExchangeHandler> handler);

    // Its body is empty until it was received whole. Its fields are gone once an answer of unknown length has begun:
    // that may go on for minutes, and many do at a time.
    const HttpRequest &request() const { return m_request; }
    // «req_» and 24 hexadecimal digits: 48 bits of milliseconds since the epoch, by which its row is found without
    // an index of its own, and 48 random bits. Sent as x-request-id with every answer.
    const QByteArray &id() const { return m_id; }
    static QByteArray makeId();

    // Bytes that the client announced; chunked when it did not say how many; 0: there is no body.
    qint64 bodyLength() const { return m_bodyLength; }
    // Collects the body, that many bytes at most; onBodyReceived() follows, perhaps before this returns.
    void receiveBody(qint64 maximum);
    // Gives the body piece by piece; onBodyArrived() and at last onBodyReceived() follow, perhaps before this returns.
    void streamBody();
    // Counts so many bytes of a streamed body, which the handler keeps, in the lane's budget for bodies. False when
    // they do not fit: the body has failed then, and the client been told.
    bool keepBody(qint64 bytes);
    // Stops reading, so that TCP slows the client, or goes on.
    void pauseBody();
    void resumeBody();
    // The collected body, which is then gone from request(): forwarded ones need not be kept while the answer
    // goes on.
    QByteArray takeBody();

    // That the client has ended its side of the connection counts as leaving, from now on: for answers that cost
    // money. Otherwise it may have closed for writing only, and gets its answer.
    void leaveAtEnd();

    // Once, before data(). Framing fields in headers are ignored: length decides. Sent with the first data, or
    // at the end of the turn of the event loop when that does not follow.
    void head(int status, const HeaderList &headers, qint64 length);
    void data(QByteArrayView bytes);
    void end();
    // The answer cannot be finished: cuts the connection so that the client sees it is not whole.
    void abort();
    void answer(const HttpAnswer &answer);

    bool headSent() const { return m_headSent; }
    int status() const { return m_status; } // 0 until head()
    // True while the client reads slower than we write (256 kB unsent); stop feeding until onAnswerDrained().
    bool congested() const;
    // Whether that many bytes more are all of an answer of known length.
    bool isCompletedBy(qsizetype bytes) const
    {
        return m_headSent && !m_chunked && !m_bodyless && m_remaining > 0 && bytes == m_remaining;
    }
    // Everything that was promised has been handed over, end() or not; a client may leave then without loss.
    bool isWhole() const { return m_ended || (m_headSent && (m_bodyless || m_remaining == 0) && !m_chunked); }
    std::chrono::steady_clock::time_point begun() const { return m_begun; } // when its head was whole

private:
    friend class Connection;
    friend class ConnectionShare;
    enum class BodyUse
    {
        Unasked,
        Collected,
        Streamed
    };

    ByteBuffer composeHead(const HeaderList &headers, qint64 length) const;
    void flushHead();
    void headIsOut();
    void releaseBudget();
    void leave();
    void close();
    void tellEnd(int status) const;

    HttpRequest m_request;
    const QByteArray m_id;
    const std::chrono::steady_clock::time_point m_begun = std::chrono::steady_clock::now();
    ExchangeWatcher *m_watcher = nullptr;
    std::unique_ptr<ExchangeHandler> m_handler;
    Connection *m_connection; // null once the answer is out or the client is gone
    ByteBuffer m_pendingHead;
    qint64 m_bodyLength;
    qint64 m_maximumBody = 0;
    qint64 m_budgeted = 0;  // bytes of the lane's budget that the body takes up
    qint64 m_remaining = 0; // of an answer of known length
    int m_status = 0;
    BodyUse m_bodyUse = BodyUse::Unasked;
    bool m_bodyIsDone = false; // told, whole or failed
    bool m_leavesAtEnd = false;
    bool m_headSent = false;
    bool m_chunked = false;
    bool m_ended = false;
    bool m_bodyless = false; // HEAD, 204, 304
};

}

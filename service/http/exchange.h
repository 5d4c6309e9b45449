// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/message.h"

#include <QObject>

#include <utility>

// One request and its answer. The connection makes it when a request is whole and deletes it when the answer is
// out or the client is gone; handlers hold it by QPointer. Everything happens in the lane's thread. An answer is
// head(), any number of data(), end(); or answer() for one that is known whole.
namespace quota::service
{

class Connection;

class Exchange : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 chunked = -1; // length not known; HTTP/1.0 clients get it close-delimited

    Exchange(HttpRequest request, Connection &connection);

    const HttpRequest &request() const { return m_request; }
    // The body, which is then gone from request(): forwarded ones need not be kept while the answer goes on.
    QByteArray takeBody() { return std::exchange(m_request.body, {}); }
    // «req_…», 96 random bits; sent as x-request-id with every answer.
    const QByteArray &id() const { return m_id; }

    // Once, before data(). Framing fields in headers are ignored: length decides. Sent with the first data, or
    // at once when that does not follow in the same turn of the event loop.
    void head(int status, const HeaderList &headers, qint64 length);
    void data(const QByteArray &bytes);
    void end();
    // The answer cannot be finished: cuts the connection so that the client sees it is not whole.
    void abort();
    void answer(const HttpAnswer &answer);

    static QByteArray makeId();

    bool headSent() const { return m_headSent; }
    int status() const { return m_status; } // 0 until head()
    // True while the client reads slower than we write (256 kB unsent); stop feeding until drained().
    bool congested() const;
    // Everything that was promised has been handed over, end() or not; a client may leave then without loss.
    bool isWhole() const { return m_ended || (m_headSent && (m_bodyless || m_remaining == 0) && !m_chunked); }

Q_SIGNALS:
    void gone();     // the client left before end(); nothing can be sent any more
    void drained();  // after congested(): write on
    void finished(); // end() or abort() was called

private:
    friend class Connection;
    void flushHead();
    void leave();
    void close();

    HttpRequest m_request;
    QByteArray m_id;
    Connection *m_connection; // null once the answer is out or the client is gone
    QByteArray m_pendingHead;
    qint64 m_remaining = 0; // of a known length
    int m_status = 0;
    bool m_headSent = false;
    bool m_chunked = false;
    bool m_ended = false;
    bool m_bodyless = false; // HEAD, 204, 304
};

}

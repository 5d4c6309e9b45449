// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/exchange.h"

#include "service/http/connection.h"

#include <sodium.h>

namespace quota::service
{

QByteArray Exchange::makeId()
{
    unsigned char random[12];
    randombytes_buf(random, sizeof random);
    return "req_" + QByteArray(reinterpret_cast<const char *>(random), sizeof random).toHex();
}

Exchange::Exchange(HttpRequest request, Connection &connection)
    : m_request(std::move(request))
    , m_id(makeId())
    , m_connection(&connection)
{}

// Fields that frame the message or belong to the connection; ours are written instead.
static bool isFraming(const QByteArray &name)
{
    return equalsIgnoringCase(name, "Content-Length") || equalsIgnoringCase(name, "Transfer-Encoding") ||
           equalsIgnoringCase(name, "Connection") || equalsIgnoringCase(name, "Keep-Alive");
}

void Exchange::head(int status, const HeaderList &headers, qint64 length)
{
    Q_ASSERT(!m_headSent && !m_ended);
    m_headSent = true;
    m_status = status;
    if (!m_connection)
        return;
    m_bodyless = m_request.method == "HEAD" || status == 204 || status == 304;
    m_chunked = length == chunked && m_request.minorVersion >= 1;
    m_remaining = length;
    // Without a length HTTP/1.0 knows the end of the answer only from the end of the connection.
    if (length == chunked && !m_chunked && !m_bodyless)
        m_connection->m_keepAlive = false;

    QByteArray head;
    head.reserve(512);
    head += "HTTP/1.1 " + QByteArray::number(status) + ' ';
    head += reasonPhrase(status);
    head += "\r\n";
    for (const HeaderField &field : headers) {
        if (!isFraming(field.name))
            head += field.name + ": " + field.value + "\r\n";
    }
    head += "x-request-id: " + m_id + "\r\n";
    if (m_chunked && status != 204)
        head += "Transfer-Encoding: chunked\r\n";
    else if (length >= 0 && status != 204)
        head += "Content-Length: " + QByteArray::number(length) + "\r\n";
    if (!m_connection->keepAlive())
        head += "Connection: close\r\n";
    else if (m_request.minorVersion == 0)
        head += "Connection: keep-alive\r\n";
    head += "\r\n";
    m_pendingHead = std::move(head);
    m_connection->scheduleHead();
}

void Exchange::flushHead()
{
    if (m_connection && !m_pendingHead.isEmpty())
        m_connection->send(std::exchange(m_pendingHead, {}));
}

void Exchange::data(const QByteArray &bytes)
{
    Q_ASSERT(m_headSent && !m_ended);
    if (!m_connection || bytes.isEmpty())
        return;
    if (m_bodyless)
        return flushHead();
    if (m_chunked) {
        QByteArray framed = std::exchange(m_pendingHead, {});
        framed.reserve(framed.size() + bytes.size() + 16);
        framed += QByteArray::number(bytes.size(), 16);
        framed += "\r\n";
        framed += bytes;
        framed += "\r\n";
        m_connection->send(std::move(framed));
        return;
    }
    Q_ASSERT(m_remaining == chunked || bytes.size() <= m_remaining);
    if (m_remaining != chunked)
        m_remaining -= bytes.size();
    if (m_pendingHead.isEmpty())
        m_connection->send(bytes);
    else
        m_connection->send(std::exchange(m_pendingHead, {}) + bytes);
}

void Exchange::end()
{
    if (m_ended)
        return;
    m_ended = true;
    if (m_connection) {
        // Fewer bytes than promised: the client must not take this for a whole answer.
        if (!m_bodyless && !m_chunked && m_remaining > 0) {
            m_connection->m_keepAlive = false;
            flushHead();
            return close();
        }
        if (m_chunked && !m_bodyless)
            m_connection->send(std::exchange(m_pendingHead, {}) + "0\r\n\r\n");
        else
            flushHead();
    }
    Q_EMIT finished();
    if (Connection *connection = std::exchange(m_connection, nullptr))
        connection->answered();
}

void Exchange::abort()
{
    if (m_ended)
        return;
    m_ended = true;
    close();
}

void Exchange::close()
{
    Q_EMIT finished();
    Connection *connection = std::exchange(m_connection, nullptr);
    if (!connection)
        return;
    // Where only the end of the connection ends the answer, an orderly end would make half an answer look whole.
    if (m_headSent && !m_chunked && !m_bodyless && m_remaining == chunked)
        connection->resetOnClose();
    connection->cut();
}

void Exchange::leave()
{
    m_connection = nullptr;
    if (!m_ended) {
        Q_EMIT gone();
        m_ended = true;
    }
}

void Exchange::answer(const HttpAnswer &answer)
{
    if (m_ended)
        return; // the client left while the answer was made
    head(answer.status, answer.headers, answer.body.size());
    data(answer.body);
    end();
}

bool Exchange::congested() const
{
    return m_connection && m_connection->congested();
}

}

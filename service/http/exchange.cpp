// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/exchange.h"

#include "service/http/connection.h"
#include "service/http/fieldnames.h"
#include "service/http/textbuilder.h"

#include <QRandomGenerator>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

namespace quota::service
{

QByteArray Exchange::makeId()
{
    // Unique, not secret: the kernel's own random bytes would cost a system call each.
    static thread_local QRandomGenerator generator = QRandomGenerator::securelySeeded();
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const quint64 time = quint64(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    static constexpr char digits[] = "0123456789abcdef";
    QByteArray id(28, Qt::Uninitialized);
    char *out = std::copy_n("req_", 4, id.data());
    for (const quint64 half : {time, generator.generate64()}) {
        for (int shift = 44; shift >= 0; shift -= 4)
            *out++ = digits[(half >> shift) & 15];
    }
    return id;
}

Exchange::Exchange(HttpRequest request, qint64 bodyLength, Connection &connection)
    : m_request(std::move(request))
    , m_id(makeId())
    , m_connection(&connection)
    , m_bodyLength(bodyLength)
{}

Exchange::~Exchange()
{
    m_handler.reset(); // it may still look at the request
    releaseBudget();
}

void Exchange::setHandler(std::unique_ptr<ExchangeHandler> handler)
{
    Q_ASSERT(!m_handler);
    m_handler = std::move(handler);
}

void Exchange::tellEnd(int status) const
{
    if (m_watcher)
        m_watcher->onEnded(*this, status);
}

// --- the body of the request ---

void Exchange::receiveBody(qint64 maximum)
{
    Q_ASSERT(m_bodyUse == BodyUse::Unasked);
    m_bodyUse = BodyUse::Collected;
    m_maximumBody = maximum;
    if (m_connection)
        m_connection->beginBody();
}

void Exchange::streamBody()
{
    Q_ASSERT(m_bodyUse == BodyUse::Unasked);
    m_bodyUse = BodyUse::Streamed;
    if (m_connection)
        m_connection->beginBody();
}

bool Exchange::keepBody(qint64 bytes)
{
    if (!m_connection)
        return true;
    if (bytes > m_budgeted && !m_connection->fitsBudget(bytes)) {
        m_connection->failBody(tooManyBodies);
        return false;
    }
    m_connection->m_share.bufferedBytes += bytes - std::exchange(m_budgeted, bytes);
    return true;
}

void Exchange::pauseBody()
{
    if (m_connection)
        m_connection->setBodyPaused(true);
}

void Exchange::resumeBody()
{
    if (m_connection)
        m_connection->setBodyPaused(false);
}

QByteArray Exchange::takeBody()
{
    releaseBudget();
    return std::exchange(m_request.body, {});
}

void Exchange::releaseBudget()
{
    if (m_connection)
        m_connection->m_share.bufferedBytes -= std::exchange(m_budgeted, 0);
}

void Exchange::leaveAtEnd()
{
    m_leavesAtEnd = true;
    if (m_connection)
        m_connection->noticeEnd();
}

// --- the answer ---

// Fields that frame the message or belong to the connection; ours are written instead.
static bool isFraming(HeaderField field)
{
    static constexpr FieldNames names({"Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive"});
    return names.contains(field.name);
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
    m_connection->decideKeepAlive(length != chunked || m_chunked || m_bodyless);
    m_pendingHead = composeHead(headers, length);
    m_connection->m_share.flushHeadLater(*this);
}

ByteBuffer Exchange::composeHead(const HeaderList &headers, qint64 length) const
{
    TextBuilder head(256 + headers.lines().size());
    head.add("HTTP/1.1 ").addNumber(m_status).add(' ').add(reasonPhrase(m_status)).add("\r\n");
    if (std::any_of(headers.begin(), headers.end(), isFraming)) {
        HeaderList others;
        others.append(headers, std::not_fn(isFraming));
        head.add(others.lines());
    } else {
        head.add(headers.lines());
    }
    head.add("x-request-id: ").add(m_id).add("\r\n");
    if (m_chunked && m_status != 204)
        head.add("Transfer-Encoding: chunked\r\n");
    else if (length >= 0 && m_status != 204)
        head.add("Content-Length: ").addNumber(length).add("\r\n");
    if (!m_connection->keepAlive())
        head.add("Connection: close\r\n");
    else if (m_request.minorVersion == 0)
        head.add("Connection: keep-alive\r\n");
    head.add("\r\n");
    return head.take();
}

void Exchange::flushHead()
{
    if (m_connection && !m_pendingHead.isEmpty()) {
        const QByteArrayView parts[] = {m_pendingHead.view()};
        m_connection->send(parts);
        headIsOut();
    }
}

void Exchange::headIsOut()
{
    m_pendingHead = {};
    if (m_remaining == chunked && !m_bodyless) {
        m_request.headers.release();
        if (m_connection)
            m_connection->releaseRoom();
    }
}

void Exchange::data(QByteArrayView bytes)
{
    Q_ASSERT(m_headSent && !m_ended);
    if (!m_connection || bytes.isEmpty())
        return;
    if (m_bodyless)
        return flushHead();
    if (m_chunked) {
        std::array<char, 20> size;
        char *end = std::to_chars(size.data(), size.data() + 16, bytes.size(), 16).ptr;
        *end++ = '\r';
        *end++ = '\n';
        const QByteArrayView parts[] = {m_pendingHead.view(), QByteArrayView(size.data(), end), bytes,
                                        "\r\n"};
        m_connection->send(parts);
    } else {
        Q_ASSERT(m_remaining == chunked || bytes.size() <= m_remaining);
        if (m_remaining != chunked)
            m_remaining -= bytes.size();
        const QByteArrayView parts[] = {m_pendingHead.view(), bytes};
        m_connection->send(parts);
    }
    if (!m_pendingHead.isEmpty())
        headIsOut();
}

void Exchange::end()
{
    if (m_ended)
        return;
    m_ended = true;
    if (m_connection) {
        // Fewer bytes than promised: the client must not take this for a whole answer.
        if (!m_bodyless && !m_chunked && m_remaining > 0) {
            flushHead();
            return close();
        }
        if (m_chunked && !m_bodyless) {
            const QByteArrayView parts[] = {m_pendingHead.view(), "0\r\n\r\n"};
            m_connection->send(parts);
        } else {
            flushHead();
        }
    }
    releaseBudget();
    tellEnd(m_status);
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
    releaseBudget();
    tellEnd(m_status);
    Connection *connection = std::exchange(m_connection, nullptr);
    if (!connection)
        return;
    // Where only the end of the connection ends the answer, an orderly end would make half an answer look whole.
    connection->cut(m_headSent && !m_chunked && !m_bodyless && m_remaining == chunked);
}

void Exchange::leave()
{
    releaseBudget();
    m_connection = nullptr;
    if (m_ended)
        return;
    tellEnd(isWhole() ? m_status : 0);
    if (m_handler)
        m_handler->onGone();
    m_ended = true;
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

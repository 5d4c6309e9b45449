// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/exchange.h"

#include "service/http/connection.h"

#include <QRandomGenerator>

#include <array>
#include <charconv>

namespace quota::service
{

QByteArray Exchange::makeId()
{
    // It must be unique, not secret; the kernel's own random bytes cost a system call each.
    static thread_local QRandomGenerator generator = QRandomGenerator::securelySeeded();
    std::array<quint32, 3> random;
    generator.fillRange(random.data(), qsizetype(random.size()));
    static constexpr char digits[] = "0123456789abcdef";
    QByteArray id(28, Qt::Uninitialized);
    char *out = std::copy_n("req_", 4, id.data());
    for (quint32 word : random) {
        for (int i = 0; i < 8; ++i, word >>= 4)
            *out++ = digits[word & 15];
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
    releaseBudget();
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
static bool isFraming(QByteArrayView name)
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
    m_connection->decideKeepAlive(length != chunked || m_chunked || m_bodyless);
    m_pendingHead = composeHead(headers, length);
    m_connection->m_share.flushHeadLater(*this);
}

static void appendNumber(std::string &text, qint64 number)
{
    std::array<char, 24> digits;
    text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

std::string Exchange::composeHead(const HeaderList &headers, qint64 length) const
{
    std::string head;
    head.reserve(size_t(256 + headers.textSize() + 4 * headers.size()));
    const auto append = [&](QByteArrayView text) { head.append(text.data(), size_t(text.size())); };
    head += "HTTP/1.1 ";
    appendNumber(head, m_status);
    head += ' ';
    append(reasonPhrase(m_status));
    head += "\r\n";
    for (const HeaderField field : headers) {
        if (isFraming(field.name))
            continue;
        append(field.name);
        head += ": ";
        append(field.value);
        head += "\r\n";
    }
    head += "x-request-id: ";
    append(m_id);
    head += "\r\n";
    if (m_chunked && m_status != 204) {
        head += "Transfer-Encoding: chunked\r\n";
    } else if (length >= 0 && m_status != 204) {
        head += "Content-Length: ";
        appendNumber(head, length);
        head += "\r\n";
    }
    if (!m_connection->keepAlive())
        head += "Connection: close\r\n";
    else if (m_request.minorVersion == 0)
        head += "Connection: keep-alive\r\n";
    head += "\r\n";
    return head;
}

void Exchange::flushHead()
{
    if (m_connection && !m_pendingHead.empty()) {
        const QByteArrayView parts[] = {m_pendingHead};
        m_connection->send(parts);
        m_pendingHead.clear();
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
        const QByteArrayView parts[] = {m_pendingHead, QByteArrayView(size.data(), end), bytes, "\r\n"};
        m_connection->send(parts);
    } else {
        Q_ASSERT(m_remaining == chunked || bytes.size() <= m_remaining);
        if (m_remaining != chunked)
            m_remaining -= bytes.size();
        const QByteArrayView parts[] = {m_pendingHead, bytes};
        m_connection->send(parts);
    }
    m_pendingHead.clear();
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
            const QByteArrayView parts[] = {m_pendingHead, "0\r\n\r\n"};
            m_connection->send(parts);
        } else {
            flushHead();
        }
    }
    releaseBudget();
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
    releaseBudget();
    Q_EMIT finished();
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

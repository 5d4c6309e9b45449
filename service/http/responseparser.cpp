// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/fieldparser.h"
#include "service/http/parser.h"

namespace quota::service
{

void ResponseParser::fail(const char *reason)
{
    m_state = State::Failed;
    m_fault = {502, reason};
}

void ResponseParser::takeHead(QByteArrayView &input)
{
    // Most heads come in one piece and are read where they lie.
    if (m_head.isEmpty() && input.size() <= m_maximumHead) {
        const qsizetype end = input.indexOf("\r\n\r\n");
        if (end >= 0) {
            const QByteArrayView head = input.first(end + 2);
            input = input.sliced(end + 4);
            return readHead(head);
        }
    }
    // The end may lie across two reads: look from three bytes before the new ones.
    const qsizetype before = m_head.size();
    const qsizetype room = qMin<qsizetype>(input.size(), m_maximumHead + 4 - before);
    m_head.append(input.first(room));
    const qsizetype end = m_head.indexOf("\r\n\r\n", qMax<qsizetype>(0, before - 3));
    if (end < 0) {
        input = input.sliced(room);
        if (m_head.size() >= m_maximumHead)
            fail("The header of the answer is too large.");
        return;
    }
    input = input.sliced(end + 4 - before);
    const QByteArray head = std::exchange(m_head, {});
    readHead(QByteArrayView(head).first(end + 2));
}

QByteArrayView ResponseParser::next(QByteArrayView &input)
{
    while (m_state == State::Head && !input.isEmpty())
        takeHead(input);
    if (m_state != State::Body)
        return {};
    if (m_chunked) {
        const QByteArrayView content = m_chunks.next(input);
        if (m_chunks.fault())
            fail(m_chunks.fault()->reason);
        else if (m_chunks.complete())
            m_state = State::Complete;
        return content;
    }
    const qsizetype size = m_untilClose ? input.size() : qsizetype(qMin<qint64>(m_bodyLeft, input.size()));
    const QByteArrayView content = input.first(size);
    input = input.sliced(size);
    if (!m_untilClose) {
        m_bodyLeft -= size;
        if (m_bodyLeft == 0)
            m_state = State::Complete;
    }
    return content;
}

QByteArray ResponseParser::feed(QByteArrayView &input)
{
    QByteArray content;
    do {
        content.append(next(input));
    } while (!input.isEmpty() && (m_state == State::Head || m_state == State::Body));
    return content;
}

void ResponseParser::close()
{
    if (m_state == State::Body && m_untilClose)
        m_state = State::Complete;
    else if (m_state != State::Complete && m_state != State::Failed)
        fail(m_hasHead ? "The connection closed before the answer was whole."
                       : "The connection closed without an answer.");
}

void ResponseParser::readHead(QByteArrayView head)
{
    const qsizetype lineEnd = head.indexOf("\r\n");
    const QByteArrayView line = head.first(lineEnd);
    // RFC 9112 §4: HTTP/1.x SP three digits SP reason; the last space is often missing with an empty reason.
    if (line.size() < 12 || !line.startsWith("HTTP/1.") || !fields::isDigit(line[7]) || line[8] != ' ' ||
        !fields::isDigit(line[9]) || !fields::isDigit(line[10]) || !fields::isDigit(line[11]) ||
        (line.size() > 12 && (line[12] != ' ' || !fields::isFieldValue(line.sliced(13)))))
        return fail("The status line of the answer is malformed.");
    m_status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    m_minorVersion = line[7] - '0';
    if (m_status < 100 || m_status > 599)
        return fail("The status of the answer is malformed.");
    m_headers = {};
    if (const auto fault = fields::readFields(head.sliced(lineEnd + 2), 1000, m_headers))
        return fail("A header field of the answer is malformed.");
    if (m_status == 101)
        return fail("The upstream switched protocols without being asked.");
    if (m_status < 200) { // interim: the real one follows
        if (++m_interim > maximumInterim)
            fail("The upstream sends interim answers without end.");
        return;
    }
    readFraming();
}

void ResponseParser::readFraming()
{
    m_keepAlive = m_minorVersion >= 1;
    for (const HeaderField field : m_headers) {
        if (equalsIgnoringCase(field.name, "Connection")) {
            if (fields::listContains(field.value, "close"))
                m_keepAlive = false;
            else if (fields::listContains(field.value, "keep-alive"))
                m_keepAlive = true;
        }
    }
    if (m_headers.contains("Transfer-Encoding")) {
        if (m_headers.count("Transfer-Encoding") != 1 ||
            !equalsIgnoringCase(m_headers.value("Transfer-Encoding"), "chunked"))
            return fail("The answer has a transfer coding other than chunked.");
        if (m_headers.contains("Content-Length"))
            return fail("Transfer-Encoding and Content-Length of the answer contradict each other.");
        m_chunked = true;
    } else if (m_headers.contains("Content-Length")) {
        const auto length = fields::contentLength(m_headers.value("Content-Length"));
        if (!length || m_headers.count("Content-Length") != 1)
            return fail("Content-Length of the answer is not one number.");
        m_contentLength = *length;
        m_bodyLeft = *length;
    } else {
        m_untilClose = true;
    }
    m_hasHead = true;
    const bool bodyless = m_toHead || m_status == 204 || m_status == 304;
    if (bodyless || (!m_chunked && !m_untilClose && m_bodyLeft == 0))
        m_state = State::Complete;
    else
        m_state = State::Body;
    if (m_untilClose && !bodyless)
        m_keepAlive = false;
}

}

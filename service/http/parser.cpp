// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/parser.h"
#include "service/http/fieldparser.h"

namespace quota::service
{

void RequestParser::fail(int status, const char *reason)
{
    m_state = State::Failed;
    m_fault = {status, reason};
}

RequestParser::State RequestParser::feed(QByteArray &input)
{
    if (m_state == State::Head && !m_begun) {
        // RFC 9112 §2.2: an empty line before a request line is left over from older clients.
        qsizetype skip = 0;
        while (skip < 4 && input.size() - skip >= 2 && input.at(skip) == '\r' && input.at(skip + 1) == '\n')
            skip += 2;
        input.remove(0, skip);
        m_begun = !input.isEmpty() && input.at(0) != '\r';
        if (!m_begun && input.size() >= 2)
            fail(400, "The request does not start with a method.");
    }
    if (m_state == State::Head && m_begun) {
        const qsizetype end = input.indexOf("\r\n\r\n", qMax<qsizetype>(0, m_searched - 3));
        m_searched = input.size();
        const qsizetype headSize = end < 0 ? input.size() : end + 4;
        const qsizetype lineEnd = input.indexOf("\r\n");
        if ((lineEnd < 0 ? input.size() : lineEnd) > m_limits.requestLine)
            fail(414, "The request line is longer than allowed.");
        else if (headSize > m_limits.head)
            fail(431, "The header fields are larger than allowed.");
        else if (end >= 0) {
            const QByteArray head = input.first(end + 2);
            input.remove(0, headSize);
            readHead(head);
        }
    }
    return m_state;
}

RequestParser::State RequestParser::feedBody(QByteArray &input, QByteArray &content)
{
    Q_ASSERT(m_state == State::Body);
    if (m_chunked) {
        QByteArrayView rest(input);
        m_chunks.decode(rest, content);
        input.remove(0, input.size() - rest.size());
        if (m_chunks.fault())
            fail(m_chunks.fault()->status, m_chunks.fault()->reason);
        else if (m_chunks.complete())
            m_state = State::Complete;
        return m_state;
    }
    const qsizetype size = qsizetype(qMin<qint64>(m_bodyLeft, input.size()));
    if (content.capacity() == 0 && size == input.size()) {
        content = std::exchange(input, QByteArray());
    } else {
        content.append(QByteArrayView(input).first(size));
        input.remove(0, size);
    }
    m_bodyLeft -= size;
    if (m_bodyLeft == 0)
        m_state = State::Complete;
    return m_state;
}

void RequestParser::readHead(QByteArrayView head)
{
    const qsizetype lineEnd = head.indexOf("\r\n");
    if (!readRequestLine(head.first(lineEnd)))
        return;
    const auto fault = fields::readFields(head.sliced(lineEnd + 2), m_limits.fields, m_request.headers);
    if (fault) {
        fail(fault->status, fault->reason);
        return;
    }
    const qsizetype hosts = m_request.headers.count("Host");
    if (hosts > 1 || (hosts == 0 && m_request.minorVersion == 1))
        return fail(400, "There must be exactly one Host field.");
    if (hosts == 1 && !fields::isHost(m_request.headers.value("Host")))
        return fail(400, "The Host field is malformed.");
    if (readFraming() && readConnection())
        m_state = m_chunked || m_bodyLeft > 0 ? State::Body : State::Complete;
}

bool RequestParser::readRequestLine(QByteArrayView line)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype last = line.lastIndexOf(' ');
    if (first <= 0 || last <= first + 1 || !fields::isToken(line.first(first))) {
        fail(400, "The request line is malformed.");
        return false;
    }
    const QByteArrayView version = line.sliced(last + 1);
    if (version.size() != 8 || !version.startsWith("HTTP/") || version[6] != '.' ||
        !fields::isDigit(version[5]) || !fields::isDigit(version[7])) {
        fail(400, "The request line is malformed.");
        return false;
    }
    if (version[5] != '1' || version[7] > '1') {
        fail(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
        return false;
    }
    static const QByteArray methods[] = {"GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"};
    const QByteArrayView method = line.first(first);
    const auto known = std::find(std::begin(methods), std::end(methods), method);
    if (known == std::end(methods)) {
        fail(501, "The method is not implemented.");
        return false;
    }
    m_request.method = *known;
    m_request.minorVersion = version[7] - '0';
    return readTarget(line.sliced(first + 1, last - first - 1));
}

bool RequestParser::readTarget(QByteArrayView target)
{
    // RFC 9112 §3.2.2: absolute form must be understood by every server; its authority repeats Host.
    for (QByteArrayView scheme : {QByteArrayView("http://"), QByteArrayView("https://")}) {
        if (target.size() > scheme.size() && equalsIgnoringCase(target.first(scheme.size()), scheme)) {
            const qsizetype path = target.indexOf('/', scheme.size());
            const qsizetype authorityEnd = path < 0 ? target.size() : path;
            if (!fields::isHost(target.sliced(scheme.size(), authorityEnd - scheme.size()))) {
                fail(400, "The authority of the request target is malformed.");
                return false;
            }
            target = path < 0 ? QByteArrayView("/") : target.sliced(path);
            break;
        }
    }
    const bool asterisk = target == "*" && m_request.method == "OPTIONS";
    if ((!target.startsWith('/') && !asterisk) || !fields::isTarget(target)) {
        fail(400, "The request target is malformed.");
        return false;
    }
    m_request.target = target.toByteArray();
    return true;
}

bool RequestParser::readFraming()
{
    const HeaderList &headers = m_request.headers;
    if (headers.contains("Transfer-Encoding")) {
        if (headers.contains("Content-Length"))
            fail(400, "Transfer-Encoding and Content-Length contradict each other.");
        else if (m_request.minorVersion == 0)
            fail(400, "HTTP/1.0 has no Transfer-Encoding.");
        else if (headers.count("Transfer-Encoding") != 1 ||
                 !equalsIgnoringCase(headers.value("Transfer-Encoding"), "chunked"))
            fail(501, "No transfer coding but chunked is implemented.");
        m_chunked = true;
    } else if (headers.contains("Content-Length")) {
        const auto length = fields::contentLength(headers.value("Content-Length"));
        if (headers.count("Content-Length") != 1 || !length)
            fail(400, "Content-Length must be one number.");
        else if (*length > m_limits.body)
            fail(413, "The body is larger than allowed.");
        else
            m_bodyLeft = *length;
    }
    return m_state != State::Failed;
}

bool RequestParser::readConnection()
{
    const HeaderList &headers = m_request.headers;
    m_keepAlive = m_request.minorVersion == 1;
    for (const HeaderField field : headers) {
        if (equalsIgnoringCase(field.name, "Connection")) {
            if (fields::listContains(field.value, "close"))
                m_keepAlive = false;
            else if (m_request.minorVersion == 0 && fields::listContains(field.value, "keep-alive"))
                m_keepAlive = true;
        }
        if (equalsIgnoringCase(field.name, "Upgrade") && fields::listContains(field.value, "websocket")) {
            fail(501, "WebSocket is not spoken here.");
            return false;
        }
    }
    if (headers.contains("Expect")) {
        if (!equalsIgnoringCase(headers.value("Expect"), "100-continue") || headers.count("Expect") > 1) {
            fail(417, "No expectation but 100-continue can be met.");
            return false;
        }
        // RFC 9110 §10.1.1: not for HTTP/1.0, and pointless without content.
        m_expectsContinue = m_request.minorVersion == 1 && (m_chunked || m_bodyLeft > 0);
    }
    return true;
}

HttpRequest RequestParser::take()
{

    return std::move(m_request);
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/parser.h"
#include "service/http/fieldparser.h"
#include "service/http/requesttarget.h"

namespace quota::service
{

void RequestParser::fail(int status, const char *reason)
{
    m_state = State::Failed;
    m_fault = {status, reason};
}

RequestParser::State RequestParser::feed(QByteArray &input)
{
    QByteArrayView rest(input);
    if (!m_begun)
        skipEmptyLines(rest);
    while (m_begun && m_state == State::Head && !rest.isEmpty())
        readLine(rest);
    input.remove(0, input.size() - rest.size());
    return m_state;
}

void RequestParser::skipEmptyLines(QByteArrayView &input)
{
    // RFC 9112 §2.2: an empty line before a request line is left over from older clients.
    static constexpr int maximum = 4;
    while (!input.isEmpty() && m_state == State::Head && !m_begun) {
        const bool halfway = m_leadingBytes % 2 == 1;
        if (m_leadingBytes < maximum && input.front() == (halfway ? '\n' : '\r')) {
            ++m_leadingBytes;
            input = input.sliced(1);
        } else if (halfway || !fields::isToken(input.first(1))) {
            fail(400, "The request does not start with a method.");
        } else {
            m_begun = true;
        }
    }
}

void RequestParser::readLine(QByteArrayView &input)
{
    const bool isFirst = m_headBytes == 0;
    const qsizetype room = m_limits.head - m_headBytes;
    switch (m_lines.take(input, isFirst ? qMin(m_limits.requestLine + 2, room) : room)) {
    case LineReader::Outcome::Unfinished:
        return;
    case LineReader::Outcome::TooLong:
        return isFirst ? fail(414, "The request line is longer than allowed.")
                       : fail(431, "The header fields are larger than allowed.");
    case LineReader::Outcome::BareLineFeed:
        return fail(400, "A line of the head does not end in CR LF.");
    case LineReader::Outcome::Whole:
        break;
    }
    const QByteArrayView line = m_lines.line();
    m_headBytes += line.size() + 2;
    if (isFirst) {
        // One piece of memory for the usual head.
        m_request.headers.reserve(qMin<qsizetype>(input.size(), 1024), 24);
        readRequestLine(line);
    } else if (line.isEmpty()) {
        finishHead();
    } else {
        readFieldLine(line);
    }
}

void RequestParser::readRequestLine(QByteArrayView line)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype last = line.lastIndexOf(' ');
    if (first <= 0 || last <= first + 1 || !fields::isToken(line.first(first)))
        return fail(400, "The request line is malformed.");
    const QByteArrayView version = line.sliced(last + 1);
    if (version.size() != 8 || !version.startsWith("HTTP/") || version[6] != '.' ||
        !fields::isDigit(version[5]) || !fields::isDigit(version[7]))
        return fail(400, "The request line is malformed.");
    if (version[5] != '1')
        return fail(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    m_request.minorVersion = version[7] == '0' ? 0 : 1;
    // Literals: lanes must not share a count of references.
    static const QByteArray methods[] = {QByteArrayLiteral("GET"),    QByteArrayLiteral("POST"),
                                         QByteArrayLiteral("HEAD"),   QByteArrayLiteral("PUT"),
                                         QByteArrayLiteral("PATCH"),  QByteArrayLiteral("DELETE"),
                                         QByteArrayLiteral("OPTIONS")};
    const auto known = std::find(std::begin(methods), std::end(methods), line.first(first));
    if (known == std::end(methods))
        return fail(501, "The method is not implemented.");
    m_request.method = *known;
    auto target = readRequestTarget(m_request.method, line.sliced(first + 1, last - first - 1));
    if (!target)
        return fail(400, "The request target is malformed.");
    m_request.target = std::move(target->target);
    m_authority = target->authority.toByteArray();
    m_standardPort = target->standardPort;
}

void RequestParser::readFieldLine(QByteArrayView line)
{
    HeaderField field;
    if (!fields::readField(line, field))
        return fail(400, "A header field is malformed.");
    if (m_request.headers.size() >= m_limits.fields)
        return fail(431, "There are more header fields than allowed.");
    m_request.headers.append(field.name, field.value);
    const auto is = [&](QByteArrayView name) { return equalsIgnoringCase(field.name, name); };
    switch (field.name.size()) { // most fields are none of these
    case 4:
        if (is("Host"))
            readHost(field.value);
        break;
    case 6:
        if (is("Expect")) {
            if (m_expectsContinue || !equalsIgnoringCase(field.value, "100-continue"))
                return fail(417, "No expectation but 100-continue can be met.");
            m_expectsContinue = true;
        }
        break;
    case 7:
        if (is("Upgrade") && fields::listContains(field.value, "websocket"))
            return fail(501, "WebSocket is not spoken here.");
        break;
    case 10:
        if (is("Connection"))
            readConnection(field.value);
        break;
    case 14:
        if (is("Content-Length"))
            readContentLength(field.value);
        break;
    case 17:
        if (is("Transfer-Encoding"))
            readTransferEncoding(field.value);
        break;
    default:
        break;
    }
}

void RequestParser::readHost(QByteArrayView value)
{
    if (m_hasHost)
        return fail(400, "There must be exactly one Host field.");
    if (!fields::isHost(value))
        return fail(400, "The Host field is malformed.");
    // RFC 9112 §3.2.2 lets the target win; a client that means it repeats the target's authority (§3.2), and one
    // that does not may have somebody between us who goes by the other.
    if (!m_authority.isEmpty() && !fields::isSameHost(m_authority, value, m_standardPort))
        return fail(400, "The Host field contradicts the request target.");
    m_hasHost = true;
}

void RequestParser::readContentLength(QByteArrayView value)
{
    const auto length = fields::contentLength(value);
    if (m_hasLength || !length)
        return fail(400, "Content-Length must be one number.");
    m_hasLength = true;
    m_bodyLeft = *length;
}

void RequestParser::readTransferEncoding(QByteArrayView value)
{
    if (m_request.minorVersion == 0)
        return fail(400, "HTTP/1.0 has no Transfer-Encoding.");
    switch (m_chunked ? fields::Coding::Faulty : fields::transferCoding(value)) {
    case fields::Coding::Faulty:
        return fail(400, "Transfer-Encoding must be chunked, once.");
    case fields::Coding::Unsupported:
        return fail(501, "No transfer coding but chunked is implemented.");
    case fields::Coding::Chunked:
        m_chunked = true;
    }
}

void RequestParser::readConnection(QByteArrayView value)
{
    m_wantsClose = m_wantsClose || fields::listContains(value, "close");
    m_wantsKeepAlive = m_wantsKeepAlive || fields::listContains(value, "keep-alive");
}

void RequestParser::finishHead()
{
    const bool isOld = m_request.minorVersion == 0;
    if (!m_hasHost && !isOld)
        return fail(400, "There must be exactly one Host field.");
    if (m_chunked && m_hasLength)
        return fail(400, "Transfer-Encoding and Content-Length contradict each other.");
    const bool isBounded = m_limits.unboundedPath.isEmpty() || m_request.path() != m_limits.unboundedPath;
    if (isBounded && m_bodyLeft > m_limits.body)
        return fail(413, "The body is larger than allowed.");
    if (m_chunked && !isBounded)
        m_chunks = ChunkedDecoder(std::numeric_limits<qint64>::max());
    m_keepAlive = !m_wantsClose && (m_wantsKeepAlive || !isOld);
    const bool hasBody = m_chunked || m_bodyLeft > 0;
    // RFC 9110 §10.1.1: not for HTTP/1.0, and pointless without content.
    m_expectsContinue = m_expectsContinue && !isOld && hasBody;
    m_state = hasBody ? State::Body : State::Complete;
}

HttpRequest RequestParser::take()
{
    return std::move(m_request);
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

}

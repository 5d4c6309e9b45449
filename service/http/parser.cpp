// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/parser.h"
#include "service/http/fieldparser.h"

namespace quota::service
{

// RFC 9112 §7.1.1 sets no bound on extensions; nobody sends long ones.
static constexpr qsizetype maximumChunkLine = 4 * 1024;
static constexpr qsizetype maximumTrailers = 16 * 1024;

// --- ChunkedDecoder ---

bool ChunkedDecoder::takeLine(QByteArrayView &input)
{
    const qsizetype newline = input.indexOf('\n');
    const QByteArrayView part = newline < 0 ? input : input.first(newline + 1);
    if (m_line.size() + part.size() > maximumChunkLine) {
        m_fault = ParseFault{400, "A chunk size line or trailer is too long."};
        return false;
    }
    m_line.append(part);
    input = input.sliced(part.size());
    if (newline < 0)
        return false;
    if (!m_line.endsWith("\r\n")) {
        m_fault = ParseFault{400, "A chunk line does not end in CR LF."};
        return false;
    }
    m_line.chop(2);
    return true;
}

void ChunkedDecoder::readSize()
{
    qsizetype digits = 0;
    quint64 size = 0;
    while (digits < m_line.size() && std::isxdigit(static_cast<unsigned char>(m_line.at(digits)))) {
        const char digit = m_line.at(digits);
        size = size * 16 + quint64(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        if (++digits > 15) {
            m_fault = ParseFault{400, "A chunk size is too large."};
            return;
        }
    }
    // After the digits only an extension may follow, with optional white space before it.
    const QByteArrayView rest = fields::trimmed(QByteArrayView(m_line).sliced(digits));
    if (digits == 0 || (!rest.isEmpty() && !rest.startsWith(';')) || !fields::isFieldValue(rest)) {
        m_fault = ParseFault{400, "A chunk size is not a hexadecimal number."};
        return;
    }
    m_total += qint64(size);
    if (m_total > m_maximumBody) {
        m_fault = ParseFault{413, "The body is larger than allowed."};
        return;
    }
    m_left = size;
    m_state = size == 0 ? State::Trailer : State::Data;
}

void ChunkedDecoder::decode(QByteArrayView &input, QByteArray &output)
{
    while (!input.isEmpty() && !m_fault && m_state != State::Complete) {
        if (m_state == State::Data) {
            const qsizetype size = qsizetype(qMin<quint64>(m_left, quint64(input.size())));
            output.append(input.first(size));
            input = input.sliced(size);
            m_left -= quint64(size);
            if (m_left == 0)
                m_state = State::DataEnd;
            continue;
        }
        if (!takeLine(input))
            return;
        switch (m_state) {
        case State::Size:
            readSize();
            break;
        case State::DataEnd:
            if (!m_line.isEmpty())
                m_fault = ParseFault{400, "A chunk is longer than its size says."};
            m_state = State::Size;
            break;
        case State::Trailer:
            m_trailerBytes += m_line.size();
            if (m_line.isEmpty())
                m_state = State::Complete;
            else if (m_trailerBytes > maximumTrailers)
                m_fault = ParseFault{431, "The trailers are too large."};
            else if (HeaderField field; !fields::readField(m_line, field))
                m_fault = ParseFault{400, "A trailer is malformed."};
            break;
        case State::Data:
        case State::Complete:
            Q_UNREACHABLE();
        }
        m_line.clear();
    }
}

// --- RequestParser ---

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
    if (m_state == State::Body) {
        if (m_chunked) {
            QByteArrayView rest(input);
            m_chunks.decode(rest, m_request.body);
            input.remove(0, input.size() - rest.size());
            if (m_chunks.fault())
                fail(m_chunks.fault()->status, m_chunks.fault()->reason);
            else if (m_chunks.complete())
                m_state = State::Complete;
        } else {
            const qsizetype size = qsizetype(qMin<qint64>(m_bodyLeft, input.size()));
            if (m_request.body.isEmpty() && size == input.size())
                m_request.body = std::exchange(input, QByteArray());
            else {
                m_request.body.append(QByteArrayView(input).first(size));
                input.remove(0, size);
            }
            m_bodyLeft -= size;
            if (m_bodyLeft == 0)
                m_state = State::Complete;
        }
    }
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
    static constexpr const char *methods[] = {"GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"};
    const QByteArrayView method = line.first(first);
    if (std::none_of(std::begin(methods), std::end(methods),
                     [&](const char *known) { return method == known; })) {
        fail(501, "The method is not implemented.");
        return false;
    }
    m_request.method = method.toByteArray();
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
    for (const HeaderField &field : headers) {
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
    Q_ASSERT(m_state == State::Complete);
    HttpRequest request = std::move(m_request);
    *this = RequestParser(m_limits);
    return request;
}

// --- ResponseParser ---

void ResponseParser::fail(const char *reason)
{
    m_state = State::Failed;
    m_fault = {502, reason};
}

QByteArray ResponseParser::feed(QByteArrayView &input)
{
    while (m_state == State::Head && !input.isEmpty()) {
        // The end may lie across two reads: look from three bytes before the new ones.
        const qsizetype before = m_head.size();
        const qsizetype room = qMin<qsizetype>(input.size(), m_maximumHead + 4 - before);
        m_head.append(input.first(room));
        const qsizetype end = m_head.indexOf("\r\n\r\n", qMax<qsizetype>(0, before - 3));
        if (end < 0) {
            input = input.sliced(room);
            if (m_head.size() >= m_maximumHead)
                fail("The header of the answer is too large.");
            continue;
        }
        input = input.sliced(end + 4 - before);
        const QByteArray head = m_head.first(end + 2);
        m_head.clear();
        readHead(head);
    }
    QByteArray content;
    if (m_state != State::Body)
        return content;
    if (m_chunked) {
        m_chunks.decode(input, content);
        if (m_chunks.fault())
            fail(m_chunks.fault()->reason);
        else if (m_chunks.complete())
            m_state = State::Complete;
    } else if (m_untilClose) {
        content = input.toByteArray();
        input = {};
    } else {
        const qsizetype size = qsizetype(qMin<qint64>(m_bodyLeft, input.size()));
        content = input.first(size).toByteArray();
        input = input.sliced(size);
        m_bodyLeft -= size;
        if (m_bodyLeft == 0)
            m_state = State::Complete;
    }
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
        (line.size() > 12 && line[12] != ' '))
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
    if (m_status < 200)
        return; // interim: the real one follows
    readFraming();
}

void ResponseParser::readFraming()
{
    m_keepAlive = m_minorVersion >= 1;
    for (const HeaderField &field : m_headers) {
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

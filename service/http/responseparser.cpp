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

QByteArray ResponseParser::feed(QByteArrayView &input)
{
    QByteArray content;
    while (!isOver() && !input.isEmpty())
        content.append(next(input));
    return content;
}

void ResponseParser::readLine(QByteArrayView &input)
{
    switch (m_lines.take(input, m_maximumHead - m_headBytes)) {
    case LineReader::Outcome::Unfinished:
        return;
    case LineReader::Outcome::TooLong:
        return fail("The header of the answer is too large.");
    case LineReader::Outcome::BareLineFeed:
        return fail("A line of the answer's header does not end in CR LF.");
    case LineReader::Outcome::Whole:
        break;
    }
    const QByteArrayView line = m_lines.line();
    m_headBytes += line.size() + 2;
    if (m_status == 0) {
        m_headers = {};
        m_headers.reserve(qMin<qsizetype>(input.size(), 1024), 32);
        readStatusLine(line);
    } else if (line.isEmpty()) {
        finishHead();
    } else if (HeaderField field; !fields::readField(line, field)) {
        fail("A header field of the answer is malformed.");
    } else if (m_headers.size() >= maximumFields) {
        fail("The header of the answer has too many fields.");
    } else {
        m_headers.append(field.name, field.value);
    }
}

void ResponseParser::readStatusLine(QByteArrayView line)
{
    // RFC 9112 §4: HTTP/1.x SP three digits SP reason; the last space is often missing with an empty reason.
    if (line.size() < 12 || !line.startsWith("HTTP/1.") || !fields::isDigit(line[7]) || line[8] != ' ' ||
        !fields::isDigit(line[9]) || !fields::isDigit(line[10]) || !fields::isDigit(line[11]) ||
        (line.size() > 12 && line[12] != ' ') || !fields::isFieldValue(line.sliced(12)))
        return fail("The status line of the answer is malformed.");
    m_status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    m_minorVersion = line[7] - '0';
    if (m_status < 100 || m_status > 599)
        return fail("The status of the answer is malformed.");
    if (m_status == 101)
        return fail("The upstream switched protocols without being asked.");
}

void ResponseParser::finishHead()
{
    if (m_status >= 200)
        return readFraming();
    m_status = 0; // interim: the real one follows
    if (++m_interim > maximumInterim)
        fail("The upstream sends interim answers without end.");
}

void ResponseParser::readFraming()
{
    bool wantsClose = false;
    bool wantsKeepAlive = false;
    int codings = 0;
    int lengths = 0;
    for (const HeaderField field : m_headers) {
        if (equalsIgnoringCase(field.name, "Connection")) {
            wantsClose = wantsClose || fields::listContains(field.value, "close");
            wantsKeepAlive = wantsKeepAlive || fields::listContains(field.value, "keep-alive");
        } else if (equalsIgnoringCase(field.name, "Transfer-Encoding")) {
            // We asked for none, and with another it is open where the answer ends.
            if (++codings > 1 || fields::transferCoding(field.value) != fields::Coding::Chunked)
                return fail("The answer has a transfer coding other than chunked.");
        } else if (equalsIgnoringCase(field.name, "Content-Length")) {
            const auto length = fields::contentLength(field.value);
            if (++lengths > 1 || !length)
                return fail("Content-Length of the answer is not one number.");
            m_contentLength = *length;
            m_bodyLeft = *length;
        }
    }
    if (codings > 0 && lengths > 0)
        return fail("Transfer-Encoding and Content-Length of the answer contradict each other.");
    // RFC 9112 §6.1: somebody on the way may not have known the coding.
    if (codings > 0 && m_minorVersion == 0)
        return fail("An answer of HTTP/1.0 has no transfer coding.");
    m_hasHead = true;
    const bool bodyless = m_toHead || m_status == 204 || m_status == 304;
    m_chunked = codings > 0;
    m_untilClose = codings == 0 && lengths == 0;
    m_keepAlive = !wantsClose && (wantsKeepAlive || m_minorVersion >= 1) && (bodyless || !m_untilClose);
    if (bodyless || (!m_chunked && !m_untilClose && m_bodyLeft == 0))
        m_state = State::Complete;
    else
        m_state = State::Body;
}

QByteArrayView ResponseParser::next(QByteArrayView &input)
{
    while (m_state == State::Head && !input.isEmpty())
        readLine(input);
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
    if (m_untilClose)
        return std::exchange(input, {});
    const QByteArrayView content = input.first(qsizetype(qMin<qint64>(m_bodyLeft, input.size())));
    input = input.sliced(content.size());
    m_bodyLeft -= content.size();
    if (m_bodyLeft == 0)
        m_state = State::Complete;
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

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/requestwriter.h"

#include "service/http/textbuilder.h"

namespace quota::service
{

// RFC 9110 §8.6: methods whose meaning lies in their content say its length even when it is empty; others are asked
// not to.
static bool anticipatesContent(const QByteArray &method)
{
    return method == "POST" || method == "PUT" || method == "PATCH";
}

void RequestWriter::begin(const UpstreamRequest &request, const Origin &origin)
{
    *this = {};
    TextBuilder head(256 + request.target.size() + request.headers.lines().size());
    head.add(request.method).add(' ').add(request.target).add(" HTTP/1.1\r\nHost: ");
    head.add(origin.hostField).add("\r\n").add(request.headers.lines());
    if (request.streamedLength == UpstreamRequest::unknownLength) {
        head.add("Transfer-Encoding: chunked\r\n");
        m_chunked = true;
    } else {
        const qint64 length = request.streamedLength.value_or(request.body.size());
        if (length > 0 || anticipatesContent(request.method))
            head.add("Content-Length: ").addNumber(length).add("\r\n");
        if (request.streamedLength)
            m_bodyLeft = length;
    }
    m_ended = !m_chunked && m_bodyLeft == 0;
    head.add("\r\n");
    push(head.bytes());
    if (!request.streamedLength)
        push(request.body);
}

void RequestWriter::push(const QByteArray &piece)
{
    m_unsent.append(piece);
    m_given += piece.size();
}

void RequestWriter::append(const QByteArray &bytes)
{
    if (bytes.isEmpty() || m_ended)
        return;
    if (m_chunked) {
        push((m_firstChunk ? QByteArray() : QByteArray("\r\n")) + QByteArray::number(bytes.size(), 16) +
             "\r\n");
        m_firstChunk = false;
    } else {
        Q_ASSERT(bytes.size() <= m_bodyLeft);
        m_bodyLeft -= bytes.size();
        m_ended = m_bodyLeft == 0;
    }
    push(bytes);
}

void RequestWriter::end()
{
    if (!m_chunked || m_ended)
        return; // a body of a known length ends by itself
    push(m_firstChunk ? "0\r\n\r\n" : "\r\n0\r\n\r\n");
    m_ended = true;
}

RequestWriter::Progress RequestWriter::write(Transport &transport)
{
    if (!m_unsent.flush(transport))
        return Progress::Broken;
    if (!m_unsent.isEmpty())
        return Progress::Blocked;
    return m_ended ? Progress::Whole : Progress::Starved;
}

void RequestWriter::stop()
{
    m_given -= m_unsent.bytes();
    m_unsent.clear();
    m_ended = true;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/requestwriter.h"

#include "service/http/textbuilder.h"

#include <array>

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
    TextBuilder head(256 + request.target.size() + request.headers.textSize() + 4 * request.headers.size());
    head.add(request.method).add(' ').add(request.target).add(" HTTP/1.1\r\nHost: ");
    head.add(origin.hostField).add("\r\n");
    for (const HeaderField field : request.headers)
        head.add(field.name).add(": ").add(field.value).add("\r\n");
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
    if (piece.isEmpty())
        return;
    m_pieces.append(piece);
    m_unsent += piece.size();
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
    while (!m_pieces.isEmpty()) {
        std::array<iovec, 16> parts;
        int count = 0;
        for (const QByteArray &piece : std::as_const(m_pieces)) {
            const qsizetype skip = count == 0 ? m_offset : 0;
            parts.at(size_t(count)) = {const_cast<char *>(piece.constData()) + skip,
                                       size_t(piece.size() - skip)};
            if (++count == int(parts.size()))
                break;
        }
        const qint64 taken = transport.send(parts.data(), count);
        if (taken == Transport::nothingNow)
            return Progress::Blocked;
        if (taken < 0)
            return Progress::Broken;
        remove(taken);
    }
    return m_ended ? Progress::Whole : Progress::Starved;
}

void RequestWriter::remove(qint64 size)
{
    m_taken += size;
    m_unsent -= size;
    qsizetype left = m_offset + size;
    qsizetype done = 0;
    while (done < m_pieces.size() && left >= m_pieces.at(done).size())
        left -= m_pieces.at(done++).size();
    m_pieces.remove(0, done);
    m_offset = left;
}

void RequestWriter::keep()
{
    // What came before was kept before. Memory of others has no header of Qt's.
    if (m_pieces.isEmpty() || m_pieces.last().data_ptr().isMutable())
        return;
    QByteArray &last = m_pieces.last();
    const qsizetype skip = m_pieces.size() == 1 ? std::exchange(m_offset, 0) : 0;
    last = QByteArray(last.constData() + skip, last.size() - skip);
}

void RequestWriter::stop()
{
    m_pieces.clear();
    m_offset = 0;
    m_unsent = 0;
    m_ended = true;
}

}

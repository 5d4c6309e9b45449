// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/sendqueue.h"

#include <array>

namespace quota::service
{

// Small pieces that wait share their memory up to this size.
static constexpr qsizetype pieceSize = 16 * 1024;

bool SendQueue::send(Transport &transport, std::span<const QByteArrayView> parts)
{
    qint64 sent = 0;
    if (m_rest.isEmpty()) {
        std::array<iovec, 8> vectors;
        Q_ASSERT(parts.size() <= vectors.size());
        for (size_t i = 0; i < parts.size(); ++i)
            vectors[i] = {const_cast<char *>(parts[i].data()), size_t(parts[i].size())};
        sent = transport.send(vectors.data(), int(parts.size()));
        if (sent == Transport::broken)
            return false;
        sent = qMax<qint64>(sent, 0);
    }
    for (const QByteArrayView part : parts) {
        const qint64 ofThis = qMin<qint64>(sent, part.size());
        sent -= ofThis;
        if (ofThis < part.size())
            keep(part.sliced(ofThis));
    }
    if (!m_rest.isEmpty())
        transport.setWriting(true);
    return true;
}

void SendQueue::keep(QByteArrayView part)
{
    m_bytes += part.size();
    if (!m_rest.isEmpty() && m_rest.constLast().size() + part.size() <= pieceSize)
        m_rest.last().append(part);
    else
        m_rest.append(part.toByteArray());
}

void SendQueue::append(const QByteArray &piece)
{
    if (piece.isEmpty())
        return;
    m_rest.append(piece);
    m_bytes += piece.size();
}

bool SendQueue::flush(Transport &transport)
{
    while (!m_rest.isEmpty()) {
        std::array<iovec, 16> vectors;
        size_t count = 0;
        for (const QByteArray &piece : std::as_const(m_rest)) {
            const qsizetype skip = count == 0 ? m_sentOfFirst : 0;
            vectors[count] = {const_cast<char *>(piece.constData()) + skip, size_t(piece.size() - skip)};
            if (++count == vectors.size())
                break;
        }
        const qint64 sent = transport.send(vectors.data(), int(count));
        if (sent == Transport::broken)
            return false;
        if (sent == Transport::nothingNow)
            break;
        remove(sent);
    }
    transport.setWriting(!m_rest.isEmpty());
    return true;
}

void SendQueue::remove(qint64 size)
{
    m_bytes -= size;
    qsizetype left = m_sentOfFirst + size;
    qsizetype done = 0;
    while (done < m_rest.size() && left >= m_rest.at(done).size())
        left -= m_rest.at(done++).size();
    m_rest.remove(0, done);
    m_sentOfFirst = left;
    if (m_rest.isEmpty())
        m_rest = {};
}

void SendQueue::own()
{
    // What came before was made our own before. Memory of others has no header of Qt's.
    if (m_rest.isEmpty() || m_rest.last().data_ptr().isMutable())
        return;
    QByteArray &last = m_rest.last();
    const qsizetype skip = m_rest.size() == 1 ? std::exchange(m_sentOfFirst, 0) : 0;
    last = QByteArray(last.constData() + skip, last.size() - skip);
}

void SendQueue::clear()
{
    m_rest = {};
    m_sentOfFirst = 0;
    m_bytes = 0;
}

}

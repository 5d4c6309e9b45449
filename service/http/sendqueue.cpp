// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/sendqueue.h"

#include <array>

namespace quota::service
{

// Small pieces that wait share their memory up to this size.
static constexpr qsizetype pieceSize = 16 * 1024;

bool SendQueue::send(std::span<const QByteArrayView> parts)
{
    qint64 sent = 0;
    if (m_rest.isEmpty()) {
        std::array<iovec, 8> vectors;
        Q_ASSERT(parts.size() <= vectors.size());
        for (size_t i = 0; i < parts.size(); ++i)
            vectors[i] = {const_cast<char *>(parts[i].data()), size_t(parts[i].size())};
        sent = m_transport.send(vectors.data(), int(parts.size()));
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
        m_transport.setWriting(true);
    return true;
}

void SendQueue::keep(QByteArrayView part)
{
    m_bytes += part.size();
    if (!m_rest.isEmpty() && m_rest.last().size() + part.size() <= pieceSize)
        m_rest.last().append(part);
    else
        m_rest.append(part.toByteArray());
}

bool SendQueue::flush()
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
        const qint64 sent = m_transport.send(vectors.data(), int(count));
        if (sent == Transport::broken)
            return false;
        if (sent == Transport::nothingNow)
            return true;
        m_bytes -= sent;
        qsizetype left = m_sentOfFirst + sent;
        while (!m_rest.isEmpty() && left >= m_rest.constFirst().size()) {
            left -= m_rest.constFirst().size();
            m_rest.removeFirst();
        }
        m_sentOfFirst = left;
    }
    m_rest = {};
    m_transport.setWriting(false);
    return true;
}

void SendQueue::clear()
{
    m_rest = {};
    m_sentOfFirst = 0;
    m_bytes = 0;
}

}

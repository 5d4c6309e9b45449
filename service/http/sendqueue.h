// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/transport.h"

#include <QByteArray>
#include <QList>

#include <span>

// What a transport has not taken yet, in order: of answers on their way to clients, and of requests on their way to
// upstreams. Its owner flushes it when the transport is writable, and bounds what it gives by bytes().
namespace quota::service
{

class SendQueue
{
public:
    // One write for all the parts, 8 at most; copies are kept of what is not taken. False: the transport is broken.
    bool send(Transport &transport, std::span<const QByteArrayView> parts);
    // To be sent by flush(). Not copied: it may lie in memory that is the caller's until own().
    void append(const QByteArray &piece);
    bool flush(Transport &transport);
    // Makes what is unsent independent of the callers' memory.
    void own();
    // Forgets what is unsent.
    void clear();

    bool isEmpty() const { return m_rest.isEmpty(); }
    qint64 bytes() const { return m_bytes; }

private:
    void keep(QByteArrayView part);
    void remove(qint64 size);

    QList<QByteArray> m_rest; // no memory as long as the transport takes everything
    qsizetype m_sentOfFirst = 0;
    qint64 m_bytes = 0;
};

}

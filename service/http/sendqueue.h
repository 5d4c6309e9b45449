// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/transport.h"

#include <QByteArray>
#include <QList>

#include <span>

// What a transport has not taken yet. Sends at once whatever it can and keeps copies of the rest only, in order.
// Its owner calls flush() when the transport is writable() and bounds what it gives by bytes().
namespace quota::service
{

class SendQueue
{
public:
    explicit SendQueue(Transport &transport)
        : m_transport(transport)
    {}

    // One write for all the parts, 8 at most. False: the transport is broken.
    bool send(std::span<const QByteArrayView> parts);
    bool flush();
    // Forgets what is unsent.
    void clear();

    bool isEmpty() const { return m_rest.isEmpty(); }
    qint64 bytes() const { return m_bytes; }

private:
    void keep(QByteArrayView part);

    Transport &m_transport;
    QList<QByteArray> m_rest; // no memory as long as the transport takes everything
    qsizetype m_sentOfFirst = 0;
    qint64 m_bytes = 0;
};

}

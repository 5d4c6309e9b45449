// SPDX-License-Identifier: GPL-3.0-or-later
#include "rawserver.h"

#include <sys/socket.h>

#include <algorithm>

namespace quota::test
{

void RawServer::Peer::send(const QByteArray &bytes)
{
    socket->write(bytes);
    socket->flush();
}

void RawServer::Peer::reset()
{
    const ::linger atOnce{1, 0};
    ::setsockopt(int(socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    socket->abort();
}

RawServer::RawServer(Arrived arrived, bool reads, const QHostAddress &address)
{
    connect(this, &QTcpServer::newConnection, this, [this, arrived, reads] {
        while (QTcpSocket *socket = nextPendingConnection()) {
            Peer *peer = m_peers.emplace_back(std::make_unique<Peer>()).get();
            peer->socket = socket;
            connect(socket, &QTcpSocket::disconnected, this, [peer] { peer->gone = true; });
            if (!reads) {
                socket->setReadBufferSize(1);
                continue;
            }
            connect(socket, &QTcpSocket::readyRead, this, [peer, arrived] {
                peer->received += peer->socket->readAll();
                if (arrived)
                    arrived(*peer);
            });
        }
    });
    if (!listen(address))
        qFatal("no port");
}

RawServer::~RawServer()
{
    for (const auto &peer : m_peers)
        peer->socket->disconnect(this);
}

RawServer::Arrived RawServer::answering(const QByteArray &answer)
{
    return [answer](Peer &peer) {
        if (!peer.hasRequest())
            return;
        peer.received.clear();
        peer.send(answer);
    };
}

int RawServer::open() const
{
    return int(std::count_if(m_peers.begin(), m_peers.end(), [](const auto &peer) { return !peer->gone; }));
}

}

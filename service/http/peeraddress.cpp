// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/peeraddress.h"

#include <netinet/in.h>
#include <sys/socket.h>

namespace quota::service
{

PeerAddress peerAddressOf(int descriptor)
{
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr *>(&storage), &size) != 0)
        return {};
    PeerAddress peer;
    peer.address.setAddress(reinterpret_cast<const sockaddr *>(&storage));
    if (storage.ss_family == AF_INET6) {
        peer.port = ntohs(reinterpret_cast<const sockaddr_in6 *>(&storage)->sin6_port);
        bool mapped = false;
        if (const quint32 four = peer.address.toIPv4Address(&mapped); mapped)
            peer.address.setAddress(four);
    } else {
        peer.port = ntohs(reinterpret_cast<const sockaddr_in *>(&storage)->sin_port);
    }
    return peer;
}

}

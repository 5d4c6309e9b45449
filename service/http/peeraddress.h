// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHostAddress>

// Who is at the other end of a connected descriptor; IPv4 clients of an IPv6 socket by their IPv4 address. Null
// when it is gone already.
namespace quota::service
{

struct PeerAddress
{
    QHostAddress address;
    quint16 port = 0;
};

PeerAddress peerAddressOf(int descriptor);

}

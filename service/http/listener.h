// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QList>

// Listening sockets that share one port, one for each lane (SO_REUSEPORT, so that the kernel spreads clients).
// Sharing would also let a second instance silently take half of the traffic: that is refused here, naming who
// holds the port.
namespace quota::service
{

struct Listeners
{
    quint16 port = 0;       // the real one, also when 0 was asked for
    QList<int> descriptors; // listening, non-blocking, close-on-exec
};

// host: an IP address or «localhost»; «::» takes IPv4 clients, too. Errors say what to do about a taken port or a
// foreign address. setting: the one that names host and port together; without it these are HOST and PORT.
Result<Listeners> openListeners(const QString &host, quint16 port, int count, const QString &setting = {});

}

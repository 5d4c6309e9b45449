// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/proxyrules.h"

#include <QList>

// One upstream server as requests reach it, and what its connections have in common: address, trust, proxy, the
// TLS session to resume, the connections that wait for a request. One per lane; the pool makes them, connections
// keep them alive.
namespace quota::service
{

class ClientConnection;

struct Origin
{
    Origin(const QUrl &url, const UpstreamRoute &route, const ProxyRules &rules);

    bool secure = false;
    QString host; // ASCII, IPv6 without brackets
    quint16 port = 0;
    QString name;         // «https://api.example.com:443», for messages
    QByteArray hostField; // RFC 9110 §7.2
    bool privateAuthority = false;
    QUrl proxy; // empty: none
    // Requests of the same key share connections.
    QByteArray key() const;

    QByteArray session;             // ticket of the newest TLS session
    QList<ClientConnection *> idle; // the latest used last
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/clientconnection.h"

#include <QHash>

// The origins a client knows and their idle connections: the latest used first, so that the others can grow old;
// not too many, not for too long. It owns no connection; stale ones are handed back through discard.
namespace quota::service
{

class ConnectionPool
{
public:
    // discard is called for connections that are dropped here.
    ConnectionPool(ClientShare &share, std::function<void(ClientConnection *)> discard);

    std::shared_ptr<Origin> originOf(const QUrl &url, const UpstreamRoute &route);
    // One that can be used at once; null when there is none.
    ClientConnection *take(Origin &origin);
    void keep(ClientConnection *connection);
    void forget(ClientConnection *connection); // if it is here at all

    static constexpr qsizetype maximumOrigins = 256; // beyond, those without connections are forgotten

private:
    // What a request names, resolved: providers come with the same few values again and again.
    struct Known
    {
        QUrl url;
        UpstreamRoute route;
        std::shared_ptr<Origin> origin;
    };
    void sweep();
    void forgetUnused();

    ClientShare &m_share;
    const std::function<void(ClientConnection *)> m_discard;
    QHash<QByteArray, std::shared_ptr<Origin>> m_origins;
    std::vector<Known> m_known;
    Deadline m_sweep;
};

}

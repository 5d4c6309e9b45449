// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/client.h"

#include "service/http/connectionpool.h"

namespace quota::service
{

struct Client::Private
{
    Private(ClientOptions options, TimerWheel &wheel)
        : share{options, UpstreamTls(options.privateAuthorities), wheel, {}}
        , pool(share, [](ClientConnection *connection) { connection->deleteLater(); })
    {}

    ClientShare share;
    ConnectionPool pool;
    // Gone before the rest: they use it to their end.
    QObject connections;
};

Client::Client(ClientOptions options, TimerWheel &wheel, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(std::move(options), wheel))
{}

Client::~Client() = default;

std::unique_ptr<UpstreamCall> Client::start(UpstreamRequest request)
{
    std::shared_ptr<Origin> origin = d->pool.originOf(request.origin, request.route);
    const bool fresh = request.fresh;
    auto call = std::make_unique<ClientCall>(std::move(request), *origin, d->share.options.total);
    ClientConnection *connection = fresh ? nullptr : d->pool.take(*origin);
    if (!connection)
        connection = open(std::move(origin));
    connection->begin(call.get());
    return call;
}

QUrl Client::proxyFor(const QUrl &origin, const UpstreamRoute &route) const
{
    return d->share.options.proxies.proxyFor(origin, route);
}

ClientConnection *Client::open(std::shared_ptr<Origin> origin)
{
    auto *connection = new ClientConnection(origin, d->share, &d->connections);
    connect(connection, &ClientConnection::free, this, [this, connection] { d->pool.keep(connection); });
    connect(connection, &ClientConnection::stale, this, [this, connection] {
        d->pool.forget(connection);
        connection->deleteLater();
    });
    // Not from the pool: what is new cannot be lost in the same way again.
    connect(connection, &ClientConnection::lost, this,
            [this, origin](ClientCall *call) { open(origin)->begin(call); });
    return connection;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/client.h"

#include "service/http/connectionpool.h"

namespace quota::service
{

struct Client::Private final : ClientConnection::Owner
{
    Private(ClientOptions options, TimerWheel &wheel)
        : share{options, UpstreamTls(options.privateAuthorities), wheel, {}}
        , pool(share, [](ClientConnection *connection) { connection->deleteLater(); })
    {}

    ClientConnection *open(std::shared_ptr<Origin> origin)
    {
        return new ClientConnection(std::move(origin), share, *this, &connections);
    }
    void onFree(ClientConnection &connection) override { pool.keep(&connection); }
    void onStale(ClientConnection &connection) override
    {
        pool.forget(&connection);
        connection.deleteLater();
    }
    // Not from the pool: what is new cannot be lost in the same way again.
    void onLost(ClientConnection &connection, ClientCall *call) override
    {
        open(connection.origin())->begin(call);
    }

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
        connection = d->open(std::move(origin));
    connection->begin(call.get());
    return call;
}

QUrl Client::proxyFor(const QUrl &origin, const UpstreamRoute &route) const
{
    return d->share.options.proxies.proxyFor(origin, route);
}

}

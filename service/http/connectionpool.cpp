// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/connectionpool.h"

#include <algorithm>

namespace quota::service
{

static constexpr std::chrono::milliseconds sweepInterval{1'000};

ConnectionPool::ConnectionPool(ClientShare &share, std::function<void(ClientConnection *)> discard)
    : m_share(share)
    , m_discard(std::move(discard))
    , m_sweep(share.wheel, [this] { sweep(); })
{}

std::shared_ptr<Origin> ConnectionPool::originOf(const QUrl &url, const UpstreamRoute &route)
{
    const auto known = std::find_if(m_known.begin(), m_known.end(),
                                    [&](const Known &one) { return one.url == url && one.route == route; });
    if (known != m_known.end())
        return known->origin;
    if (m_known.size() >= size_t(maximumOrigins))
        forgetUnused();
    auto origin = std::make_shared<Origin>(url, route, m_share.options.proxies);
    std::shared_ptr<Origin> &place = m_origins[origin->key()];
    if (!place)
        place = std::move(origin);
    m_known.push_back({url, route, place});
    return place;
}

void ConnectionPool::forgetUnused()
{
    m_known.clear();
    m_origins.removeIf([](const auto &entry) { return entry.value().use_count() == 1; });
}

ClientConnection *ConnectionPool::take(Origin &origin)
{
    while (!origin.idle.isEmpty()) {
        ClientConnection *connection = origin.idle.takeLast();
        if (connection->isUsable())
            return connection;
        m_discard(connection);
    }
    return nullptr;
}

void ConnectionPool::keep(ClientConnection *connection)
{
    QList<ClientConnection *> &idle = connection->origin()->idle;
    idle.append(connection);
    if (idle.size() > m_share.options.keptPerOrigin)
        m_discard(idle.takeFirst());
    if (!m_sweep.isRunning())
        m_sweep.start(sweepInterval);
}

void ConnectionPool::forget(ClientConnection *connection)
{
    connection->origin()->idle.removeOne(connection);
}

void ConnectionPool::sweep()
{
    bool any = false;
    for (const std::shared_ptr<Origin> &origin : std::as_const(m_origins)) {
        origin->idle.removeIf([this](ClientConnection *connection) {
            const bool usable = connection->isUsable();
            if (!usable)
                m_discard(connection);
            return !usable;
        });
        any = any || !origin->idle.isEmpty();
    }
    if (any)
        m_sweep.start(sweepInterval);
}

}

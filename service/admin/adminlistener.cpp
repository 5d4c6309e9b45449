// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/adminlistener.h"

#include "service/admin/adminexchange.h"
#include "service/connectionlimits.h"
#include "service/descriptorlimit.h"

namespace quota::service
{

AdminListener::AdminListener(const Config &config, AdminApi &api, LaneMetrics &metrics,
                             const ServedCertificate *certificate, QObject *parent)
    : QObject(parent)
    , m_api(api)
    , m_metrics(metrics)
    , m_server(connectionLimits(config, adminConnections), m_wheel,
               [this](Exchange &exchange) { handle(exchange); })
{
    if (certificate)
        m_server.setCertificate(*certificate);
    connect(&m_server, &Server::connectionOpened, this, [this] { m_metrics.connectionOpened(); });
    connect(&m_server, &Server::connectionClosed, this, [this] { m_metrics.connectionClosed(); });
    connect(&m_server, &Server::requestRefused, this,
            [this](int status) { m_metrics.requestFinished({}, status, std::chrono::microseconds(0)); });
    connect(&m_server, &Server::drained, this, &AdminListener::drained);
}

void AdminListener::handle(Exchange &exchange)
{
    exchange.setWatcher(this);
    AdminExchange::begin(exchange,
                         [this](HttpRequest request, const QByteArray &id, AdminExchange::Reply reply) {
                             m_api.handle(std::move(request), id).then(&m_api, std::move(reply));
                         });
}

void AdminListener::onEnded(const Exchange &exchange, int status)
{
    m_metrics.requestFinished(exchange.request().method, status,
                              std::chrono::duration_cast<std::chrono::microseconds>(
                                  std::chrono::steady_clock::now() - exchange.begun()));
}

}

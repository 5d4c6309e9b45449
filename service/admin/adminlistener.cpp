// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/adminlistener.h"

#include "service/connectionlimits.h"
#include "service/descriptorlimit.h"
#include "service/http/fileanswer.h"

#include <QPointer>

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
    const auto begun = std::chrono::steady_clock::now();
    const auto note = [this, &exchange, begun](int status) {
        m_metrics.requestFinished(
            exchange.request().method, status,
            std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun));
    };
    connect(&exchange, &Exchange::finished, &exchange, [&exchange, note] { note(exchange.status()); });
    connect(&exchange, &Exchange::gone, &exchange,
            [&exchange, note] { note(exchange.isWhole() ? exchange.status() : 0); });
    connect(&exchange, &Exchange::bodyReceived, this, [this, &exchange] {
        m_api.handle(exchange.request(), exchange.id())
            .then(&m_api, [pending = QPointer<Exchange>(&exchange)](const HttpAnswer &answer) {
                if (pending)
                    FileAnswer::send(*pending, answer);
            });
    });
    exchange.receiveBody(AdminApi::maximumBody);
}

}

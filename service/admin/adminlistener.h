// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/adminapi.h"
#include "service/config.h"
#include "service/http/server.h"
#include "service/telemetry/metrics.h"

// The admin API on a listener of its own (ADMIN_LISTEN), so that it can be kept on another address than the one for
// key holders. Made by the service, served in the main thread, drained together with the lanes.
namespace quota::service
{

class AdminListener : public QObject, private ExchangeWatcher
{
    Q_OBJECT

public:
    // certificate: null for plain HTTP. All must outlive the listener.
    AdminListener(const Config &config, AdminApi &api, LaneMetrics &metrics,
                  const ServedCertificate *certificate, QObject *parent = nullptr);

    // Serves the listening descriptor and owns it from here on.
    Done start(int descriptor) { return m_server.listen(descriptor); }
    // As a lane: requests under way go on, drained() follows.
    void drain() { m_server.drain(); }
    void cutAll() { m_server.cutAll(); }

Q_SIGNALS:
    void drained();

private:
    void handle(Exchange &exchange);
    void onEnded(const Exchange &exchange, int status) override;

    AdminApi &m_api;
    LaneMetrics &m_metrics;
    TimerWheel m_wheel;
    Server m_server;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/clientoptions.h"
#include "service/http/dialler.h"
#include "service/http/origin.h"
#include "service/http/proxytunnel.h"
#include "service/http/upstreamtls.h"

#include <QSslSocket>

// Reaches an upstream in stages: address, TCP, the outbound proxy if there is one, TLS if it is https. Made for one
// connection, which bounds its time and takes the transport.
namespace quota::service
{

class Transport;

class Connector : public QObject
{
    Q_OBJECT

public:
    Connector(std::shared_ptr<Origin> origin, const ClientOptions &options, const UpstreamTls &tls,
              TimerWheel &wheel, QObject *parent = nullptr);
    ~Connector() override;

    void start();
    QString stage() const;                      // what is being done, for the message that it took too long
    std::unique_ptr<Transport> takeTransport(); // after reached()

Q_SIGNALS:
    // One of them, once, from the event loop.
    void reached();
    void failed(const QString &message);

private:
    void onDialled();
    void goOn(int descriptor);
    void secure(int descriptor);
    void onSecured();
    void onTlsError();
    void fail(const QString &message);

    const std::shared_ptr<Origin> m_origin;
    const UpstreamTls &m_tls;
    Dialler m_dialler;
    std::unique_ptr<ProxyTunnel> m_tunnel;
    std::unique_ptr<QSslSocket> m_socket;
    std::unique_ptr<Transport> m_transport;
    QList<QSslError> m_tlsErrors;
    bool m_over = false;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/connection.h"
#include "service/http/peeraddress.h"
#include "service/http/servedcertificate.h"
#include "service/http/stage.h"
#include "shared/result.h"

#include <QAbstractHttpServer>
#include <QHash>
#include <QPointer>
#include <QSet>
#include <QSocketNotifier>

#include <deque>
#include <functional>
#include <memory>
#include <optional>

// The seam to QtHttpServer, and the only file that knows its API and its ages: it accepts connections as guards
// of ours, lets QtHttpServer dispatch their requests on a stage, and hands each to the lane as an Exchange. It also
// counts connections against their caps, and drains. One per lane, in the lane's thread.
namespace quota::service
{

class Server : public QAbstractHttpServer, private ConnectionOwner
{
    Q_OBJECT

public:
    using Handler = std::function<void(Exchange &)>;

    Server(const ConnectionLimits &limits, TimerWheel &wheel, Handler handler, QObject *parent = nullptr);
    ~Server() override;

    // Before listen(): clients are to speak TLS, each with the certificate that is in use when it comes. It outlives
    // this server.
    void setCertificate(const ServedCertificate &certificate) { m_certificate.emplace(certificate); }
    // Serves a listening, non-blocking descriptor and owns it from here on.
    Done listen(qintptr descriptor);

    // Closes idle connections; requests under way go on, and new connections are served until none is left. Then
    // it stops listening, and drained() follows.
    void drain();
    // Stops listening and cuts every connection; requests under way hear gone().
    void cutAll();
    qsizetype connectionCount() const { return m_connections.size(); }

Q_SIGNALS:
    void connectionOpened();
    void connectionClosed();
    void requestRefused(int status); // before it became an exchange
    void drained();

protected:
#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)
    bool handleRequest(const QHttpServerRequest &request, QTcpSocket *socket) override;
    void missingHandler(const QHttpServerRequest &request, QTcpSocket *socket) override;
#elif QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder) override;
    void missingHandler(const QHttpServerRequest &request, QHttpServerResponder &&responder) override;
#else
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder) override;
    void missingHandler(const QHttpServerRequest &request, QHttpServerResponder &responder) override;
#endif

private:
    class Acceptor;
    void onRequest(Exchange &exchange) override;
    void onRefused(int status) override
    {
        Q_EMIT requestRefused(status);
    }
    void onClosed(Connection &connection) override
    {
        forget(&connection);
    }
    void present();
    void handle();
    bool acceptSome();
    void accept(int descriptor);
    Connection *add(int descriptor, const PeerAddress &peer);
    void acceptFailed(int error);
    std::unique_ptr<Transport> transportOf(int descriptor);
    const char *overCap(const QHostAddress &peer) const;
    void refuseAtTheDoor(int descriptor, const PeerAddress &peer, const char *reason);
    void acceptAgain();
    void stopListening();
    void forget(Connection *connection);
    void tellIfDrained();

    ConnectionShare m_share;
    const Handler m_handler;
    std::optional<CertificateView> m_certificate; // none: plain HTTP
    Acceptor *m_acceptor = nullptr;
    QPointer<Stage> m_stage;
    std::deque<QPointer<Exchange>> m_dispatched; // the first is on the stage
    int m_listener = -1;
    std::unique_ptr<QSocketNotifier> m_arrivals; // clients that wait to be accepted
    QSet<Connection *> m_connections;
    QSet<Connection *> m_refused;         // of those, the ones that are only told why they are not served
    QHash<QHostAddress, int> m_byAddress; // connections that are served
    // Given up for a moment when no other descriptor is left, so that a client hears why it cannot be served.
    int m_spareDescriptor = -1;
    Deadline m_acceptPause;
    TimerWheel::Instant m_acceptFaultTold;
    bool m_draining = false;
};

}

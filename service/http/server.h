// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/connection.h"
#include "shared/result.h"

#include <QAbstractHttpServer>
#include <QHash>
#include <QSet>
#include <QTimer>

#include <functional>
#include <memory>
#include <unordered_map>

#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
#include <QHttpServerResponder>
#endif

class QTcpServer;

// The seam to QtHttpServer, and the only file that knows its API and its ages: it accepts connections as guards
// of ours, lets QtHttpServer dispatch what they stage, and hands each request to the lane as an Exchange. It also
// counts connections against their cap, looks after deadlines and drains. One per lane, in the lane's thread.
namespace quota::service
{

class Server : public QAbstractHttpServer
{
    Q_OBJECT

public:
    using Handler = std::function<void(Exchange &)>;

    Server(const ConnectionLimits &limits, int maximumConnections, Handler handler,
           QObject *parent = nullptr);
    ~Server() override;

    // Serves a listening, non-blocking descriptor and owns it from here on.
    Done listen(qintptr descriptor);

    // Stops listening, closes idle connections; requests under way go on. drained() follows when none is left.
    void drain();
    // Cuts every connection; requests under way hear gone().
    void cutAll();
    qsizetype connectionCount() const { return m_connections.size(); }

Q_SIGNALS:
    void connectionOpened();
    void connectionClosed();
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
    void accept(qintptr descriptor);
    void dispatch(Connection *connection);
    void checkDeadlines();
    void tellIfDrained();

    const ConnectionLimits m_limits;
    const int m_maximumConnections;
    const Handler m_handler;
    Acceptor *m_acceptor = nullptr;
    QSet<Connection *> m_connections;
    QTimer m_deadlineTimer;
    bool m_draining = false;
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    // From 6.5 the next request is read only when the responder of the one before is gone.
    std::unordered_map<Connection *, std::unique_ptr<QHttpServerResponder>> m_responders;
#endif
};

}

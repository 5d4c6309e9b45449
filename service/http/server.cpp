// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/server.h"

#include "service/telemetry/log.h"

#include <QHttpServerRequest>
#include <QTcpServer>

#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr std::chrono::milliseconds deadlineInterval{500};
static constexpr std::chrono::milliseconds acceptRetryTime{100};

class Server::Acceptor : public QTcpServer
{
public:
    explicit Acceptor(Server &server)
        : m_server(server)
    {}

    // QtHttpServer connects itself to what nextPendingConnection() gives it.
    void handOver(Connection *connection) { addPendingConnection(connection); }

protected:
    void incomingConnection(qintptr descriptor) override { m_server.accept(descriptor); }

private:
    Server &m_server;
};

Server::Server(const ConnectionLimits &limits, int maximumConnections, Handler handler, QObject *parent)
    : QAbstractHttpServer(parent)
    , m_limits(limits)
    , m_maximumConnections(maximumConnections)
    , m_handler(std::move(handler))
{
    m_deadlineTimer.setInterval(deadlineInterval);
    connect(&m_deadlineTimer, &QTimer::timeout, this, &Server::checkDeadlines);
}

Server::~Server()
{
    // Connections refer to limits and to this server's set; they must not outlive the body of this destructor.
    const auto connections = m_connections;
    for (Connection *connection : connections) {
        connection->disconnect(this);
        delete connection;
    }
}

Done Server::listen(qintptr descriptor)
{
    m_acceptor = new Acceptor(*this);
    m_acceptor->setParent(this);
    if (!m_acceptor->setSocketDescriptor(descriptor)) {
        ::close(int(descriptor));
        return failure(ErrorCode::Internal, m_acceptor->errorString());
    }
    // Out of descriptors Qt stops accepting until it is told to go on; those in use come free by themselves.
    connect(m_acceptor, &QTcpServer::acceptError, this, [this] {
        logLine(lcHttp(), LogLevel::Error, u"A connection could not be accepted; trying again."_s,
                {{u"error"_s, m_acceptor->errorString()}, {u"connections"_s, qint64(m_connections.size())}});
        QTimer::singleShot(acceptRetryTime, m_acceptor,
                           [acceptor = m_acceptor] { acceptor->resumeAccepting(); });
    });
    bind(m_acceptor);
    return {};
}

void Server::accept(qintptr descriptor)
{
    if (m_connections.size() >= m_maximumConnections) {
        // Told in one breath and closed: a client that hears why can come back later.
        static const QByteArray body =
            "{\"error\":{\"message\":\"Too many connections are open here; try again in "
            "a second.\",\"type\":\"server_error\",\"param\":null,"
            "\"code\":\"too_many_connections\"}}";
        const QByteArray busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
                                "Connection: close\r\nRetry-After: 1\r\nx-request-id: " +
                                Exchange::makeId() +
                                "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
        ::send(int(descriptor), busy.constData(), size_t(busy.size()), MSG_NOSIGNAL | MSG_DONTWAIT);
        ::shutdown(int(descriptor), SHUT_WR);
        ::close(int(descriptor));
        return;
    }
    auto *connection = new Connection(descriptor, m_limits, m_acceptor);
    m_connections.insert(connection);
    connect(connection, &Connection::closed, this, [this, connection] {
        m_connections.remove(connection);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
        m_responders.erase(connection);
#endif
        Q_EMIT connectionClosed();
        if (m_connections.isEmpty())
            m_deadlineTimer.stop();
        tellIfDrained();
    });
    if (!m_deadlineTimer.isActive())
        m_deadlineTimer.start();
    Q_EMIT connectionOpened();
    m_acceptor->handOver(connection);
}

void Server::dispatch(Connection *connection)
{
    Exchange *exchange = connection->beginExchange();
    if (exchange)
        m_handler(*exchange);
}

#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)

bool Server::handleRequest(const QHttpServerRequest &request, QTcpSocket *socket)
{
    Q_UNUSED(request)
    dispatch(static_cast<Connection *>(socket));
    return true;
}

// Never called: handleRequest takes everything.
void Server::missingHandler(const QHttpServerRequest &, QTcpSocket *) {}

#else

bool Server::handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder)
{
    for (Connection *connection : std::as_const(m_connections)) {
        if (connection->exchange() && connection->peerPort() == request.remotePort() &&
            connection->peerAddress() == request.remoteAddress()) {
            m_responders[connection] = std::make_unique<QHttpServerResponder>(std::move(responder));
            connect(connection->exchange(), &QObject::destroyed, this,
                    [this, connection] { m_responders.erase(connection); });
            dispatch(connection);
            break;
        }
    }
    return true;
}

#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
void Server::missingHandler(const QHttpServerRequest &, QHttpServerResponder &&) {}
#else
void Server::missingHandler(const QHttpServerRequest &, QHttpServerResponder &) {}
#endif

#endif

void Server::checkDeadlines()
{
    const auto now = std::chrono::steady_clock::now();
    const auto connections = m_connections;
    for (Connection *connection : connections) {
        if (m_connections.contains(connection))
            connection->checkDeadline(now);
    }
}

void Server::drain()
{
    if (m_acceptor)
        m_acceptor->close();
    const auto connections = m_connections;
    for (Connection *connection : connections)
        connection->drain();
    m_draining = true;
    tellIfDrained();
}

void Server::tellIfDrained()
{
    if (m_draining && m_connections.isEmpty()) {
        m_draining = false; // once
        Q_EMIT drained();
    }
}

void Server::cutAll()
{
    const auto connections = m_connections;
    for (Connection *connection : connections)
        connection->cut();
}

}

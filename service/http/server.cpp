// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/server.h"

#include "service/http/encryptedfront.h"
#include "service/http/peeraddress.h"
#include "service/http/plaintransport.h"
#include "service/telemetry/log.h"

#include <QHttpServerRequest>
#include <QTcpServer>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

// Connections beyond the cap that may be open to hear that they are; those beyond these are just closed.
static constexpr int refusedAtATime = 128;

class Server::Acceptor : public QTcpServer
{
public:
    explicit Acceptor(Server &server)
        : QTcpServer(&server)
        , m_server(server)
    {}

    // QtHttpServer connects itself to what nextPendingConnection() gives it.
    void handOver(Connection *connection) { addPendingConnection(connection); }

protected:
    void incomingConnection(qintptr descriptor) override { m_server.accept(descriptor); }

private:
    Server &m_server;
};

static int openSpareDescriptor()
{
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

Server::Server(const ConnectionLimits &limits, TimerWheel &wheel, Handler handler, QObject *parent)
    : QAbstractHttpServer(parent)
    , m_share(limits, wheel)
    , m_handler(std::move(handler))
    , m_spareDescriptor(openSpareDescriptor())
{}

Server::~Server()
{
    // Connections refer to what they share and to this server's set; they must not outlive this destructor's body.
    const auto connections = m_connections;
    for (Connection *connection : connections) {
        connection->disconnect(this);
        delete connection;
    }
    if (m_spareDescriptor >= 0)
        ::close(m_spareDescriptor);
}

Done Server::listen(qintptr descriptor)
{
    m_acceptor = new Acceptor(*this);
    if (!m_acceptor->setSocketDescriptor(descriptor)) {
        ::close(int(descriptor));
        return failure(ErrorCode::Internal, m_acceptor->errorString());
    }
    connect(m_acceptor, &QTcpServer::acceptError, this, &Server::acceptFailed);
    bind(m_acceptor);
    return {};
}

const char *Server::overCap(const QHostAddress &peer) const
{
    if (m_connections.size() >= m_share.limits.connections)
        return "Too many connections are open here; try again in a second.";
    if (m_byAddress.value(peer) >= m_share.limits.connectionsPerAddress)
        return "Too many connections from this address are open here; close some, or try again later.";
    return nullptr;
}

std::unique_ptr<Transport> Server::transportOf(int descriptor)
{
    if (m_certificate)
        return std::make_unique<EncryptedFront>(descriptor, m_certificate->now().configuration);
    return std::make_unique<PlainTransport>(descriptor);
}

void Server::accept(qintptr descriptor)
{
    const PeerAddress peer = peerAddressOf(int(descriptor));
    const char *const fault = overCap(peer.address);
    if (m_connections.size() >= m_share.limits.connections + refusedAtATime) {
        ::close(int(descriptor));
        return;
    }
    auto transport = transportOf(int(descriptor));
    const auto *const front = qobject_cast<const EncryptedFront *>(transport.get());
    auto *connection = new Connection(std::move(transport), peer.address, peer.port, m_share, m_acceptor);
    m_connections.insert(connection);
    ++m_byAddress[peer.address];
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    m_byPeer.insert({peer.address, peer.port}, connection);
#endif
    connect(connection, &Connection::closed, this,
            [this, connection, address = peer.address] { forget(connection, address); });
    connect(connection, &Connection::refused, this, &Server::requestRefused);
    Q_EMIT connectionOpened();
    if (fault)
        return connection->refuse({503, fault});
    if (front)
        connect(front, &EncryptedFront::spokePlain, connection, [connection] {
            connection->refuse({400, "This port speaks TLS, and this request came without; write https:// "
                                     "instead of http://."});
        });
    if (m_draining)
        connection->drain();
    m_acceptor->handOver(connection);
}

void Server::forget(Connection *connection, const QHostAddress &peer)
{
    m_connections.remove(connection);
    if (const auto count = m_byAddress.find(peer); count != m_byAddress.end() && --*count == 0)
        m_byAddress.erase(count);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    m_byPeer.remove({connection->peerAddress(), connection->peerPort()});
    m_responders.erase(connection);
#endif
    Q_EMIT connectionClosed();
    tellIfDrained();
}

// Out of descriptors Qt stops accepting until it is told to go on, and whoever waits would hear nothing.
void Server::acceptFailed()
{
    logLine(lcHttp(), LogLevel::Error, u"A connection could not be accepted."_s,
            {{u"error"_s, m_acceptor->errorString()}, {u"connections"_s, qint64(m_connections.size())}});
    static constexpr QByteArrayView body =
        "{\"error\":{\"message\":\"No more files can be opened here; try again in a second.\","
        "\"type\":\"server_error\",\"param\":null,\"code\":\"server_busy\"}}";
    const QByteArray busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
                            "Connection: close\r\nRetry-After: 1\r\nContent-Length: " +
                            QByteArray::number(body.size()) + "\r\nx-request-id: " + Exchange::makeId() +
                            "\r\n\r\n" + body.toByteArray();
    if (m_spareDescriptor >= 0) {
        ::close(m_spareDescriptor);
        const int descriptor =
            ::accept4(int(m_acceptor->socketDescriptor()), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            if (!m_certificate) // there is no room for a handshake
                ::send(descriptor, busy.constData(), size_t(busy.size()), MSG_NOSIGNAL | MSG_DONTWAIT);
            ::shutdown(descriptor, SHUT_WR);
            ::close(descriptor);
        }
    }
    m_spareDescriptor = openSpareDescriptor();
    QMetaObject::invokeMethod(
        m_acceptor, [this] { m_acceptor->resumeAccepting(); }, Qt::QueuedConnection);
}

#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)

bool Server::handleRequest(const QHttpServerRequest &request, QTcpSocket *socket)
{
    Q_UNUSED(request)
    if (Exchange *exchange = static_cast<Connection *>(socket)->exchange())
        m_handler(*exchange);
    return true;
}

// Never called: handleRequest takes everything.
void Server::missingHandler(const QHttpServerRequest &, QTcpSocket *) {}

#else

bool Server::handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder)
{
    Connection *connection = m_byPeer.value({request.remoteAddress(), request.remotePort()});
    Exchange *exchange = connection ? connection->exchange() : nullptr;
    if (!exchange)
        return true;
    m_responders[connection] = std::make_unique<QHttpServerResponder>(std::move(responder));
    connect(exchange, &QObject::destroyed, this, [this, connection] { m_responders.erase(connection); });
    m_handler(*exchange);
    return true;
}

#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
void Server::missingHandler(const QHttpServerRequest &, QHttpServerResponder &&) {}
#else
void Server::missingHandler(const QHttpServerRequest &, QHttpServerResponder &) {}
#endif

#endif

void Server::drain()
{
    m_draining = true;
    acceptWaiting();
    const auto connections = m_connections;
    for (Connection *connection : connections)
        connection->drain();
    tellIfDrained();
}

// The kernel has made connections that were not accepted yet; closing the listener would reset them.
void Server::acceptWaiting()
{
    const int listener = m_acceptor ? int(m_acceptor->socketDescriptor()) : -1;
    for (;;) {
        const int descriptor = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0)
            return;
        accept(descriptor);
    }
}

void Server::tellIfDrained()
{
    if (!m_draining || !m_connections.isEmpty())
        return;
    acceptWaiting();
    if (!m_connections.isEmpty())
        return;
    m_draining = false; // once
    if (m_acceptor)
        m_acceptor->close();
    Q_EMIT drained();
}

void Server::cutAll()
{
    if (m_acceptor)
        m_acceptor->close();
    const auto connections = m_connections;
    for (Connection *connection : connections)
        connection->cut();
}

}

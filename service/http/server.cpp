// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/server.h"

#include "service/http/encryptedfront.h"
#include "service/http/peeraddress.h"
#include "service/http/plaintransport.h"
#include "service/telemetry/log.h"

#include <QHttpServerRequest>
#include <QTcpServer>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

// Connections beyond the cap that may be open to hear that they are; those beyond these are just closed.
static constexpr int refusedAtATime = 128;
// How long accepting rests when there is no descriptor, unless one becomes free.
static constexpr std::chrono::milliseconds acceptPause{200};

// What QtHttpServer takes connections from. It accepts none itself: out of descriptors, QTcpServer tries again in a
// circle and tells nobody.
class Server::Acceptor : public QTcpServer
{
public:
    using QTcpServer::QTcpServer;

    // QtHttpServer connects itself to what nextPendingConnection() gives it.
    void handOver(Stage *stage) { addPendingConnection(stage); }
    QTcpSocket *nextPendingConnection() override
    {
        QTcpSocket *socket = QTcpServer::nextPendingConnection();
        pauseAccepting(); // which that has ended
        return socket;
    }
};

static int openSpareDescriptor()
{
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

Server::Server(const ConnectionLimits &limits, TimerWheel &wheel, Handler handler, QObject *parent)
    : QAbstractHttpServer(parent)
    , m_share(limits, wheel, *this)
    , m_handler(std::move(handler))
    , m_spareDescriptor(openSpareDescriptor())
    , m_acceptPause(wheel, [this] { acceptAgain(); })
{}

Server::~Server()
{
    // Connections refer to what they share and to this server's set; they must not outlive this destructor's body.
    const auto connections = m_connections;
    for (Connection *connection : connections)
        delete connection;
    stopListening();
    if (m_spareDescriptor >= 0)
        ::close(m_spareDescriptor);
}

Done Server::listen(qintptr descriptor)
{
    m_listener = int(descriptor);
    m_acceptor = new Acceptor(this);
    // A number of its own: two notifiers of one descriptor are in each other's way.
    const int duplicate = ::fcntl(m_listener, F_DUPFD_CLOEXEC, 0);
    if (duplicate < 0 || !m_acceptor->setSocketDescriptor(duplicate)) {
        const QString reason =
            duplicate < 0 ? QString::fromLocal8Bit(std::strerror(errno)) : m_acceptor->errorString();
        if (duplicate >= 0)
            ::close(duplicate);
        stopListening();
        return failure(ErrorCode::Internal, reason);
    }
    m_acceptor->pauseAccepting();
    m_arrivals = std::make_unique<QSocketNotifier>(m_listener, QSocketNotifier::Read);
    connect(m_arrivals.get(), &QSocketNotifier::activated, this, &Server::acceptSome);
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    if (!bind(m_acceptor)) { // it does not take what does not listen
        stopListening();
        return failure(ErrorCode::Internal, u"QtHttpServer did not take the listener."_s);
    }
#else
    bind(m_acceptor);
#endif
    return {};
}

const char *Server::overCap(const QHostAddress &peer) const
{
    if (m_connections.size() - m_refused.size() >= m_share.limits.connections)
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

// Whether more may wait.
bool Server::acceptSome()
{
    static constexpr int atATime = 64; // a flood must not keep those who are in from being served
    for (int i = 0; i < atATime && m_arrivals; ++i) {
        const int descriptor = ::accept4(m_listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            accept(descriptor);
        } else if (errno != EINTR && errno != ECONNABORTED) {
            if (errno != EAGAIN)
                acceptFailed(errno);
            return false;
        }
    }
    return m_arrivals != nullptr;
}

void Server::accept(int descriptor)
{
    const PeerAddress peer = peerAddressOf(descriptor);
    if (const char *const reason = overCap(peer.address))
        return refuseAtTheDoor(descriptor, peer, reason);
    Connection *connection = add(descriptor, peer);
    ++m_byAddress[peer.address];
    if (m_draining)
        connection->drain();
}

Connection *Server::add(int descriptor, const PeerAddress &peer)
{
    auto transport = transportOf(descriptor);
    const auto *const front = dynamic_cast<const EncryptedFront *>(transport.get());
    auto *connection = new Connection(std::move(transport), peer, m_share, this);
    m_connections.insert(connection);
    Q_EMIT connectionOpened();
    if (front)
        connect(front, &EncryptedFront::spokePlain, connection, [this, connection] {
            if (!m_refused.contains(connection)) // which has its answer
                connection->refuse({400,
                                    "This port speaks TLS, and this request came without; write https:// "
                                    "instead of http://."});
        });
    return connection;
}

void Server::refuseAtTheDoor(int descriptor, const PeerAddress &peer, const char *reason)
{
    if (m_refused.size() >= refusedAtATime) {
        ::close(descriptor);
        return;
    }
    Connection *connection = add(descriptor, peer);
    m_refused.insert(connection);
    connection->refuse({503, reason});
}

void Server::forget(Connection *connection)
{
    m_connections.remove(connection);
    if (!m_refused.remove(connection)) {
        const auto count = m_byAddress.find(connection->peer().address);
        if (count != m_byAddress.end() && --*count == 0)
            m_byAddress.erase(count);
    }
    Q_EMIT connectionClosed();
    if (m_acceptPause.isRunning())
        acceptAgain(); // a descriptor is free
    tellIfDrained();
}

// Out of descriptors, above all: whoever waits would hear nothing.
void Server::acceptFailed(int error)
{
    const auto now = std::chrono::steady_clock::now();
    if (now - m_acceptFaultTold >= std::chrono::seconds(1)) { // not once for each client of a flood
        m_acceptFaultTold = now;
        logLine(lcHttp(), LogLevel::Error, u"A connection could not be accepted."_s,
                {{u"error"_s, QString::fromLocal8Bit(std::strerror(error))},
                 {u"connections"_s, qint64(m_connections.size())}});
    }
    // The next is accepted when this one has heard, or when it takes its time; without the pause this would be
    // tried in a circle for as long as no descriptor is free.
    m_arrivals->setEnabled(false);
    m_acceptPause.start(acceptPause);
    if (m_spareDescriptor < 0)
        return;
    ::close(std::exchange(m_spareDescriptor, -1));
    const int descriptor = ::accept4(m_listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0)
        refuseAtTheDoor(descriptor, peerAddressOf(descriptor),
                        "No more files can be opened here; try again in a second.");
}

void Server::acceptAgain()
{
    m_acceptPause.stop();
    if (m_spareDescriptor < 0)
        m_spareDescriptor = openSpareDescriptor();
    if (m_arrivals)
        m_arrivals->setEnabled(true);
}

void Server::stopListening()
{
    m_arrivals.reset(); // before its descriptor is closed
    if (m_acceptor)
        m_acceptor->close();
    if (m_listener >= 0)
        ::close(std::exchange(m_listener, -1));
}

void Server::onRequest(Exchange &exchange)
{
    m_dispatched.emplace_back(&exchange);
    if (m_dispatched.size() > 1)
        return; // from inside the handler of another: QtHttpServer knows one request at a time
    for (; !m_dispatched.empty(); m_dispatched.pop_front()) {
        if (m_dispatched.front())
            present();
    }
}

void Server::present()
{
    // QtHttpServers of a later age close what was idle for a while.
    if (!m_stage || m_stage->state() != QAbstractSocket::ConnectedState) {
        m_stage = new Stage(m_acceptor);
        m_acceptor->handOver(m_stage);
    }
    m_stage->present();
}

void Server::handle()
{
    m_handler(*m_dispatched.front());
}

#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)

bool Server::handleRequest(const QHttpServerRequest &request, QTcpSocket *socket)
{
    Q_UNUSED(request)
    Q_UNUSED(socket)
    handle();
    return true;
}

// Never called: handleRequest takes everything.
void Server::missingHandler(const QHttpServerRequest &, QTcpSocket *) {}

#else

bool Server::handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder)
{
    Q_UNUSED(request)
    Q_UNUSED(responder) // left where it is, it ends with this call, and the next request may come
    handle();
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
    const auto connections = m_connections;
    for (Connection *connection : connections)
        connection->drain();
    tellIfDrained();
}

void Server::tellIfDrained()
{
    if (!m_draining)
        return;
    // The kernel has made connections that were not accepted yet; closing the listener would reset them.
    while (m_connections.isEmpty() && acceptSome()) {
    }
    if (!m_connections.isEmpty() || !m_draining)
        return;
    m_draining = false; // once
    stopListening();
    Q_EMIT drained();
}

void Server::cutAll()
{
    stopListening();
    const auto connections = m_connections;
    for (Connection *connection : connections)
        connection->cut();
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/clientconnection.h"

#include "service/http/fieldparser.h"

#include <QNetworkProxy>

#include <sys/socket.h>

#include <cerrno>

using namespace Qt::StringLiterals;

namespace quota::service
{

ClientCall::~ClientCall()
{
    if (m_connection)
        m_connection->cancel();
}

void ClientCall::pause()
{
    if (m_connection)
        m_connection->setPaused(true);
}

void ClientCall::resume()
{
    if (m_connection)
        m_connection->setPaused(false);
}

void ClientCall::send(const QByteArray &bytes)
{
    m_request.body += bytes;
}

void ClientCall::endBody() {}

bool ClientCall::congested() const
{
    return false;
}

ClientConnection::ClientConnection(QString origin, const ClientTimeouts &timeouts,
                                   const QSslConfiguration &tls, QObject *parent)
    : QObject(parent)
    , m_origin(std::move(origin))
    , m_timeouts(timeouts)
{
    m_socket.setSslConfiguration(tls);
    // The system's proxy settings are for people's programs; an upstream's proxy is a setting of ours.
    m_socket.setProxy(QNetworkProxy::NoProxy);
    m_socket.setReadBufferSize(readBuffer);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &ClientConnection::timeOut);
    connect(&m_socket, &QSslSocket::readyRead, this, &ClientConnection::read);
    connect(&m_socket, &QSslSocket::disconnected, this, &ClientConnection::onDisconnected);
    connect(&m_socket, &QSslSocket::errorOccurred, this, &ClientConnection::onError);
    connect(&m_socket, &QSslSocket::connected, this, [this] {
        m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        if (!m_secure)
            write();
    });
    connect(&m_socket, &QSslSocket::encrypted, this, &ClientConnection::write);
}

ClientConnection::~ClientConnection()
{
    // The socket says goodbye while it dies, when nothing here can listen any more.
    m_socket.disconnect(this);
}

bool ClientConnection::isUsable() const
{
    if (m_phase != Phase::Idle || m_socket.state() != QAbstractSocket::ConnectedState ||
        std::chrono::steady_clock::now() >= m_usableUntil || m_socket.bytesAvailable() > 0)
        return false;
    // The close of the other side may have arrived while the event loop has not told yet.
    char byte = 0;
    const ssize_t size = ::recv(int(m_socket.socketDescriptor()), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return size < 0 && errno == EAGAIN;
}

void ClientConnection::begin(ClientCall *call)
{
    Q_ASSERT(m_phase == Phase::Idle);
    m_call = call;
    call->m_connection = this;
    m_parser.emplace(call->m_request.method == "HEAD", maximumHeadBytes);
    m_paused = false;
    m_headPassed = false;
    m_phase = Phase::Connecting;
    m_timer.start(m_timeouts.connect);
    m_reused = m_socket.state() == QAbstractSocket::ConnectedState;
    // Both may fail on the spot, and nobody listens to the call before its maker has got it.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_phase != Phase::Connecting || !m_call)
                return;
            if (m_reused)
                write();
            else
                open(m_call->m_request.origin);
        },
        Qt::QueuedConnection);
}

void ClientConnection::open(const QUrl &url)
{
    m_secure = url.scheme() == "https"_L1;
    const quint16 port = quint16(url.port(m_secure ? 443 : 80));
    if (m_secure)
        m_socket.connectToHostEncrypted(url.host(), port);
    else
        m_socket.connectToHost(url.host(), port);
}

// RFC 9110 §7.2: the port unless it is the scheme's own; IPv6 addresses in brackets.
static QByteArray hostField(const QUrl &origin)
{
    QByteArray host = origin.host(QUrl::FullyEncoded).toLatin1();
    if (host.contains(':'))
        host = '[' + host + ']';
    const int standardPort = origin.scheme() == "https"_L1 ? 443 : 80;
    if (origin.port(standardPort) != standardPort)
        host += ':' + QByteArray::number(origin.port());
    return host;
}

void ClientConnection::write()
{
    if (m_phase != Phase::Connecting || !m_call)
        return;
    UpstreamRequest &request = m_call->m_request;
    QByteArray head;
    head.reserve(512 + request.body.size());
    head += request.method + ' ' + request.target + " HTTP/1.1\r\nHost: " + hostField(request.origin);
    head += "\r\n";
    for (const HeaderField field : request.headers)
        head += field.name.toByteArray() + ": " + field.value.toByteArray() + "\r\n";
    if (!request.body.isEmpty() || (request.method != "GET" && request.method != "HEAD"))
        head += "Content-Length: " + QByteArray::number(request.body.size()) + "\r\n";
    head += "\r\n";
    head += request.body;
    request.body.clear();
    m_phase = Phase::Waiting;
    m_timer.start(m_timeouts.firstByte);
    m_socket.write(head);
    QPointer<ClientConnection> guard(this);
    Q_EMIT m_call->connected();
    // Bytes that came together with the end of the handshake announce themselves only once.
    if (guard && m_socket.bytesAvailable() > 0)
        read();
}

void ClientConnection::read()
{
    QPointer<ClientConnection> guard(this);
    while (guard && m_call && !m_paused && (m_phase == Phase::Waiting || m_phase == Phase::Reading) &&
           m_socket.bytesAvailable() > 0) {
        const QByteArray bytes = m_socket.read(64 * 1024);
        QByteArrayView input(bytes);
        const QByteArray content = m_parser->feed(input);
        if (m_parser->state() == ResponseParser::State::Failed)
            return fail(ErrorCode::Protocol, QString::fromLatin1(m_parser->fault().reason));
        if (m_parser->hasHead() && !m_headPassed)
            passHead();
        if (!guard || !m_call)
            return;
        if (!content.isEmpty()) {
            m_timer.start(m_timeouts.idle);
            Q_EMIT m_call->data(content);
        }
        if (!guard || !m_call)
            return;
        if (m_parser->state() == ResponseParser::State::Complete) {
            // Bytes beyond the answer belong to nobody: the connection cannot be trusted any more.
            if (!input.isEmpty() || m_socket.bytesAvailable() > 0)
                m_usableUntil = {};
            else
                m_usableUntil = std::chrono::steady_clock::now() + idleTime;
            return complete();
        }
    }
}

void ClientConnection::passHead()
{
    m_headPassed = true;
    m_phase = Phase::Reading;
    m_timer.start(m_timeouts.idle);
    m_call->setHead(m_parser->status(), m_parser->headers(), m_parser->contentLength());
    Q_EMIT m_call->headReceived();
}

void ClientConnection::complete()
{
    m_timer.stop();
    ClientCall *call = m_call;
    m_call = nullptr;
    call->m_connection = nullptr;
    // RFC 9110 §7.6.1 names no parameter, but servers say here how long they keep a connection.
    const QByteArrayView keepAlive = m_parser->headers().value("Keep-Alive");
    const qsizetype timeout = keepAlive.indexOf("timeout=");
    if (timeout >= 0) {
        const int seconds =
            QByteArrayView(keepAlive).sliced(timeout + 8).toByteArray().split(',').first().toInt();
        m_usableUntil = std::min(m_usableUntil, std::chrono::steady_clock::now() +
                                                    std::chrono::seconds(std::max(0, seconds - 1)));
    }
    if (m_parser->keepAlive() && m_usableUntil > std::chrono::steady_clock::now()) {
        m_phase = Phase::Idle;
        Q_EMIT free();
    } else {
        m_phase = Phase::Over;
        Q_EMIT stale();
    }
    Q_EMIT call->finished();
}

void ClientConnection::fail(ErrorCode code, const QString &message)
{
    m_timer.stop();
    m_phase = Phase::Over;
    ClientCall *call = m_call;
    m_call = nullptr;
    m_socket.abort();
    Q_EMIT stale();
    if (call) {
        call->m_connection = nullptr;
        Q_EMIT call->failed({code, message, {}, {}});
    }
}

void ClientConnection::setPaused(bool paused)
{
    if (m_paused == paused)
        return;
    m_paused = paused;
    if (paused) {
        m_timer.stop(); // it is not the upstream that is slow
    } else {
        m_timer.start(m_timeouts.idle);
        QMetaObject::invokeMethod(
            this,
            [this] {
                read();
                if (m_socket.state() == QAbstractSocket::UnconnectedState)
                    onDisconnected();
            },
            Qt::QueuedConnection);
    }
}

void ClientConnection::cancel()
{
    m_timer.stop();
    m_call = nullptr;
    m_phase = Phase::Over;
    m_socket.abort();
    Q_EMIT stale();
}

void ClientConnection::timeOut()
{
    switch (m_phase) {
    case Phase::Connecting:
        return fail(ErrorCode::TimedOut, u"No connection to %1 within %2 s."_s.arg(m_origin).arg(
                                             m_timeouts.connect.count() / 1000.0));
    case Phase::Waiting:
        return fail(ErrorCode::TimedOut, u"No answer from %1 within %2 s."_s.arg(m_origin).arg(
                                             m_timeouts.firstByte.count() / 1000.0));
    case Phase::Reading:
        return fail(ErrorCode::TimedOut, u"The answer of %1 stopped for %2 s."_s.arg(m_origin).arg(
                                             m_timeouts.idle.count() / 1000.0));
    case Phase::Idle:
    case Phase::Over:
        return;
    }
}

void ClientConnection::onDisconnected()
{
    if (m_phase == Phase::Idle) {
        m_phase = Phase::Over;
        Q_EMIT stale();
        return;
    }
    if (m_phase == Phase::Connecting && m_reused && m_call) {
        // Closed between the decision to use it again and the first byte: nothing was sent yet.
        m_reused = false;
        open(m_call->m_request.origin);
        return;
    }
    if (m_phase != Phase::Waiting && m_phase != Phase::Reading)
        return;
    if (m_paused)
        return; // what was read before the close is still to be passed on; resuming comes here again
    read();
    if (!m_call || (m_phase != Phase::Waiting && m_phase != Phase::Reading))
        return;
    m_parser->close();
    if (m_parser->state() == ResponseParser::State::Complete) {
        m_usableUntil = {};
        complete();
    } else {
        fail(m_headPassed ? ErrorCode::Protocol : ErrorCode::Unreachable,
             QString::fromLatin1(m_parser->fault().reason));
    }
}

void ClientConnection::onError(QAbstractSocket::SocketError error)
{
    // A close is no error here: disconnected() follows, after what is still to be read.
    if (m_phase == Phase::Over ||
        (error == QAbstractSocket::RemoteHostClosedError && (m_phase != Phase::Connecting || m_reused)))
        return;
    if (m_phase == Phase::Idle) {
        m_phase = Phase::Over;
        Q_EMIT stale();
        return;
    }
    fail(ErrorCode::Unreachable, u"%1: %2"_s.arg(m_origin, m_socket.errorString()));
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/connection.h"

#include "service/messages.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr qsizetype readBlock = 64 * 1024;
// How much a client may send ahead while its request is answered; beyond, TCP makes it wait.
static constexpr qsizetype maximumSentAhead = 64 * 1024;
static constexpr std::chrono::milliseconds lingerTime{2'000};
static constexpr std::chrono::milliseconds noDeadline{std::chrono::hours(24 * 365)};

static void toAddress(const sockaddr_storage &storage, QHostAddress &address, quint16 &port)
{
    address.setAddress(reinterpret_cast<const sockaddr *>(&storage));
    if (storage.ss_family == AF_INET6) {
        port = ntohs(reinterpret_cast<const sockaddr_in6 *>(&storage)->sin6_port);
        bool mapped = false;
        if (const quint32 four = address.toIPv4Address(&mapped); mapped)
            address.setAddress(four);
    } else {
        port = ntohs(reinterpret_cast<const sockaddr_in *>(&storage)->sin_port);
    }
}

Connection::Connection(qintptr descriptor, const ConnectionLimits &limits, QObject *parent)
    : QTcpSocket(parent)
    , m_limits(limits)
    , m_descriptor(int(descriptor))
    , m_readNotifier(descriptor, QSocketNotifier::Read)
    , m_writeNotifier(QSocketNotifier::Write)
    , m_parser(limits.parser)
{
    m_writeNotifier.setSocket(descriptor);
    const int on = 1;
    ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    QHostAddress address;
    quint16 port = 0;
    if (::getpeername(m_descriptor, reinterpret_cast<sockaddr *>(&storage), &size) == 0) {
        toAddress(storage, address, port);
        setPeerAddress(address);
        setPeerPort(port);
    }
    setOpenMode(QIODevice::ReadWrite);
    setSocketState(QAbstractSocket::ConnectedState);
    connect(&m_readNotifier, &QSocketNotifier::activated, this, &Connection::receive);
    connect(&m_writeNotifier, &QSocketNotifier::activated, this, &Connection::flushUnsent);
    // A connection that never says a word has the time of a head, not that of a kept one.
    setPhase(Phase::Idle, limits.headTime);
}

Connection::~Connection()
{
    if (m_exchange)
        m_exchange->leave();
    if (m_phase != Phase::Closed) {
        m_readNotifier.setEnabled(false);
        m_writeNotifier.setEnabled(false);
        ::close(m_descriptor);
    }
    // QAbstractSocket would otherwise try to close a socket engine that was never there.
    setSocketState(QAbstractSocket::UnconnectedState);
    setOpenMode(QIODevice::NotOpen);
}

void Connection::setPhase(Phase phase, std::chrono::milliseconds time)
{
    m_phase = phase;
    m_deadline = std::chrono::steady_clock::now() + time;
}

// --- reading ---

void Connection::receive()
{
    if (m_phase == Phase::Closed)
        return;
    char block[readBlock];
    const ssize_t size = ::recv(m_descriptor, block, sizeof block, 0);
    if (size < 0) {
        if (errno == EAGAIN || errno == EINTR)
            return;
        return peerLeft();
    }
    if (m_phase == Phase::Lingering) {
        if (size == 0)
            finishClose();
        return; // what a refused client still sends is read and thrown away
    }
    if (size == 0)
        return peerLeft();
    m_input.append(block, size);
    if (m_phase == Phase::Handling || m_phase == Phase::Flushing) {
        if (m_input.size() > maximumSentAhead)
            m_readNotifier.setEnabled(false);
        return;
    }
    advance();
}

void Connection::advance()
{
    if (m_dispatching)
        return;
    while (!m_input.isEmpty() && (m_phase == Phase::Idle || m_phase == Phase::Receiving)) {
        const auto before = m_parser.state();
        const auto state = m_parser.feed(m_input);
        if (m_phase == Phase::Idle && m_parser.begun())
            setPhase(Phase::Receiving, m_limits.headTime);
        if (state == RequestParser::State::Failed)
            return refuse(m_parser.fault());
        if (state == RequestParser::State::Complete)
            return stage();
        if (state == RequestParser::State::Body) {
            if (m_parser.expectsContinue() && !m_continueSent) {
                m_continueSent = true;
                // A client that already sent content does not wait for this.
                if (m_input.isEmpty())
                    send(QByteArray("HTTP/1.1 100 Continue\r\n\r\n"));
            }
            setPhase(Phase::Receiving, m_limits.bodyIdleTime);
        }
        if (state == before && !m_input.isEmpty())
            return; // an unfinished head stays in the input until the rest is there
    }
}

void Connection::stage()
{
    m_keepAlive = m_parser.keepAlive();
    m_continueSent = false;
    HttpRequest request = m_parser.take();
    request.peer = peerAddress();
    request.peerPort = peerPort();
    // QtHttpServer parses byte by byte, and its idea of a target is not ours: it dispatches, we keep the request.
    m_staged = QByteArrayLiteral("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    m_exchange = std::make_unique<Exchange>(std::move(request), *this);
    setPhase(Phase::Handling, noDeadline);
    m_lastSent = std::chrono::steady_clock::now();
    m_dispatching = true;
    Q_EMIT readyRead();
    m_dispatching = false;
    resumeIfSentAhead();
}

void Connection::resumeIfSentAhead()
{
    // By way of the event loop: a client that pipelines hundreds of requests must not deepen the stack.
    if (m_phase == Phase::Idle && !m_input.isEmpty() && !m_dispatching)
        QMetaObject::invokeMethod(this, &Connection::advance, Qt::QueuedConnection);
}

Exchange *Connection::beginExchange()
{
    return m_phase == Phase::Handling ? m_exchange.get() : nullptr;
}

qint64 Connection::bytesAvailable() const
{
    return QIODevice::bytesAvailable() + m_staged.size();
}

qint64 Connection::readData(char *data, qint64 maximumSize)
{
    const qint64 size = qMin<qint64>(maximumSize, m_staged.size());
    std::copy_n(m_staged.constData(), size, data);
    m_staged.remove(0, size);
    return size;
}

// --- answering ---

void Connection::refuse(const ParseFault &fault)
{
    // Whoever sends what cannot be parsed reads English; a body that is too large has a head that says more.
    const QString text =
        fault.status == 413
            ? message(languageFromHeader(m_parser.headers().value("Accept-Language")),
                      QT_TRANSLATE_NOOP("service", "The request is larger than %1 bytes, the most "
                                                   "that is taken here."),
                      {QString::number(m_limits.parser.body)})
            : QString::fromLatin1(fault.reason);
    const QJsonObject error{{u"message"_s, text},
                            {u"type"_s, u"invalid_request_error"_s},
                            {u"param"_s, QJsonValue()},
                            {u"code"_s, fault.status == 413 ? u"request_too_large"_s : u"bad_request"_s}};
    const QByteArray body = QJsonDocument(QJsonObject{{u"error"_s, error}}).toJson(QJsonDocument::Compact);
    const QByteArray head =
        "HTTP/1.1 " + QByteArray::number(fault.status) + ' ' + reasonPhrase(fault.status).toByteArray() +
        "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
        QByteArray::number(body.size()) + "\r\nx-request-id: " + Exchange::makeId() + "\r\n\r\n";
    m_keepAlive = false;
    m_input.clear();
    setPhase(Phase::Flushing, m_limits.writeStallTime);
    send(m_parser.headOnly() ? head : head + body);
    if (m_phase == Phase::Flushing && m_unsentBytes == 0)
        linger();
}

qint64 Connection::writeData(const char *data, qint64 size)
{
    // Nothing but an exchange answers here; QtHttpServer's own words (a 404 of its missing handler) are dropped.
    Q_UNUSED(data)
    return size;
}

void Connection::scheduleHead()
{
    QMetaObject::invokeMethod(
        m_exchange.get(), [exchange = m_exchange.get()] { exchange->flushHead(); }, Qt::QueuedConnection);
}

void Connection::send(QByteArray bytes)
{
    if (m_phase == Phase::Closed || bytes.isEmpty())
        return;
    if (m_unsent.empty()) {
        const ssize_t sent = ::send(m_descriptor, bytes.constData(), size_t(bytes.size()), MSG_NOSIGNAL);
        if (sent == bytes.size()) {
            m_lastSent = std::chrono::steady_clock::now();
            return;
        }
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            // Not from inside the caller, who is in the middle of its answer.
            QMetaObject::invokeMethod(this, &Connection::peerLeft, Qt::QueuedConnection);
            return;
        }
        m_sentOfFirst = qMax<ssize_t>(sent, 0);
        m_unsentBytes = -m_sentOfFirst;
        m_writeNotifier.setEnabled(true);
        m_lastSent = std::chrono::steady_clock::now();
    }
    m_unsentBytes += bytes.size();
    m_unsent.push_back(std::move(bytes));
    m_wasCongested = m_wasCongested || congested();
}

void Connection::flushUnsent()
{
    while (!m_unsent.empty()) {
        iovec parts[16];
        int count = 0;
        for (const QByteArray &bytes : m_unsent) {
            const qsizetype skip = count == 0 ? m_sentOfFirst : 0;
            parts[count].iov_base = const_cast<char *>(bytes.constData()) + skip;
            parts[count].iov_len = size_t(bytes.size() - skip);
            if (++count == int(std::size(parts)))
                break;
        }
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = size_t(count);
        const ssize_t sent = ::sendmsg(m_descriptor, &message, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EAGAIN || errno == EINTR)
                break;
            return peerLeft();
        }
        m_lastSent = std::chrono::steady_clock::now();
        m_unsentBytes -= sent;
        qsizetype left = m_sentOfFirst + sent;
        while (!m_unsent.empty() && left >= m_unsent.front().size()) {
            left -= m_unsent.front().size();
            m_unsent.pop_front();
        }
        m_sentOfFirst = left;
    }
    if (m_wasCongested && m_unsentBytes < m_limits.congestion / 4) {
        m_wasCongested = false;
        if (m_exchange)
            Q_EMIT m_exchange->drained();
    }
    if (m_unsent.empty() && m_phase != Phase::Closed) {
        m_writeNotifier.setEnabled(false);
        if (m_phase == Phase::Flushing)
            allSent();
    }
}

void Connection::answered()
{
    // The exchange may be on the stack above: it dies with the next turn of the event loop.
    m_exchange.release()->deleteLater();
    m_wasCongested = false;
    setPhase(Phase::Flushing, noDeadline);
    if (m_unsent.empty())
        allSent();
}

void Connection::allSent()
{
    if (!keepAlive())
        return linger();
    setPhase(Phase::Idle, m_limits.keepAliveTime);
    m_readNotifier.setEnabled(true);
    resumeIfSentAhead();
}

// --- closing ---

void Connection::resetOnClose()
{
    const ::linger atOnce{1, 0};
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
}

void Connection::linger()
{
    // RFC 9112 §9.6: closing while the client still sends would reset the connection and may destroy the answer
    // before it was read. So: end our side, read on for a while, then close.
    ::shutdown(m_descriptor, SHUT_WR);
    m_readNotifier.setEnabled(true);
    setPhase(Phase::Lingering, lingerTime);
}

void Connection::peerLeft()
{
    if (m_phase != Phase::Closed)
        cut();
}

void Connection::cut()
{
    if (m_phase == Phase::Closed)
        return;
    if (m_exchange) {
        // Whoever answers may delete things when it hears this, but not this connection: that waits below.
        Exchange *exchange = m_exchange.release();
        exchange->leave();
        exchange->deleteLater();
    }
    finishClose();
}

void Connection::finishClose()
{
    if (m_phase == Phase::Closed)
        return;
    setPhase(Phase::Closed, noDeadline);
    m_readNotifier.setEnabled(false);
    m_writeNotifier.setEnabled(false);
    ::close(m_descriptor);
    m_unsent.clear();
    m_unsentBytes = 0;
    setSocketState(QAbstractSocket::UnconnectedState);
    Q_EMIT closed();
    Q_EMIT disconnected();
    deleteLater();
}

void Connection::disconnectFromHost()
{
    // QtHttpServer asks for this when it cannot read what it was given, which a canonical head rules out.
    cut();
}

void Connection::drain()
{
    m_draining = true;
    if (m_phase == Phase::Idle)
        finishClose();
}

void Connection::checkDeadline(Instant now)
{
    if (m_unsentBytes > 0 && (m_phase == Phase::Handling || m_phase == Phase::Flushing) &&
        now - m_lastSent > m_limits.writeStallTime)
        return cut();
    if (now < m_deadline)
        return;
    if (m_phase == Phase::Receiving)
        return refuse({408, "The request did not arrive in time."});
    finishClose();
}

}

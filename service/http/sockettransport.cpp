// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/sockettransport.h"

#include <sys/socket.h>
#include <unistd.h>

#include <fcntl.h>

#include <cerrno>

namespace quota::service
{

// Qt's own text, in Qt's catalogue; there is no other sign that tells the orderly end from a cut one.
static constexpr char orderlyCloseText[] = "The TLS/SSL connection has been closed";

SocketTransport::SocketTransport(std::unique_ptr<QSslSocket> socket)
    : m_socket(std::move(socket))
{
    m_socket->setParent(nullptr);
    m_socket->setReadBufferSize(readBuffer);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(m_socket.get(), &QSslSocket::readyRead, this, &SocketTransport::announce);
    connect(m_socket.get(), &QSslSocket::encrypted, this, &SocketTransport::announce);
    connect(m_socket.get(), &QSslSocket::encryptedBytesWritten, this, &SocketTransport::announce);
    connect(m_socket.get(), &QSslSocket::errorOccurred, this, &SocketTransport::onError);
    connect(m_socket.get(), &QSslSocket::disconnected, this, &SocketTransport::onDisconnected);
    if (m_socket->state() != QAbstractSocket::ConnectedState)
        m_end = End::Broken;
    announce();
}

SocketTransport::~SocketTransport()
{
    close();
    if (m_restDescriptor >= 0)
        ::close(m_restDescriptor);
    // A signal of the socket's may still be on its way out.
    m_socket.release()->deleteLater();
}

qint64 SocketTransport::receive(char *data, qint64 maximumSize)
{
    if (m_rest)
        return receiveRest(data, maximumSize);
    // Asked even when its buffer is empty: that is what makes the socket decrypt what waits behind a full one.
    const qint64 size = m_closed ? -1 : m_socket->read(data, maximumSize);
    if (size > 0) {
        announce();
        return size;
    }
    if (m_end == End::None)
        return m_closed ? broken : nothingNow;
    return m_end == End::Orderly ? 0 : broken;
}

// After our goodbye nothing can be decrypted any more: all that is still of interest is the end.
qint64 SocketTransport::receiveRest(char *data, qint64 maximumSize)
{
    qint64 size = 0;
    do {
        size = m_rest->receive(data, maximumSize);
    } while (size > 0);
    return size;
}

qint64 SocketTransport::send(const iovec *parts, int count)
{
    if (m_end != End::None || m_closed || m_ending)
        return broken;
    qint64 taken = 0;
    for (int i = 0; i < count; ++i) {
        const qint64 size = std::min(room(), qint64(parts[i].iov_len));
        if (size > 0)
            taken += m_socket->write(static_cast<const char *>(parts[i].iov_base), size);
        if (size < qint64(parts[i].iov_len))
            break;
    }
    return taken > 0 ? taken : nothingNow;
}

// Bytes that TLS has not looked at yet may be its goodbye: not quiet, which costs a new connection at worst.
bool SocketTransport::isQuiet() const
{
    if (hasInput() || m_closed || m_ending || m_socket->encryptedBytesAvailable() > 0)
        return false;
    char byte = 0;
    return ::recv(int(m_socket->socketDescriptor()), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           errno == EAGAIN;
}

void SocketTransport::setReading(bool on)
{
    m_reading = on;
    if (m_rest)
        m_rest->setReading(on);
    announce();
}

void SocketTransport::setWriting(bool on)
{
    m_writing = on;
    announce();
}

void SocketTransport::endSending()
{
    if (m_closed || m_end != End::None || m_ending)
        return;
    m_ending = true;
    // The socket closes its descriptor as soon as the goodbye is out. With a second one the connection stays, so
    // that what the other side has still sent does not turn into a reset that costs it our last bytes.
    m_restDescriptor = ::fcntl(int(m_socket->socketDescriptor()), F_DUPFD_CLOEXEC, 0);
    m_socket->disconnectFromHost();
}

void SocketTransport::close(bool reset)
{
    if (m_closed)
        return;
    m_closed = true;
    m_socket->disconnect(this);
    if (m_rest) {
        m_rest->close(reset);
        return;
    }
    if (reset) {
        const ::linger atOnce{1, 0};
        ::setsockopt(int(m_socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    } else {
        m_socket->flush(); // what goes out without waiting
    }
    m_socket->abort();
}

bool SocketTransport::hasInput() const
{
    return m_socket->bytesAvailable() > 0 || m_end != End::None;
}

bool SocketTransport::hasRoom() const
{
    return m_end != End::None || room() > 0;
}

qint64 SocketTransport::room() const
{
    // What is written during the handshake the socket forgets when it is told to end before the handshake is over.
    if (m_socket->mode() != QSslSocket::UnencryptedMode && !m_socket->isEncrypted())
        return 0;
    return writeBuffer - m_socket->bytesToWrite() - m_socket->encryptedBytesToWrite();
}

// What is not taken is told again, as a descriptor's notifier does.
void SocketTransport::announce()
{
    if (m_announced || m_closed || m_rest || !((m_reading && hasInput()) || (m_writing && hasRoom())))
        return;
    m_announced = true;
    QMetaObject::invokeMethod(this, &SocketTransport::tell, Qt::QueuedConnection);
}

void SocketTransport::tell()
{
    m_announced = false;
    const QPointer<SocketTransport> guard(this);
    if (m_writing && !m_closed && hasRoom())
        tellWritable();
    if (guard && m_reading && !m_closed && !m_rest && hasInput())
        tellReadable();
    if (guard)
        announce();
}

void SocketTransport::onError(QAbstractSocket::SocketError error)
{
    // The goodbye of TLS and the bare end of TCP are one error to the socket; only its words differ.
    if (m_end == End::None)
        m_end = error == QAbstractSocket::RemoteHostClosedError &&
                        m_socket->errorString() == QSslSocket::tr(orderlyCloseText)
                    ? End::Orderly
                    : End::Broken;
    announce();
}

void SocketTransport::onDisconnected()
{
    if (m_ending && m_end == End::None) {
        ::shutdown(m_restDescriptor, SHUT_WR);
        m_rest.emplace(m_restDescriptor);
        m_restDescriptor = -1;
        m_rest->setUser(*this);
        m_rest->setReading(m_reading);
        return;
    }
    if (m_end == End::None)
        m_end = End::Broken;
    announce();
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/encryptedfront.h"

#include "service/http/sockettransport.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace quota::service
{

EncryptedFront::EncryptedFront(int descriptor, const QSslConfiguration &configuration)
    : m_descriptor(descriptor)
    , m_configuration(configuration)
    , m_firstByte(descriptor, QSocketNotifier::Read)
{
    connect(&m_firstByte, &QSocketNotifier::activated, this, &EncryptedFront::look);
}

EncryptedFront::~EncryptedFront()
{
    close();
}

void EncryptedFront::look()
{
    static constexpr char handshakeRecord = 0x16; // RFC 8446 §5.1
    char first = 0;
    const ssize_t size = ::recv(m_descriptor, &first, 1, MSG_PEEK | MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    m_firstByte.setEnabled(false);
    if (size == 1 && first == handshakeRecord)
        return startTls();
    takeOver(std::make_unique<PlainTransport>(std::exchange(m_descriptor, -1)));
    if (size == 1)
        Q_EMIT spokePlain();
}

void EncryptedFront::startTls()
{
    auto socket = std::make_unique<QSslSocket>();
    socket->setSslConfiguration(m_configuration);
    if (socket->setSocketDescriptor(m_descriptor)) {
        m_descriptor = -1;
        socket->startServerEncryption();
    }
    takeOver(std::make_unique<SocketTransport>(std::move(socket)));
}

void EncryptedFront::takeOver(std::unique_ptr<Transport> transport)
{
    m_transport = std::move(transport);
    m_transport->setUser(*this);
    m_transport->setReading(m_reading);
    m_transport->setWriting(m_writing);
    if (m_ending)
        m_transport->endSending();
}

qint64 EncryptedFront::receive(char *data, qint64 maximumSize)
{
    return m_transport ? m_transport->receive(data, maximumSize) : nothingNow;
}

qint64 EncryptedFront::send(const iovec *parts, int count)
{
    return m_transport ? m_transport->send(parts, count) : nothingNow;
}

bool EncryptedFront::isQuiet() const
{
    return !m_transport || m_transport->isQuiet();
}

void EncryptedFront::setReading(bool on)
{
    m_reading = on;
    if (m_transport)
        m_transport->setReading(on);
}

void EncryptedFront::setWriting(bool on)
{
    m_writing = on;
    if (m_transport)
        m_transport->setWriting(on);
}

void EncryptedFront::endSending()
{
    m_ending = true;
    if (m_transport)
        m_transport->endSending();
}

void EncryptedFront::close(bool reset)
{
    m_firstByte.setEnabled(false);
    if (m_transport)
        m_transport->close(reset);
    if (m_descriptor >= 0)
        ::close(std::exchange(m_descriptor, -1));
}

}

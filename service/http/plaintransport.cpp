// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/plaintransport.h"

#include <QEvent>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace quota::service
{

static bool isPassing(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

bool PlainTransport::Watch::event(QEvent *event)
{
    if (event->type() != QEvent::SockAct && event->type() != QEvent::SockClose)
        return QSocketNotifier::event(event);
    if (type() == Read)
        m_transport.tellReadable();
    else
        m_transport.tellWritable();
    return true; // this may be gone
}

PlainTransport::PlainTransport(int descriptor)
    : m_descriptor(descriptor)
{
    const int on = 1;
    ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    m_readNotifier.emplace(*this, QSocketNotifier::Read);
}

PlainTransport::~PlainTransport()
{
    close();
}

qint64 PlainTransport::receive(char *data, qint64 maximumSize)
{
    const ssize_t size = ::recv(m_descriptor, data, size_t(maximumSize), MSG_DONTWAIT);
    if (size >= 0)
        return size;
    return isPassing(errno) ? nothingNow : broken;
}

qint64 PlainTransport::send(const iovec *parts, int count)
{
    msghdr message{};
    message.msg_iov = const_cast<iovec *>(parts);
    message.msg_iovlen = size_t(count);
    const ssize_t size = ::sendmsg(m_descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size >= 0)
        return size;
    return isPassing(errno) ? nothingNow : broken;
}

bool PlainTransport::isQuiet() const
{
    char byte = 0;
    return ::recv(m_descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && isPassing(errno);
}

void PlainTransport::setReading(bool on)
{
    if (m_readNotifier)
        m_readNotifier->setEnabled(on);
}

void PlainTransport::setWriting(bool on)
{
    if (!m_writeNotifier) {
        if (!on || m_descriptor < 0)
            return;
        m_writeNotifier.emplace(*this, QSocketNotifier::Write);
    }
    m_writeNotifier->setEnabled(on);
}

void PlainTransport::endSending()
{
    ::shutdown(m_descriptor, SHUT_WR);
}

void PlainTransport::close(bool reset)
{
    if (m_descriptor < 0)
        return;
    // Disabled, not destroyed: the notifier may be what called us. It goes with this object.
    m_readNotifier->setEnabled(false);
    if (m_writeNotifier)
        m_writeNotifier->setEnabled(false);
    if (reset) {
        const ::linger atOnce{1, 0};
        ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    }
    ::close(m_descriptor);
    m_descriptor = -1;
}

}

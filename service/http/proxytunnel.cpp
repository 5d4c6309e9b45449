// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/proxytunnel.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

using namespace Qt::StringLiterals;

namespace quota::service
{

ProxyTunnel::ProxyTunnel(int descriptor, ProxyDialogue dialogue, QObject *parent)
    : QObject(parent)
    , m_descriptor(descriptor)
    , m_dialogue(std::move(dialogue))
    , m_readable(descriptor, QSocketNotifier::Read)
    , m_writable(descriptor, QSocketNotifier::Write)
{
    connect(&m_readable, &QSocketNotifier::activated, this, &ProxyTunnel::read);
    connect(&m_writable, &QSocketNotifier::activated, this, &ProxyTunnel::send);
}

ProxyTunnel::~ProxyTunnel()
{
    const int descriptor = takeDescriptor();
    if (descriptor >= 0)
        ::close(descriptor);
}

int ProxyTunnel::takeDescriptor()
{
    m_readable.setEnabled(false);
    m_writable.setEnabled(false);
    return std::exchange(m_descriptor, -1);
}

void ProxyTunnel::fail(const QString &message)
{
    m_readable.setEnabled(false);
    m_writable.setEnabled(false);
    Q_EMIT failed(message);
}

void ProxyTunnel::send()
{
    m_unsent += m_dialogue.takeOutput();
    if (!m_unsent.isEmpty()) {
        const ssize_t size =
            ::send(m_descriptor, m_unsent.constData(), size_t(m_unsent.size()), MSG_NOSIGNAL);
        if (size < 0 && errno != EAGAIN && errno != EINTR)
            return fail(u"the proxy closed the connection"_s);
        m_unsent.remove(0, qMax<ssize_t>(size, 0));
    }
    m_writable.setEnabled(!m_unsent.isEmpty());
}

void ProxyTunnel::read()
{
    std::array<char, 2048> buffer;
    const ssize_t size = ::recv(m_descriptor, buffer.data(), buffer.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0)
        return fail(u"the proxy closed the connection"_s);
    m_dialogue.feed(QByteArrayView(buffer.data(), size));
    switch (m_dialogue.state()) {
    case ProxyDialogue::State::Talking:
        return send();
    case ProxyDialogue::State::Open:
        m_readable.setEnabled(false);
        Q_EMIT opened();
        return;
    case ProxyDialogue::State::Failed:
        return fail(m_dialogue.fault());
    }
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/dialler.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

using namespace Qt::StringLiterals;

namespace quota::service
{

QList<QHostAddress> interleaved(const QList<QHostAddress> &addresses)
{
    QList<QHostAddress> first;
    QList<QHostAddress> second;
    for (const QHostAddress &address : addresses)
        (address.protocol() == addresses.constFirst().protocol() ? first : second).append(address);
    QList<QHostAddress> turns;
    for (qsizetype i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size())
            turns.append(first.at(i));
        if (i < second.size())
            turns.append(second.at(i));
    }
    return turns;
}

Dialler::Dialler(TimerWheel &wheel, Resolver resolve, QObject *parent)
    : QObject(parent)
    , m_resolve(std::move(resolve))
    , m_stagger(wheel, [this] { tryNext(); })
{}

Dialler::~Dialler()
{
    for (const Attempt &attempt : m_attempts)
        drop(attempt, true);
    if (m_connected >= 0)
        ::close(m_connected);
}

void Dialler::dial(const QString &host, quint16 port)
{
    m_host = host;
    m_port = port;
    m_resolve(host, this, [this](const QList<QHostAddress> &addresses, const QString &error) {
        found(interleaved(addresses), error);
    });
}

void Dialler::found(QList<QHostAddress> addresses, const QString &error)
{
    m_addresses = std::move(addresses);
    if (m_addresses.isEmpty()) {
        Q_EMIT failed(
            u"the address of %1 was not found (%2); check its name, and the name servers of this host"_s.arg(
                m_host, error.isEmpty() ? u"it has none"_s : error));
        return;
    }
    tryNext();
}

void Dialler::tryNext()
{
    m_stagger.stop();
    while (m_next < m_addresses.size()) {
        if (!open(m_addresses.at(m_next++)))
            continue;
        if (m_next < m_addresses.size())
            m_stagger.start(stagger);
        return;
    }
    if (m_attempts.empty())
        Q_EMIT failed(m_faults.join(u"; "_s));
}

static socklen_t toNative(const QHostAddress &address, quint16 port, sockaddr_storage &native)
{
    std::memset(&native, 0, sizeof native);
    if (address.protocol() == QAbstractSocket::IPv6Protocol) {
        sockaddr_in6 six{};
        six.sin6_family = AF_INET6;
        six.sin6_port = htons(port);
        const Q_IPV6ADDR bytes = address.toIPv6Address();
        std::memcpy(&six.sin6_addr, &bytes, sizeof six.sin6_addr);
        six.sin6_scope_id = address.scopeId().toUInt();
        std::memcpy(&native, &six, sizeof six);
        return sizeof six;
    }
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    four.sin_addr.s_addr = htonl(address.toIPv4Address());
    std::memcpy(&native, &four, sizeof four);
    return sizeof four;
}

void Dialler::note(const QHostAddress &address, int error)
{
    m_faults.append(u"%1: %2"_s.arg(address.toString(), QString::fromLocal8Bit(std::strerror(error))));
}

bool Dialler::open(const QHostAddress &address)
{
    sockaddr_storage native;
    const socklen_t size = toNative(address, m_port, native);
    const int descriptor = ::socket(native.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        note(address, errno);
        return false;
    }
    if (::connect(descriptor, reinterpret_cast<const sockaddr *>(&native), size) != 0 &&
        errno != EINPROGRESS) {
        note(address, errno);
        ::close(descriptor);
        return false;
    }
    auto *notifier = new QSocketNotifier(descriptor, QSocketNotifier::Write, this);
    connect(notifier, &QSocketNotifier::activated, this, [this, descriptor] { onAnswer(descriptor); });
    m_attempts.push_back({descriptor, address, notifier});
    return true;
}

void Dialler::onAnswer(int descriptor)
{
    const auto found = std::find_if(m_attempts.begin(), m_attempts.end(),
                                    [&](const Attempt &attempt) { return attempt.descriptor == descriptor; });
    if (found == m_attempts.end())
        return;
    const Attempt answered = *found;
    m_attempts.erase(found);
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    drop(answered, error != 0);
    if (error != 0) {
        note(answered.address, error);
        return tryNext();
    }
    m_stagger.stop();
    for (const Attempt &late : std::exchange(m_attempts, {}))
        drop(late, true);
    m_connected = descriptor;
    Q_EMIT connected();
}

void Dialler::drop(const Attempt &attempt, bool close)
{
    attempt.notifier->setEnabled(false); // at once: the number may be another's in a moment
    attempt.notifier->deleteLater();     // it may be what called us
    if (close)
        ::close(attempt.descriptor);
}

}

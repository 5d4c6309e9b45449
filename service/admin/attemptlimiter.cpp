// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/attemptlimiter.h"

#include <QtEndian>

namespace quota::service
{

static QHostAddress unmapped(const QHostAddress &address)
{
    bool isIpv4 = false;
    const quint32 ipv4 = address.toIPv4Address(&isIpv4);
    return isIpv4 ? QHostAddress(ipv4) : address;
}

static QByteArray networkOf(const QHostAddress &address)
{
    const QHostAddress plain = unmapped(address);
    if (plain.protocol() == QAbstractSocket::IPv6Protocol) {
        const Q_IPV6ADDR bytes = plain.toIPv6Address();
        return QByteArray(reinterpret_cast<const char *>(bytes.c), 8);
    }
    const quint32 ipv4 = qToBigEndian(plain.toIPv4Address());
    return QByteArray(reinterpret_cast<const char *>(&ipv4), sizeof ipv4);
}

bool isLoopbackPeer(const QHostAddress &address)
{
    return unmapped(address).isLoopback();
}

std::optional<std::chrono::seconds> AttemptLimiter::blockedFor(const QHostAddress &address,
                                                               Timestamp now) const
{
    const auto tries = m_tries.constFind(networkOf(address));
    if (tries == m_tries.constEnd() || tries->failures < (isLoopbackPeer(address) ? loopbackBudget : budget))
        return std::nullopt;
    const auto left = tries->since + window - now;
    // A clock that was set back must not lock anybody out for longer than the window.
    if (left <= left.zero() || left > window)
        return std::nullopt;
    return std::chrono::ceil<std::chrono::seconds>(left);
}

void AttemptLimiter::failed(const QHostAddress &address, Timestamp now)
{
    const QByteArray network = networkOf(address);
    if (!m_tries.contains(network) && m_tries.size() >= maximumAddresses)
        makeRoom(now);
    Tries &tries = m_tries[network];
    if (tries.failures == 0 || now - tries.since >= window || now < tries.since)
        tries = {now, 0};
    ++tries.failures;
}

void AttemptLimiter::makeRoom(Timestamp now)
{
    m_tries.removeIf([&](const auto &entry) { return now - entry.value().since >= window; });
    if (m_tries.size() < maximumAddresses)
        return;
    const auto oldest =
        std::min_element(m_tries.cbegin(), m_tries.cend(),
                         [](const Tries &left, const Tries &right) { return left.since < right.since; });
    m_tries.erase(oldest);
}

}

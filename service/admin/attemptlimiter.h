// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/clock.h"

#include <QHash>
#include <QHostAddress>

// Slows who guesses admin tokens: after so many failed tries of one address within a minute, that address is
// refused for the rest of the minute, the right token included. An IPv6 network of 64 bits is one address.
// Loopback has a larger budget, because behind a tunnel or a reverse proxy everybody is loopback. Bounded; pure.
namespace quota::service
{

class AttemptLimiter
{
public:
    static constexpr int budget = 10;
    static constexpr int loopbackBudget = 100;
    static constexpr std::chrono::seconds window{60};
    static constexpr qsizetype maximumAddresses = 10'000;

    // How long this address must wait; nothing when it may try.
    std::optional<std::chrono::seconds> blockedFor(const QHostAddress &address, Timestamp now) const;
    void failed(const QHostAddress &address, Timestamp now);

private:
    struct Tries
    {
        Timestamp since;
        int failures = 0;
    };
    void makeRoom(Timestamp now);

    QHash<QByteArray, Tries> m_tries;
};

bool isLoopbackPeer(const QHostAddress &address); // IPv4 mapped into IPv6 too

}

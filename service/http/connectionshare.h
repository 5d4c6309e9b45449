// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/parser.h"
#include "service/http/timerwheel.h"

#include <QObject>
#include <QPointer>

#include <chrono>
#include <functional>
#include <vector>

// What the connections of one server have in common: their limits, the timer wheel of their lane, whoever handles
// their requests, the budget for bodies that are being collected, and the heads of answers that wait for the end of this turn of the event loop.
namespace quota::service
{

class Exchange;

struct ConnectionLimits
{
    ParserLimits parser;
    std::chrono::milliseconds headTime{10'000};     // from the first byte of a request to the end of its head
    std::chrono::milliseconds bodyIdleTime{30'000}; // without a byte of the body
    std::chrono::milliseconds bodyTotalTime{600'000}; // for the whole body, pauses of ours left out
    std::chrono::milliseconds keepAliveTime{75'000};  // between requests
    std::chrono::milliseconds writeStallTime{60'000}; // without the client taking a byte of the answer
    qint64 bufferedBodies = 256 * 1024 * 1024;        // bytes of all bodies that are being collected
    qint64 congestion = 256 * 1024;                   // unsent bytes above which congested() is true
    int connections = 10'000;                         // open at a time
    int connectionsPerAddress = 7'500;                // of those, from one address
};

class ConnectionShare : public QObject
{
    Q_OBJECT

public:
    ConnectionShare(const ConnectionLimits &limits, TimerWheel &wheel,
                    std::function<void(Exchange &)> dispatch)
        : limits(limits)
        , wheel(wheel)
        , dispatch(std::move(dispatch))
    {}

    const ConnectionLimits limits;
    TimerWheel &wheel;
    const std::function<void(Exchange &)> dispatch; // hands a request to whoever answers it
    qint64 bufferedBytes = 0;

    // The exchange's head goes out at the end of this turn unless data take it along before.
    void flushHeadLater(Exchange &exchange);

private:
    void flushHeads();

    std::vector<QPointer<Exchange>> m_waiting;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/parser.h"
#include "service/http/timerwheel.h"

#include <QObject>
#include <QPointer>

#include <chrono>
#include <vector>

// What the connections of one server have in common: their limits, the timer wheel of their lane, their owner, the
// budget for bodies that are being collected, and the heads of answers that wait for the end of this turn of the
// event loop.
namespace quota::service
{

class Connection;
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

// Who made them and hears of them. Not by signals, which cost memory for each connection.
class ConnectionOwner
{
public:
    virtual void onRequest(Exchange &exchange) = 0;    // to be handed to whoever answers it
    virtual void onRefused(int status) = 0;            // the connection answered, no exchange came of it
    virtual void onClosed(Connection &connection) = 0; // which deletes itself

protected:
    ~ConnectionOwner() = default;
};

// The budget for bodies is used up.
inline constexpr ParseFault tooManyBodies{503, "Too many bodies are being received; try again in a second."};

class ConnectionShare : public QObject
{
    Q_OBJECT

public:
    ConnectionShare(const ConnectionLimits &limits, TimerWheel &wheel, ConnectionOwner &owner)
        : limits(limits)
        , wheel(wheel)
        , owner(owner)
    {}

    const ConnectionLimits limits;
    TimerWheel &wheel;
    ConnectionOwner &owner;
    qint64 bufferedBytes = 0;

    // The exchange's head goes out at the end of this turn unless data take it along before.
    void flushHeadLater(Exchange &exchange);

private:
    void flushHeads();

    std::vector<QPointer<Exchange>> m_waiting;
};

}

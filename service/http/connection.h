// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/exchange.h"
#include "service/http/parser.h"

#include <QSocketNotifier>
#include <QTcpSocket>

#include <chrono>
#include <deque>
#include <memory>

// The guard of one client: a QTcpSocket over a descriptor of its own that frames, bounds and times every request
// before QtHttpServer sees a byte of it, and carries the answer. It answers 400, 408, 413, 414, 417, 431, 501 and
// 505 itself. Requests are handed on one at a time, so pipelined ones are answered in order. QtHttpServer gets a
// canonical head only; the request with its body waits here in an Exchange. Lives in its lane's thread.
namespace quota::service
{

struct ConnectionLimits
{
    ParserLimits parser;
    std::chrono::milliseconds headTime{10'000};     // from the first byte of a request to the end of its head
    std::chrono::milliseconds bodyIdleTime{30'000}; // without a byte of the body
    std::chrono::milliseconds keepAliveTime{75'000};  // between requests
    std::chrono::milliseconds writeStallTime{60'000}; // without the client taking a byte of the answer
    qsizetype congestion = 256 * 1024;                // unsent bytes above which congested() is true
};

class Connection : public QTcpSocket
{
    Q_OBJECT

public:
    using Instant = std::chrono::steady_clock::time_point;

    // Takes over a connected, non-blocking descriptor.
    Connection(qintptr descriptor, const ConnectionLimits &limits, QObject *parent);
    ~Connection() override;

    // Called by the server inside its dispatch: the request that was just staged. The exchange lives until the
    // answer is out or the client is gone.
    Exchange *beginExchange();
    Exchange *exchange() const { return m_exchange.get(); }

    // No further request on this connection; an idle one closes at once.
    void drain();
    // Closes the connection at once, whatever is unsent; an exchange under way hears gone().
    void cut();
    // Called now and then by the server: closes or refuses what took too long.
    void checkDeadline(Instant now);

    // QTcpSocket, as QtHttpServer uses it.
    qint64 bytesAvailable() const override;
    qint64 bytesToWrite() const override { return m_unsentBytes; }
    void disconnectFromHost() override;
    void close() override { disconnectFromHost(); }

Q_SIGNALS:
    void closed();

protected:
    qint64 readData(char *data, qint64 maximumSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    friend class Exchange;
    enum class Phase
    {
        Idle,
        Receiving,
        Handling,
        Flushing,
        Lingering,
        Closed
    };

    // For the exchange.
    void send(QByteArray bytes);
    bool congested() const { return m_unsentBytes > m_limits.congestion; }
    bool keepAlive() const { return m_keepAlive && !m_draining; }
    void answered();
    void resetOnClose();
    void scheduleHead();

    void receive();
    void advance();
    void stage();
    void resumeIfSentAhead();
    void refuse(const ParseFault &fault);
    void flushUnsent();
    void allSent();
    void linger();
    void peerLeft();
    void finishClose();
    void setPhase(Phase phase, std::chrono::milliseconds time);

    const ConnectionLimits &m_limits;
    int m_descriptor;
    QSocketNotifier m_readNotifier;
    QSocketNotifier m_writeNotifier;
    RequestParser m_parser;
    QByteArray m_input;
    QByteArray m_staged; // the canonical head, while QtHttpServer reads it
    std::unique_ptr<Exchange> m_exchange;
    std::deque<QByteArray> m_unsent;
    qsizetype m_sentOfFirst = 0;
    qint64 m_unsentBytes = 0;
    Phase m_phase = Phase::Idle;
    Instant m_deadline;
    Instant m_lastSent;
    bool m_continueSent = false;
    bool m_keepAlive = true;
    bool m_draining = false;
    bool m_dispatching = false;
    bool m_wasCongested = false;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/connectionshare.h"
#include "service/http/exchange.h"
#include "service/http/parser.h"
#include "service/http/sendqueue.h"

#include <QTcpSocket>

#include <memory>
#include <span>

// The guard of one client: a QTcpSocket over a transport of its own that frames, bounds and times every request
// before QtHttpServer sees a byte of it, and carries the answer. It answers 400, 408, 413, 414, 417, 431, 501, 503
// and 505 itself. Requests are handed on one at a time, so pipelined ones are answered in order. QtHttpServer gets
// a canonical head only; the request waits here in an Exchange. Lives in its lane's thread.
namespace quota::service
{

class Connection : public QTcpSocket
{
    Q_OBJECT

public:
    Connection(std::unique_ptr<Transport> transport, const QHostAddress &peer, quint16 peerPort,
               ConnectionShare &share, QObject *parent);
    ~Connection() override;

    // The request that was just staged, while the server dispatches it; null otherwise.
    Exchange *exchange() const { return m_phase == Phase::Handling ? m_exchange.get() : nullptr; }

    // Answers this before a request came, then closes: for connections beyond a cap.
    void refuse(const ParseFault &fault);
    // No further request on this connection. One that served closes when it is idle; one that is new still gets an
    // answer to its first request.
    void drain();
    // Closes the connection at once, whatever is unsent; an exchange under way hears gone().
    void cut(bool reset = false);

    // QTcpSocket, as QtHttpServer uses it.
    qint64 bytesAvailable() const override;
    qint64 bytesToWrite() const override { return m_unsent.bytes(); }
    void disconnectFromHost() override { cut(); }
    void close() override { cut(); }

Q_SIGNALS:
    void refused(int status); // answered here, no exchange came of it
    void closed();

protected:
    qint64 readData(char *data, qint64 maximumSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    friend class Exchange;
    enum class Phase
    {
        Idle,       // between requests
        Head,       // the head of a request has begun
        Handling,   // an exchange is under way, its body perhaps still coming
        Flushing,   // answered, the last bytes wait for the client to take them
        Discarding, // the rest of a body that nobody wanted
        Lingering,  // our side has ended; the client's bytes are read and thrown away
        Closed
    };

    // For the exchange: the body of its request.
    void beginBody();
    void setBodyPaused(bool paused);
    void noticeEnd();
    // For the exchange: its answer.
    void send(std::span<const QByteArrayView> parts);
    bool congested() const { return m_unsent.bytes() > m_share.limits.congestion; }
    void decideKeepAlive(bool answerIsFramed);
    bool keepAlive() const { return m_keepAlive; }
    void answered();

    void receive();
    void advance();
    void goOn();
    void readHead();
    void stage();
    void readBody();
    bool collect();
    bool passOn();
    bool fitsBudget(qint64 bodySize) const;
    void discardBody();
    void failBody(const ParseFault &fault);
    HttpAnswer refusal(const ParseFault &fault, const HttpRequest &request) const;
    void restartBodyTime();
    void waitForMore();
    bool isBodyWhole() const { return m_parser.state() == RequestParser::State::Complete; }
    void continueLater();

    void flushUnsent();
    void allSent();
    void becomeIdle();
    void linger();
    void lingerOn();
    void peerEnded();
    void readTimeOut();
    void finishClose(bool reset = false);
    void enter(Phase phase);
    void enter(Phase phase, std::chrono::milliseconds time);

    ConnectionShare &m_share;
    std::unique_ptr<Transport> m_transport;
    SendQueue m_unsent;
    RequestParser m_parser;
    QByteArray m_input;
    QByteArray m_staged; // the canonical head, while QtHttpServer reads it
    std::unique_ptr<Exchange> m_exchange;
    Deadline m_readDeadline;
    Deadline m_writeDeadline;
    std::chrono::milliseconds m_bodyTimeLeft{0};
    TimerWheel::Instant m_bodyWaitedSince;
    TimerWheel::Instant m_lingersUntil;
    Phase m_phase = Phase::Idle;
    bool m_keepAlive = true;
    bool m_served = false; // a request before this one
    bool m_draining = false;
    bool m_dispatching = false;
    bool m_continuing = false;   // advance() is on its way
    bool m_continueSent = false; // 100, or content that made it needless
    bool m_bodyPaused = false;
    bool m_peerEnded = false;
    bool m_wasCongested = false;
};

}

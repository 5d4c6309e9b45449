// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/connectionshare.h"
#include "service/http/exchange.h"
#include "service/http/parser.h"
#include "service/http/peeraddress.h"
#include "service/http/sendqueue.h"

#include <memory>
#include <span>

// The guard of one client, over a transport of its own: frames, bounds and times every request before anybody sees
// a byte of it, and carries the answer. It answers 400, 408, 413, 414, 417, 431, 501, 503 and 505 itself. Requests
// are handed on as Exchanges, one at a time, so pipelined ones are answered in order. Lives in its lane's thread.
namespace quota::service
{

class Connection : public QObject, private Transport::User
{
    Q_OBJECT

public:
    Connection(std::unique_ptr<Transport> transport, PeerAddress peer, ConnectionShare &share,
               QObject *parent);
    ~Connection() override;

    const PeerAddress &peer() const { return m_peer; }

    // Answers this before a request came, then closes: for connections beyond a cap.
    void refuse(const ParseFault &fault);
    // No further request on this connection. One that served closes when it is idle; one that is new still gets an
    // answer to its first request.
    void drain();
    // Closes the connection at once, whatever is unsent; an exchange under way hears gone().
    void cut(bool reset = false);

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
    void releaseRoom(); // that is kept for the next request
    bool congested() const { return m_unsent.bytes() > m_share.limits.congestion; }
    void decideKeepAlive(bool answerIsFramed);
    bool keepAlive() const { return m_keepAlive; }
    void answered();

    void onReadable() override { receive(); }
    void onWritable() override { flushUnsent(); }
    void receive();
    void advance();
    void goOn();
    void readHead();
    void handOn();
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
    const PeerAddress m_peer;
    std::unique_ptr<Transport> m_transport;
    SendQueue m_unsent;
    RequestParser m_parser;
    QByteArray m_input;
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

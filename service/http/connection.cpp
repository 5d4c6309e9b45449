// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/connection.h"

namespace quota::service
{

static constexpr std::chrono::milliseconds lingerTime{2'000};
// For a client that keeps sending; what it sends may be all that a slow line carries.
static constexpr std::chrono::milliseconds longestLingerTime{30'000};
// How long a connection that is told to drain waits for the first request of its client.
static constexpr std::chrono::milliseconds drainingHeadTime{1'000};

Connection::Connection(std::unique_ptr<Transport> transport, PeerAddress peer, ConnectionShare &share,
                       QObject *parent)
    : QObject(parent)
    , m_share(share)
    , m_peer(std::move(peer))
    , m_transport(std::move(transport))
    , m_parser(share.limits.parser)
    , m_readDeadline(share.wheel, [this] { readTimeOut(); })
    , m_writeDeadline(share.wheel, [this] { cut(); })
{
    m_transport->setUser(*this);
    // A connection that never says a word has the time of a head, not that of a kept one.
    enter(Phase::Idle, share.limits.headTime);
}

Connection::~Connection()
{
    if (m_exchange)
        m_exchange->leave();
}

void Connection::enter(Phase phase)
{
    m_phase = phase;
    m_readDeadline.stop();
}

void Connection::enter(Phase phase, std::chrono::milliseconds time)
{
    m_phase = phase;
    m_readDeadline.start(time);
}

// --- answering ---

void Connection::send(std::span<const QByteArrayView> parts)
{
    if (m_phase == Phase::Closed)
        return;
    if (!m_unsent.send(*m_transport, parts)) {
        // Not from inside the caller, who is in the middle of its answer.
        QMetaObject::invokeMethod(
            this, [this] { cut(); }, Qt::QueuedConnection);
        return;
    }
    if (!m_unsent.isEmpty() && !m_writeDeadline.isRunning())
        m_writeDeadline.start(m_share.limits.writeStallTime);
    m_wasCongested = m_wasCongested || congested();
}

void Connection::flushUnsent()
{
    const qint64 before = m_unsent.bytes();
    if (!m_unsent.flush(*m_transport))
        return cut();
    if (m_unsent.isEmpty())
        m_writeDeadline.stop();
    else if (m_unsent.bytes() < before)
        m_writeDeadline.start(m_share.limits.writeStallTime);
    if (m_wasCongested && m_unsent.bytes() < m_share.limits.congestion / 4) {
        m_wasCongested = false;
        if (m_exchange && m_exchange->m_handler)
            m_exchange->m_handler->onAnswerDrained();
    }
    if (m_unsent.isEmpty() && m_phase == Phase::Flushing)
        allSent();
}

void Connection::decideKeepAlive(bool answerIsFramed)
{
    // What is left of the body must be read before the next request. A little is; more, or content that a client
    // may or may not send because nobody told it to go on, ends the connection.
    static constexpr qint64 discardable = 64 * 1024;
    const qint64 left = m_parser.bodyLeft();
    const bool bodyCanEnd = isBodyWhole() || (left >= 0 && left <= discardable &&
                                              (m_continueSent || !m_parser.expectsContinue()));
    m_keepAlive = m_keepAlive && answerIsFramed && bodyCanEnd && !m_draining;
}

void Connection::answered()
{
    // The exchange may be on the stack above: it dies with the next turn of the event loop.
    m_exchange.release()->deleteLater();
    m_wasCongested = false;
    m_served = true;
    enter(Phase::Flushing);
    if (m_unsent.isEmpty())
        allSent();
}

void Connection::allSent()
{
    if (!m_keepAlive || m_draining)
        return linger();
    if (m_peerEnded && (m_input.isEmpty() || !isBodyWhole()))
        return finishClose();
    if (isBodyWhole())
        return becomeIdle();
    m_bodyPaused = false;
    m_bodyTimeLeft = m_share.limits.bodyTotalTime;
    enter(Phase::Discarding);
    restartBodyTime();
    m_transport->setReading(true);
    continueLater();
}

void Connection::becomeIdle()
{
    m_parser.restart();
    m_continueSent = false;
    m_bodyPaused = false;
    enter(Phase::Idle, m_share.limits.keepAliveTime);
    if (!m_peerEnded)
        m_transport->setReading(true);
    continueLater();
}

void Connection::continueLater()
{
    // By way of the event loop: a client that pipelines hundreds of requests must not deepen the stack.
    if (m_input.isEmpty() || m_continuing)
        return;
    m_continuing = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_continuing = false;
            advance();
        },
        Qt::QueuedConnection);
}

// --- closing ---

void Connection::linger()
{
    // RFC 9112 §9.6: closing while the client still sends would reset the connection and may destroy the answer
    // before it was read. So: end our side, read on for a while, then close.
    if (m_peerEnded)
        return finishClose();
    m_transport->endSending();
    m_transport->setReading(true);
    m_input.clear();
    m_lingersUntil = std::chrono::steady_clock::now() + longestLingerTime;
    enter(Phase::Lingering, lingerTime);
}

void Connection::lingerOn()
{
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(m_lingersUntil -
                                                                            std::chrono::steady_clock::now());
    m_readDeadline.start(std::clamp(left, std::chrono::milliseconds(0), lingerTime));
}

void Connection::peerEnded()
{
    m_peerEnded = true;
    m_transport->setReading(false);
    switch (m_phase) {
    case Phase::Handling:
        noticeEnd();
        break;
    case Phase::Flushing:
    case Phase::Closed:
        break;
    case Phase::Idle:
    case Phase::Head:
    case Phase::Discarding:
    case Phase::Lingering:
        finishClose();
        break;
    }
}

void Connection::noticeEnd()
{
    // A body that can no longer become whole, or an answer that must not be paid for in vain.
    if (m_peerEnded && m_phase == Phase::Handling && (!isBodyWhole() || m_exchange->m_leavesAtEnd))
        QMetaObject::invokeMethod(
            this, [this] { cut(); }, Qt::QueuedConnection);
}

void Connection::cut(bool reset)
{
    if (m_phase == Phase::Closed)
        return;
    if (m_exchange) {
        // Whoever answers may delete things when it hears this, but not this connection: that waits below.
        Exchange *exchange = m_exchange.release();
        exchange->leave();
        exchange->deleteLater();
    }
    finishClose(reset);
}

void Connection::finishClose(bool reset)
{
    if (m_phase == Phase::Closed)
        return;
    enter(Phase::Closed);
    m_writeDeadline.stop();
    m_transport->close(reset);
    m_unsent.clear();
    m_input.clear();
    m_share.owner.onClosed(*this);
    deleteLater();
}

void Connection::drain()
{
    m_draining = true;
    if (m_phase != Phase::Idle)
        return;
    receive(); // what is already here is answered
    if (m_phase != Phase::Idle || !m_input.isEmpty())
        return;
    if (m_served)
        finishClose();
    else
        m_readDeadline.start(drainingHeadTime);
}

void Connection::readTimeOut()
{
    switch (m_phase) {
    case Phase::Head:
        return refuse({408, "The request did not arrive in time."});
    case Phase::Handling:
        return failBody({408, "The body of the request did not arrive in time."});
    case Phase::Idle:
    case Phase::Flushing:
    case Phase::Discarding:
    case Phase::Lingering:
    case Phase::Closed:
        return finishClose();
    }
}

}

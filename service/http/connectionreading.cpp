// SPDX-License-Identifier: GPL-3.0-or-later
// The half of Connection that reads: heads, bodies, and the refusal of what breaks a rule.
#include "service/http/connection.h"
#include "service/messages.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr qsizetype readBlock = 64 * 1024;
// How much a client may send ahead while its request is answered; beyond, TCP makes it wait.
static constexpr qsizetype maximumSentAhead = 64 * 1024;
// Enough for the usual head, so that none of the usual requests makes memory anew.
static constexpr qsizetype keptInput = 2 * 1024;

void Connection::receive()
{
    if (m_phase == Phase::Closed || m_peerEnded)
        return;
    char block[readBlock];
    const qint64 size = m_transport->receive(block, sizeof block);
    if (size == Transport::nothingNow)
        return;
    if (size == Transport::broken)
        return cut();
    if (size == 0)
        return peerEnded();
    if (m_phase == Phase::Lingering)
        return lingerOn(); // what a refused client still sends is read and thrown away
    m_input.append(block, size);
    if (!m_dispatching)
        advance();
}

void Connection::advance()
{
    goOn();
    // Room for a body is not kept: connections are many, and most of them wait.
    if (m_input.isEmpty() && m_input.capacity() > keptInput)
        m_input = QByteArray();
}

void Connection::releaseRoom()
{
    if (m_input.isEmpty())
        m_input = QByteArray();
}

void Connection::goOn()
{
    switch (m_phase) {
    case Phase::Idle:
    case Phase::Head:
        return readHead();
    case Phase::Handling:
        readBody();
        break;
    case Phase::Discarding:
        return discardBody();
    case Phase::Flushing:
    case Phase::Lingering:
    case Phase::Closed:
        break;
    }
    if ((m_phase == Phase::Handling || m_phase == Phase::Flushing) && m_input.size() > maximumSentAhead)
        m_transport->setReading(false);
}

void Connection::readHead()
{
    if (m_input.isEmpty())
        return;
    const auto state = m_parser.feed(m_input);
    if (m_phase == Phase::Idle && m_parser.begun())
        enter(Phase::Head, m_share.limits.headTime);
    if (state == RequestParser::State::Failed)
        return refuse(m_parser.fault());
    if (state != RequestParser::State::Head)
        return handOn();
    if (m_peerEnded)
        finishClose(); // the rest of this head will not come
}

void Connection::handOn()
{
    m_keepAlive = m_parser.keepAlive();
    HttpRequest request = m_parser.take();
    request.peer = m_peer.address;
    request.peerPort = m_peer.port;
    const qint64 bodyLength = isBodyWhole() ? 0 : m_parser.bodyLeft();
    m_exchange = std::make_unique<Exchange>(std::move(request), bodyLength, *this);
    enter(Phase::Handling);
    m_dispatching = true;
    m_share.owner.onRequest(*m_exchange);
    m_dispatching = false;
    if (m_phase != Phase::Closed)
        continueLater();
}

// --- bodies ---

void Connection::beginBody()
{
    m_bodyTimeLeft = m_share.limits.bodyTotalTime;
    if (!isBodyWhole()) {
        if (m_parser.expectsContinue() && !m_continueSent && m_input.isEmpty()) {
            static constexpr QByteArrayView parts[] = {"HTTP/1.1 100 Continue\r\n\r\n"};
            send(parts);
        }
        m_continueSent = true; // RFC 9110 §10.1.1: not owed to a client that already sends content
        restartBodyTime();
        if (!m_peerEnded)
            m_transport->setReading(true); // off when much came before the body was asked for
    }
    readBody();
}

void Connection::restartBodyTime()
{
    m_bodyWaitedSince = std::chrono::steady_clock::now();
    waitForMore();
}

void Connection::setBodyPaused(bool paused)
{
    if (m_bodyPaused == paused || m_phase != Phase::Handling || isBodyWhole())
        return;
    m_bodyPaused = paused;
    if (paused) {
        m_readDeadline.stop(); // it is not the client that is slow
    } else {
        restartBodyTime();
        continueLater();
    }
    if (!m_peerEnded)
        m_transport->setReading(!paused);
}

void Connection::readBody()
{
    if (!m_exchange->m_connection || m_exchange->m_bodyUse == Exchange::BodyUse::Unasked ||
        m_exchange->m_bodyIsDone)
        return;
    // Whoever hears of a piece may answer, leave or cut: the exchange is looked at again after each.
    const QPointer<Exchange> exchange(m_exchange.get());
    while (!isBodyWhole() && !m_input.isEmpty() && !m_bodyPaused) {
        const bool goesOn = exchange->m_bodyUse == Exchange::BodyUse::Collected ? collect() : passOn();
        if (!goesOn || !exchange || m_exchange.get() != exchange)
            return;
    }
    if (isBodyWhole()) {
        m_readDeadline.stop();
        exchange->m_bodyIsDone = true;
        if (exchange->m_handler)
            exchange->m_handler->onBodyReceived();
    } else if (m_peerEnded) {
        noticeEnd();
    }
}

bool Connection::collect()
{
    QByteArray &body = m_exchange->m_request.body;
    // Of a chunked body it is not known how much comes, only that this piece of input is no more than a block.
    const qint64 expected = body.size() + qMax<qint64>(m_parser.bodyLeft(), 0);
    if (expected > m_exchange->m_maximumBody) {
        failBody({413, "The body is larger than allowed."});
        return false;
    }
    if (!fitsBudget(expected)) {
        failBody(tooManyBodies);
        return false;
    }
    // Memory for all of it, not yet touched: growing would copy a large body several times.
    if (body.capacity() == 0 && m_parser.bodyLeft() > m_input.size())
        body.reserve(m_parser.bodyLeft());
    if (m_parser.feedBody(m_input, body) == RequestParser::State::Failed) {
        failBody(m_parser.fault());
        return false;
    }
    if (body.size() > m_exchange->m_maximumBody) {
        failBody({413, "The body is larger than allowed."});
        return false;
    }
    m_share.bufferedBytes += body.size() - m_exchange->m_budgeted;
    m_exchange->m_budgeted = body.size();
    waitForMore();
    return true;
}

bool Connection::fitsBudget(qint64 bodySize) const
{
    return m_share.bufferedBytes - m_exchange->m_budgeted + bodySize <= m_share.limits.bufferedBodies;
}

bool Connection::passOn()
{
    QByteArray piece;
    if (m_parser.feedBody(m_input, piece) == RequestParser::State::Failed) {
        failBody(m_parser.fault());
        return false;
    }
    waitForMore();
    if (!piece.isEmpty() && m_exchange->m_handler)
        m_exchange->m_handler->onBodyArrived(piece);
    return true;
}

void Connection::waitForMore()
{
    using std::chrono::milliseconds;
    const auto now = std::chrono::steady_clock::now();
    m_bodyTimeLeft -= std::chrono::duration_cast<milliseconds>(now - m_bodyWaitedSince);
    m_bodyWaitedSince = now;
    m_readDeadline.start(std::clamp(m_bodyTimeLeft, milliseconds(0), m_share.limits.bodyIdleTime));
}

void Connection::discardBody()
{
    QByteArray ignored;
    if (!isBodyWhole() && !m_input.isEmpty() &&
        m_parser.feedBody(m_input, ignored) == RequestParser::State::Failed)
        return finishClose(); // it has its answer
    if (!isBodyWhole())
        waitForMore();
    else if (m_draining)
        linger();
    else
        becomeIdle();
}

// --- refusing ---

HttpAnswer Connection::refusal(const ParseFault &fault, const HttpRequest &request) const
{
    // Whoever sends what cannot be parsed reads English; a body that is too large has a head that says more.
    const bool tooLarge = fault.status == 413;
    const qint64 maximum = m_exchange && m_exchange->m_bodyUse == Exchange::BodyUse::Collected
                               ? m_exchange->m_maximumBody
                               : m_share.limits.parser.body;
    const QString text =
        tooLarge ? message(languageFromHeader(request.headers.value("Accept-Language")),
                           QT_TRANSLATE_NOOP("service", "The request is larger than %1 bytes, the most "
                                                        "that is taken here."),
                           {QString::number(maximum)})
                 : QString::fromLatin1(fault.reason);
    const bool busy = fault.status == 503;
    const QJsonObject error{{u"message"_s, text},
                            {u"type"_s, busy ? u"server_error"_s : u"invalid_request_error"_s},
                            {u"param"_s, QJsonValue()},
                            {u"code"_s, tooLarge ? u"request_too_large"_s
                                        : busy   ? u"server_busy"_s
                                                 : u"bad_request"_s}};
    HttpAnswer answer{fault.status,
                      {{"Content-Type", "application/json"}},
                      QJsonDocument(QJsonObject{{u"error"_s, error}}).toJson(QJsonDocument::Compact)};
    if (busy)
        answer.headers.append("Retry-After", "1");
    return answer;
}

void Connection::refuse(const ParseFault &fault)
{
    const HttpAnswer answer = refusal(fault, m_parser.request());
    m_keepAlive = false;
    m_input.clear();
    enter(Phase::Handling);
    // An exchange that nobody handles: composing an answer is its business.
    m_exchange = std::make_unique<Exchange>(m_parser.take(), 0, *this);
    m_share.owner.onRefused(fault.status);
    m_exchange->answer(answer);
}

void Connection::failBody(const ParseFault &fault)
{
    const HttpAnswer answer = refusal(fault, m_exchange->request());
    m_keepAlive = false;
    m_readDeadline.stop();
    const QPointer<Exchange> exchange(m_exchange.get());
    exchange->m_bodyIsDone = true;
    if (exchange->m_handler)
        exchange->m_handler->onBodyFailed();
    if (!exchange || m_exchange.get() != exchange)
        return;
    if (exchange->headSent())
        exchange->abort();
    else
        exchange->answer(answer);
}

}

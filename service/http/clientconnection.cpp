// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/clientconnection.h"

#include "service/http/connector.h"

#include <algorithm>
#include <cstring>

using namespace Qt::StringLiterals;
using std::chrono::steady_clock;

namespace quota::service
{

ClientConnection::ClientConnection(std::shared_ptr<Origin> origin, ClientShare &share, Owner &owner,
                                   QObject *parent)
    : QObject(parent)
    , m_origin(std::move(origin))
    , m_share(share)
    , m_owner(owner)
    , m_stage(share.wheel, [this] { timeOut(); })
    , m_total(share.wheel,
              [this] {
                  fail(ErrorCode::TimedOut,
                       u"The answer of %1 was not whole within %2 s."_s.arg(m_origin->name)
                           .arg(double(m_share.options.total.count()) / 1000));
              })
    , m_oldAt(steady_clock::now() + share.options.maximumAge)
{}

ClientConnection::~ClientConnection()
{
    if (m_call)
        m_call->m_connection = nullptr;
}

bool ClientConnection::isUsable() const
{
    // The close of the other side may have arrived while the event loop has not told yet.
    return m_phase == Phase::Idle && steady_clock::now() < m_usableUntil && m_transport->isQuiet();
}

void ClientConnection::begin(ClientCall *call)
{
    Q_ASSERT(!m_call && (m_phase == Phase::Idle || !m_transport));
    m_call = call;
    call->m_connection = this;
    m_reused = m_transport != nullptr;
    m_told = m_paused = m_congested = m_answered = m_headPassed = m_cutShort = m_sendBroken = false;
    m_parser.emplace(call->m_toHead, m_share.options.maximumHead);
    call->rewind(*m_origin);
    m_total.start(std::chrono::ceil<std::chrono::milliseconds>(call->m_until - steady_clock::now()));
    if (m_reused) {
        m_phase = Phase::Sending;
        return pump();
    }
    m_phase = Phase::Connecting;
    m_stage.start(m_share.options.connect);
    // It may fail on the spot, and nobody listens to the call before its maker has got it.
    QMetaObject::invokeMethod(this, &ClientConnection::open, Qt::QueuedConnection);
}

void ClientConnection::open()
{
    if (m_phase != Phase::Connecting)
        return;
    // A child too: let go, it must still not outlive the wheel.
    m_connector = std::make_unique<Connector>(m_origin, m_share.options, m_share.tls, m_share.wheel, this);
    connect(m_connector.get(), &Connector::reached, this, &ClientConnection::onReached);
    connect(m_connector.get(), &Connector::failed, this, [this](const QString &message) {
        fail(ErrorCode::Unreachable, u"%1 cannot be reached: %2."_s.arg(m_origin->name, message));
    });
    m_connector->start();
}

void ClientConnection::onReached()
{
    m_transport = m_connector->takeTransport();
    m_connector.release()->deleteLater(); // it is telling us
    m_transport->setUser(*this);
    m_phase = Phase::Sending;
    m_told = true;
    m_call->tellConnected();
    if (m_phase == Phase::Sending)
        onWritable();
}

// From any call: what goes wrong is told by the event loop, when the transport says that it is writable.
void ClientConnection::pump()
{
    RequestWriter &writer = m_call->m_writer;
    const qint64 takenBefore = writer.taken();
    switch (writer.write(*m_transport)) {
    case RequestWriter::Progress::Whole:
        m_transport->setWriting(m_congested);
        if (m_phase == Phase::Sending) {
            m_phase = Phase::Waiting;
            watchSilence();
        } else if (m_phase == Phase::Reading && writer.taken() > takenBefore) {
            watchSilence();
        }
        return;
    case RequestWriter::Progress::Starved:
        m_transport->setWriting(m_congested);
        m_stage.stop(); // it is not the upstream that is slow
        return;
    case RequestWriter::Progress::Blocked:
        if (writer.taken() > takenBefore || !m_stage.isRunning())
            watchSilence();
        return;
    case RequestWriter::Progress::Broken:
        m_sendBroken = true;
        m_transport->setWriting(true);
        return;
    }
}

void ClientConnection::onWritable()
{
    if (!m_call)
        return m_transport->setWriting(false);
    if (!m_sendBroken)
        pump();
    if (m_sendBroken) {
        if (isLost())
            return onEnd(false);
        m_transport->setWriting(false);
        m_call->m_writer.stop();
        if (m_phase == Phase::Sending) {
            // Some answer and close before they have read it all: what they said may be waiting to be read.
            m_phase = Phase::Waiting;
            watchSilence();
        }
    }
    const qint64 unsent = m_call->m_writer.unsent();
    if (m_congested && unsent <= m_share.options.maximumUnsent / 4) {
        m_congested = false;
        if (unsent == 0)
            m_transport->setWriting(false);
        m_call->tellDrained();
    }
}

void ClientConnection::send(const QByteArray &bytes)
{
    m_call->m_writer.append(bytes);
    if (maySend())
        pump();
    m_call->m_writer.own();
    m_congested = m_congested || isCongested();
}

void ClientConnection::endBody()
{
    m_call->m_writer.end();
    if (maySend())
        pump();
}

void ClientConnection::onReadable()
{
    if (!m_call) // nobody asked: bytes nobody wants, or the end
        return retire();
    const qint64 size = m_transport->receive(m_share.buffer.data(), qint64(m_share.buffer.size()));
    if (size > 0)
        consume(m_share.buffer.data(), size);
    else if (size != Transport::nothingNow)
        onEnd(size == 0 && !m_sendBroken);
}

void ClientConnection::consume(char *bytes, qsizetype size)
{
    m_answered = true;
    if (!m_told) {
        m_told = true;
        m_call->tellConnected();
        if (!m_call)
            return;
    }
    // The content among them is moved together where it lies: one piece goes on at a time, and none is copied.
    QByteArrayView input(bytes, size);
    char *const beginning = bytes;
    char *start = nullptr;
    char *end = nullptr;
    do {
        const QByteArrayView run = m_parser->next(input);
        if (run.isEmpty())
            continue;
        char *const at = beginning + (run.data() - beginning);
        if (!start)
            start = end = at;
        else
            std::memmove(end, at, size_t(run.size()));
        end += run.size();
    } while (!input.isEmpty() && !m_parser->isOver());

    if (m_parser->hasHead() && !m_headPassed)
        passHead();
    if (m_call && start) {
        if (!m_paused && !awaitsHolder())
            m_stage.start(m_share.options.idle);
        m_call->tellData(QByteArray::fromRawData(start, end - start));
    }
    if (!m_call)
        return;
    if (m_parser->state() == ResponseParser::State::Failed)
        fail(ErrorCode::Protocol, QString::fromLatin1(m_parser->fault().reason));
    else if (m_parser->state() == ResponseParser::State::Complete)
        complete(input.isEmpty());
}

void ClientConnection::passHead()
{
    m_headPassed = true;
    const bool accepts = m_parser->status() >= 200 && m_parser->status() < 300;
    if (!accepts && !m_call->m_writer.whole()) {
        // It has made up its mind; the rest of the body would only be thrown away. Who accepts reads on: an answer may
        // begin at any time (RFC 9112 §9.5 makes only a refusal a reason to stop), as streamed transcriptions do.
        m_cutShort = true;
        m_call->m_writer.stop();
        m_transport->setWriting(false);
    }
    keepFor(m_parser->headers().value("Keep-Alive"));
    if (m_cutShort || m_sendBroken)
        m_usableUntil = {};
    m_phase = Phase::Reading;
    if (m_paused || awaitsHolder())
        m_stage.stop();
    else
        m_stage.start(m_share.options.idle);
    m_call->m_repeated = {};
    m_call->setHead(m_parser->status(), m_parser->takeHeaders(), m_parser->contentLength());
    m_call->tellHead();
    if (m_call && m_cutShort && std::exchange(m_congested, false))
        m_call->tellDrained(); // what comes now is dropped, which takes no time
}

void ClientConnection::keepFor(QByteArrayView hint)
{
    const auto now = steady_clock::now();
    m_usableUntil = std::min(now + m_share.options.keptIdle, m_oldAt);
    // No standard gives the field a parameter, but servers say here how long they keep a connection.
    const qsizetype timeout = hint.indexOf("timeout=");
    if (timeout < 0)
        return;
    const int seconds = hint.sliced(timeout + 8).toByteArray().split(',').first().trimmed().toInt();
    m_usableUntil = std::min(m_usableUntil, now + std::chrono::seconds(std::max(0, seconds - 1)));
}

}

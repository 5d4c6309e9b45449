// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/clientconnection.h"

#include "service/http/connector.h"

using namespace Qt::StringLiterals;
using std::chrono::steady_clock;

// How a call ends: whole, broken, too slow or cancelled, and what then becomes of its connection.
namespace quota::service
{

ClientCall *ClientConnection::release()
{
    m_stage.stop();
    m_total.stop();
    m_parser.reset();
    ClientCall *call = std::exchange(m_call, nullptr);
    if (call)
        call->m_connection = nullptr;
    return call;
}

void ClientConnection::retire()
{
    m_phase = Phase::Over;
    if (m_connector) {
        m_connector->disconnect(this); // it may go on until it is deleted
        m_connector.release()->deleteLater();
    }
    if (m_transport)
        m_transport->close();
    m_owner.onStale(*this);
}

void ClientConnection::onEnd(bool orderly)
{
    if (isLost()) {
        ClientCall *call = release();
        retire();
        m_owner.onLost(*this, call);
        return;
    }
    if (orderly) {
        m_parser->close();
        if (m_parser->state() == ResponseParser::State::Complete)
            return complete(false);
        return fail(m_headPassed ? ErrorCode::Protocol : ErrorCode::Unreachable,
                    QString::fromLatin1(m_parser->fault().reason));
    }
    fail(m_headPassed ? ErrorCode::Protocol : ErrorCode::Unreachable,
         m_headPassed ? u"%1 broke the connection off within its answer."_s.arg(m_origin->name)
                      : u"%1 broke the connection off without an answer."_s.arg(m_origin->name));
}

void ClientConnection::complete(bool clean)
{
    // Bytes beyond the answer belong to nobody: the connection cannot be trusted any more. Nor can one on which a
    // request was left unfinished.
    const bool usable =
        clean && m_parser->keepAlive() && m_call->m_writer.whole() && steady_clock::now() < m_usableUntil;
    ClientCall *call = release();
    if (usable) {
        m_phase = Phase::Idle;
        if (m_paused)
            m_transport->setReading(true); // its close must be heard
        m_owner.onFree(*this);
    } else {
        retire();
    }
    call->tellFinished();
}

void ClientConnection::fail(ErrorCode code, const QString &message)
{
    ClientCall *call = release();
    retire();
    if (call)
        call->tellFailed({code, message, {}, {}});
}

void ClientConnection::cancel()
{
    release();
    retire();
}

void ClientConnection::setPaused(bool paused)
{
    if (m_paused == paused)
        return;
    m_paused = paused;
    if (!m_transport)
        return;
    m_transport->setReading(!paused);
    if (m_phase == Phase::Reading || m_phase == Phase::Waiting) {
        if (paused || awaitsHolder())
            m_stage.stop(); // it is not the upstream that is slow
        else
            watchSilence();
    }
}

void ClientConnection::watchSilence()
{
    if (m_paused && m_phase == Phase::Reading)
        return; // until it is read again
    m_stage.start(m_phase == Phase::Waiting ? m_share.options.firstByte : m_share.options.idle);
}

void ClientConnection::timeOut()
{
    const auto seconds = [](std::chrono::milliseconds time) { return double(time.count()) / 1000; };
    const ClientOptions &options = m_share.options;
    switch (m_phase) {
    case Phase::Connecting:
        return fail(ErrorCode::TimedOut, u"No connection to %1 within %2 s (%3)."_s.arg(m_origin->name)
                                             .arg(seconds(options.connect))
                                             .arg(m_connector ? m_connector->stage() : QString()));
    case Phase::Sending:
        return fail(
            ErrorCode::TimedOut,
            u"%1 took nothing of the request for %2 s."_s.arg(m_origin->name).arg(seconds(options.idle)));
    case Phase::Waiting:
        return fail(ErrorCode::TimedOut,
                    u"No answer from %1 within %2 s."_s.arg(m_origin->name).arg(seconds(options.firstByte)));
    case Phase::Reading:
        return fail(ErrorCode::TimedOut,
                    u"The answer of %1 stopped for %2 s."_s.arg(m_origin->name).arg(seconds(options.idle)));
    case Phase::Idle:
    case Phase::Over:
        return;
    }
}

}

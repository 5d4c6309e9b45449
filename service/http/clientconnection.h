// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/clientcall.h"
#include "service/http/clientoptions.h"
#include "service/http/origin.h"
#include "service/http/parser.h"
#include "service/http/timerwheel.h"
#include "service/http/upstreamtls.h"

#include <array>
#include <memory>
#include <optional>

// One connection of the client to an origin, used by one call after another: sends the request, reads the answer
// strictly, times each stage, and keeps no buffer of its own for reading. The client owns it and hears what becomes
// of it.
namespace quota::service
{

class Connector;

// What all connections of a client have in common.
struct ClientShare
{
    const ClientOptions options;
    const UpstreamTls tls;
    TimerWheel &wheel;
    std::array<char, 64 * 1024> buffer; // what a connection has just received, until it has passed it on
};

class ClientConnection : public QObject, private Transport::User
{
    Q_OBJECT

public:
    class Owner
    {
    public:
        virtual void onFree(ClientConnection &connection) = 0; // its answer is whole, it can serve again
        virtual void
        onStale(ClientConnection &connection) = 0; // of no more use; to be deleted, but not at once
        // Closed by the other side before anything came of the request: that can be sent again without being done
        // twice.
        virtual void onLost(ClientConnection &connection, ClientCall *call) = 0;

    protected:
        ~Owner() = default;
    };

    ClientConnection(std::shared_ptr<Origin> origin, ClientShare &share, Owner &owner, QObject *parent);
    ~ClientConnection() override;

    const std::shared_ptr<Origin> &origin() const { return m_origin; }
    // Idle, not over its time, and nothing came from the other side, its close above all.
    bool isUsable() const;

    void begin(ClientCall *call);
    void cancel(); // the call was deleted
    void setPaused(bool paused);
    void send(const QByteArray &bytes);
    void endBody();
    bool isCongested() const { return m_call->m_writer.unsent() > m_share.options.maximumUnsent; }

private:
    enum class Phase
    {
        Idle,
        Connecting,
        Sending, // of the request; an answer may come already
        Waiting, // for the head of the answer
        Reading, // the answer; the rest of the request may still go out
        Over
    };

    void open();
    void onReached();
    void pump();
    void onReadable() override;
    void onWritable() override;
    void onEnd(bool orderly);
    void consume(char *bytes, qsizetype size);
    void passHead();
    void keepFor(QByteArrayView hint);
    void complete(bool clean);
    void fail(ErrorCode code, const QString &message);
    void timeOut();
    void watchSilence();
    bool maySend() const
    {
        return m_transport && !m_sendBroken && (m_phase == Phase::Sending || m_phase == Phase::Reading);
    }
    // The upstream has all there is of the request: it is not the one who is slow.
    bool awaitsHolder() const { return !m_call->m_writer.whole() && m_call->m_writer.unsent() == 0; }
    bool isLost() const { return m_reused && !m_answered && m_call->maySendAgain(); }
    ClientCall *release();
    void retire();

    const std::shared_ptr<Origin> m_origin;
    ClientShare &m_share;
    Owner &m_owner;
    std::unique_ptr<Connector> m_connector; // while it connects
    std::unique_ptr<Transport> m_transport; // afterwards
    ClientCall *m_call = nullptr;
    std::optional<ResponseParser> m_parser; // while there is a call
    Deadline m_stage;                       // of the phase
    Deadline m_total;                       // of the call
    std::chrono::steady_clock::time_point m_usableUntil;
    std::chrono::steady_clock::time_point m_oldAt;
    Phase m_phase = Phase::Connecting;
    bool m_told = false;       // connected() of this call
    bool m_reused = false;     // by this call
    bool m_paused = false;     // by the call
    bool m_congested = false;  // and the call has not been told that it is over
    bool m_answered = false;   // a byte of the answer came
    bool m_headPassed = false; // to the call
    bool m_cutShort = false;   // of a body that the upstream has refused
    bool m_sendBroken = false; // the other side takes no more: its end is no orderly one
};

}

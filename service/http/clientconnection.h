// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/client.h"
#include "service/http/parser.h"

#include <QPointer>
#include <QSslSocket>
#include <QTimer>

#include <optional>

// One connection of the client to an origin, used by one call after another: connects, writes the request in one
// piece, reads the answer strictly, times each stage. The client owns it and hears when it is free or stale.
namespace quota::service
{

class ClientConnection;

class ClientCall : public UpstreamCall
{
    Q_OBJECT

public:
    explicit ClientCall(UpstreamRequest request)
        : m_request(std::move(request))
    {}
    ~ClientCall() override;

    void pause() override;
    void resume() override;
    void send(const QByteArray &bytes) override;
    void endBody() override;
    bool congested() const override;
    const UpstreamRequest &request() const { return m_request; }

private:
    friend class ClientConnection;
    UpstreamRequest m_request;
    QPointer<ClientConnection> m_connection; // null before it begins, and once it is over
};

class ClientConnection : public QObject
{
    Q_OBJECT

public:
    ClientConnection(QString origin, const ClientTimeouts &timeouts, const QSslConfiguration &tls,
                     QObject *parent);
    ~ClientConnection() override;

    const QString &origin() const { return m_origin; }
    // Idle, not over its time, and nothing came from the other side, its close above all.
    bool isUsable() const;

    void begin(ClientCall *call);
    void setPaused(bool paused);
    void cancel(); // the call was deleted

    static constexpr std::chrono::seconds idleTime{60};
    static constexpr qsizetype maximumHeadBytes = 64 * 1024;
    static constexpr qint64 readBuffer = 256 * 1024;

Q_SIGNALS:
    void free();  // the answer is whole and the connection can serve again
    void stale(); // of no more use; delete it

private:
    enum class Phase
    {
        Idle,
        Connecting,
        Waiting,
        Reading,
        Over
    };

    void open(const QUrl &url);
    void write();
    void read();
    void passHead();
    void complete();
    void fail(ErrorCode code, const QString &message);
    void timeOut();
    void onDisconnected();
    void onError(QAbstractSocket::SocketError error);

    const QString m_origin;
    const ClientTimeouts m_timeouts;
    QSslSocket m_socket; // plain TCP too: with connectToHost it is a QTcpSocket
    QTimer m_timer;
    QPointer<ClientCall> m_call;
    std::optional<ResponseParser> m_parser;
    Phase m_phase = Phase::Idle;
    bool m_secure = false;
    bool m_paused = false;
    bool m_reused = false; // and nothing written yet
    bool m_headPassed = false;
    std::chrono::steady_clock::time_point m_usableUntil;
};

}

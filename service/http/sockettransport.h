// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/plaintransport.h"

#include <QSslSocket>

#include <memory>
#include <optional>

// A TLS connection as a Transport, in front and upstream: a QSslSocket whose buffers are kept small in both
// directions. The end of the other side is orderly only when TLS said so: a connection that is cut before is broken,
// so that nobody can pass a shortened message off as whole. Its user is told from the event loop, never from inside a
// call or a signal of the socket's.
namespace quota::service
{

class SocketTransport : public QObject, public Transport, private Transport::User
{
    Q_OBJECT

public:
    static constexpr qint64 readBuffer = 64 * 1024;  // decrypted; as much again may wait encrypted
    static constexpr qint64 writeBuffer = 64 * 1024; // unsent bytes beyond which send() takes none

    // socket: connected, and its handshake begun or over. A handshake that fails breaks the connection.
    explicit SocketTransport(std::unique_ptr<QSslSocket> socket);
    ~SocketTransport() override;

    qint64 receive(char *data, qint64 maximumSize) override;
    qint64 send(const iovec *parts, int count) override;
    bool isQuiet() const override;
    void setReading(bool on) override;
    void setWriting(bool on) override;
    void endSending() override;
    void close(bool reset = false) override;

    // For what TLS knows: the session, the certificate of the other side. Not for bytes.
    const QSslSocket &socket() const { return *m_socket; }

private:
    enum class End
    {
        None,
        Orderly,
        Broken
    };

    bool hasInput() const;
    bool hasRoom() const;
    qint64 room() const;
    void announce();
    void tell();
    void onReadable() override { tellReadable(); } // m_rest
    void onWritable() override {}
    void onError(QAbstractSocket::SocketError error);
    void onDisconnected();
    qint64 receiveRest(char *data, qint64 maximumSize);

    std::unique_ptr<QSslSocket> m_socket;
    std::optional<PlainTransport> m_rest; // what is left of the connection once our goodbye is out
    int m_restDescriptor = -1;
    End m_end = End::None;
    bool m_reading = true;
    bool m_writing = false;
    bool m_ending = false; // endSending() was called
    bool m_announced = false;
    bool m_closed = false;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDeadlineTimer>
#include <QHostAddress>
#include <QSslConfiguration>
#include <QSslSocket>

#include <memory>

// Bytes on a socket, written exactly as a test wants them: half heads, pipelining, leaving early. Waits run the
// event loop, so that a fake upstream in the same thread can answer meanwhile.
namespace quota::test
{

struct RawAnswer
{
    int status = 0; // 0: the connection closed without one
    QByteArray head;
    QByteArray body; // transfer coding removed
    bool whole = false;

    QByteArray header(const QByteArray &name) const; // trimmed; empty when absent
};

class RawClient
{
public:
    explicit RawClient(quint16 port, const QHostAddress &address = QHostAddress::LocalHost);
    // Over TLS; the handshake is over, well or not.
    RawClient(quint16 port, const QSslConfiguration &tls);

    void send(const QByteArray &bytes);
    // The next answer, framed by its own head; waits for it at most that long.
    RawAnswer answer(bool toHead = false, int milliseconds = 10'000);
    // The next bytes until this one is among them; returns everything up to and with it.
    QByteArray until(const QByteArray &mark, int milliseconds = 10'000);
    bool waitForClose(int milliseconds = 10'000);
    void leave() { m_socket->abort(); }
    QTcpSocket &socket() { return *m_socket; }
    QSslSocket &tls() { return static_cast<QSslSocket &>(*m_socket); }

private:
    bool more(QDeadlineTimer deadline);
    std::unique_ptr<QTcpSocket> m_socket;
    QByteArray m_buffer;
};

// One request with a body on a connection of its own.
RawAnswer fetch(quint16 port, const QByteArray &method, const QByteArray &target,
                const QByteArray &headers = {}, const QByteArray &body = {});
// One on a connection that is there.
RawAnswer ask(RawClient &client, const QByteArray &method, const QByteArray &target,
              const QByteArray &headers = {}, const QByteArray &body = {});
QByteArray bearer(const QByteArray &secret); // the header line

}

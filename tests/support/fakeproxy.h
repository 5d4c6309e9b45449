// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpServer>
#include <QTcpSocket>

// An outbound proxy in the test's own thread, HTTP CONNECT or SOCKS 5. It takes every name for this host, so that a
// test sees who resolved it, and remembers what it was asked for.
namespace quota::test
{

class FakeProxy : public QTcpServer
{
public:
    enum class Kind
    {
        HttpConnect,
        Socks5
    };
    explicit FakeProxy(Kind kind);

    QUrl url(const QString &user = {}, const QString &password = {}) const;

    QByteArray user; // empty: everybody is let in
    QByteArray password;
    QByteArray refusal;      // what it answers instead of connecting; raw bytes
    QList<QByteArray> asked; // «host:port» of each tunnel
    int logins = 0;          // that were right

private:
    struct Session;
    void talk(Session &session);
    void talkHttp(Session &session);
    void talkSocks(Session &session);
    void tunnel(Session &session, const QByteArray &host, quint16 port, const QByteArray &answer);

    const Kind m_kind;
};

}

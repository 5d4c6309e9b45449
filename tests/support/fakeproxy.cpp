// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeproxy.h"

#include <QUrl>

using namespace Qt::StringLiterals;

namespace quota::test
{

struct FakeProxy::Session
{
    QTcpSocket *client = nullptr;
    QTcpSocket *upstream = nullptr; // once the tunnel is wanted
    QByteArray input;
    int step = 0; // of SOCKS
};

FakeProxy::FakeProxy(Kind kind)
    : m_kind(kind)
{
    connect(this, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *socket = nextPendingConnection()) {
            auto session = std::make_shared<Session>();
            session->client = socket;
            connect(socket, &QTcpSocket::readyRead, this, [this, session] {
                if (session->upstream) {
                    session->upstream->write(session->client->readAll());
                    return;
                }
                session->input += session->client->readAll();
                talk(*session);
            });
        }
    });
    if (!listen(QHostAddress::LocalHost))
        qFatal("no port");
}

QUrl FakeProxy::url(const QString &name, const QString &word) const
{
    QUrl url;
    url.setScheme(m_kind == Kind::HttpConnect ? u"http"_s : u"socks5"_s);
    url.setHost(u"127.0.0.1"_s);
    url.setPort(serverPort());
    url.setUserName(name);
    url.setPassword(word);
    return url;
}

void FakeProxy::talk(Session &session)
{
    if (m_kind == Kind::HttpConnect)
        talkHttp(session);
    else
        talkSocks(session);
}

void FakeProxy::tunnel(Session &session, const QByteArray &host, quint16 port, const QByteArray &answer)
{
    asked.append(host + ':' + QByteArray::number(port));
    if (!refusal.isEmpty()) {
        session.client->write(refusal);
        session.client->disconnectFromHost();
        return;
    }
    session.client->write(answer);
    session.upstream = new QTcpSocket(session.client);
    session.upstream->connectToHost(QHostAddress::LocalHost, port);
    connect(session.upstream, &QTcpSocket::readyRead, session.client,
            [client = session.client, upstream = session.upstream] { client->write(upstream->readAll()); });
    connect(session.upstream, &QTcpSocket::disconnected, session.client,
            [client = session.client] { client->disconnectFromHost(); });
}

void FakeProxy::talkHttp(Session &session)
{
    if (!session.input.contains("\r\n\r\n"))
        return;
    const QByteArray head = std::exchange(session.input, {});
    const QByteArray login = "\r\nProxy-Authorization: Basic " + (user + ':' + password).toBase64() + "\r\n";
    if (!user.isEmpty()) {
        if (!head.contains(login)) {
            session.client->write(
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
            return;
        }
        ++logins;
    }
    const QByteArray authority = head.split(' ').value(1);
    const qsizetype colon = authority.lastIndexOf(':');
    tunnel(session, authority.first(colon), authority.sliced(colon + 1).toUShort(),
           "HTTP/1.1 200 Connection established\r\nVia: fake\r\n\r\n");
}

void FakeProxy::talkSocks(Session &session)
{
    QByteArray &input = session.input;
    if (session.step == 0 && input.size() >= 2 && input.size() >= 2 + input.at(1)) {
        const bool offersLogin = input.mid(2, input.at(1)).contains('\x02');
        input.remove(0, 2 + input.at(1));
        session.step = user.isEmpty() ? 2 : 1;
        const char method = user.isEmpty() ? '\x00' : offersLogin ? '\x02' : '\xff';
        session.client->write(QByteArray("\x05") + method);
    }
    if (session.step == 1 && input.size() >= 3) {
        const QByteArray name = input.mid(2, input.at(1));
        const QByteArray word = input.mid(3 + input.at(1));
        const bool good = name == user && word == password;
        logins += good ? 1 : 0;
        input.clear();
        session.step = 2;
        session.client->write(good ? QByteArray("\x01\x00", 2) : QByteArray("\x01\x01", 2));
        if (!good)
            session.client->disconnectFromHost();
    }
    if (session.step == 2 && input.size() >= 10) {
        const bool isName = input.at(3) == 3;
        const QByteArray host = isName ? input.mid(5, input.at(4)) : QByteArray("an address");
        const auto port = quint16((static_cast<unsigned char>(input.at(input.size() - 2)) << 8) |
                                  static_cast<unsigned char>(input.at(input.size() - 1)));
        input.clear();
        tunnel(session, host, port, QByteArray("\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50", 10));
    }
}

}

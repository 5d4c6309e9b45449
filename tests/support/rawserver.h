// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpServer>
#include <QTcpSocket>

#include <functional>

// A server in the test's own thread that knows no protocol: the test reads what came and says what goes out,
// connection by connection, and may leave bytes unread.
namespace quota::test
{

class RawServer : public QTcpServer
{
public:
    struct Peer
    {
        QTcpSocket *socket = nullptr;
        QByteArray received;
        bool gone = false;

        bool hasRequest() const { return received.contains("\r\n\r\n"); }
        void send(const QByteArray &bytes);
        void reset(); // the other side sees a broken connection
    };

    // reads: whether arriving bytes are read at once; told of each arrival then.
    using Arrived = std::function<void(Peer &)>;
    explicit RawServer(Arrived arrived = {}, bool reads = true,
                       const QHostAddress &address = QHostAddress::LocalHost);
    ~RawServer() override;

    // An answer to every request head without a body; the connection is kept.
    static Arrived answering(const QByteArray &answer);

    const std::vector<std::unique_ptr<Peer>> &peers() const { return m_peers; }
    int open() const;

private:
    std::vector<std::unique_ptr<Peer>> m_peers; // all that ever came
};

}

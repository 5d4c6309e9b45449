// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/sockettransport.h"
#include "tlsfixture.h"

#include <QTcpServer>
#include <QTest>

#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace quota::service;
using namespace quota::test;

// TLS as a transport, both of its ends: what is sent arrives whole in bounded memory, and every way to end is told
// for what it is.
class TestSocketTransport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void carriesAFloodToASlowReader();
    void saysWhetherTheEndIsOrderly_data();
    void saysWhetherTheEndIsOrderly();
    void deliversItsLastBytesToOneWhoStillSends();
    void waitsWhileNotReading();
    void breaksWhenTheHandshakeFails();
    void mayBeDeletedByWhomItTells();
};

namespace
{

class Acceptor : public QTcpServer
{
public:
    Acceptor() { listen(QHostAddress::LocalHost); }
    std::optional<qintptr> accepted;

protected:
    void incomingConnection(qintptr descriptor) override { accepted = descriptor; }
};

// One end: writes what it is to send as fast as it may, keeps what it gets.
struct End final : Transport::User
{
    explicit End(std::unique_ptr<QSslSocket> socket)
        : transport(std::make_unique<SocketTransport>(std::move(socket)))
    {
        transport->setUser(*this);
    }

    void onReadable() override { whenReadable(); }
    void onWritable() override { write(); }

    void read(qint64 maximum = 64 * 1024)
    {
        QByteArray buffer(maximum, Qt::Uninitialized);
        const qint64 size = transport->receive(buffer.data(), maximum);
        if (size > 0)
            got += buffer.first(size);
        else if (size != Transport::nothingNow) {
            end = size;
            transport->setReading(false);
        }
    }

    void write()
    {
        while (!toSend.isEmpty()) {
            const iovec parts[2]{
                {toSend.data(), size_t(toSend.size() / 2)},
                {toSend.data() + toSend.size() / 2, size_t(toSend.size() - toSend.size() / 2)}};
            const qint64 taken = transport->send(parts, 2);
            largest = qMax(largest,
                           transport->socket().bytesToWrite() + transport->socket().encryptedBytesToWrite());
            if (taken <= 0) {
                refused = taken;
                break;
            }
            toSend.remove(0, taken);
        }
        transport->setWriting(!toSend.isEmpty() && refused != Transport::broken);
    }

    std::unique_ptr<SocketTransport> transport;
    std::function<void()> whenReadable = [this] { read(); };
    QByteArray got;
    QByteArray toSend;
    qint64 largest = 0;        // bytes that waited within it
    std::optional<qint64> end; // 0 or broken
    qint64 refused = 0;
};

struct Pair
{
    explicit Pair(const QSslConfiguration &trusted = trustingTestAuthority())
    {
        Acceptor acceptor;
        auto inner = std::make_unique<QSslSocket>();
        inner->setSslConfiguration(trusted);
        inner->connectToHostEncrypted(u"127.0.0.1"_s, acceptor.serverPort());
        if (!QTest::qWaitFor([&] { return acceptor.accepted.has_value(); }))
            qFatal("no connection");
        auto outer = std::make_unique<QSslSocket>();
        outer->setSslConfiguration(tlsServerConfiguration());
        outer->setSocketDescriptor(*acceptor.accepted);
        outer->startServerEncryption();
        descriptor = int(*acceptor.accepted);
        server = std::make_unique<End>(std::move(outer));
        if (!QTest::qWaitFor([&] { return inner->state() == QAbstractSocket::ConnectedState; }))
            qFatal("not connected");
        client = std::make_unique<End>(std::move(inner));
    }
    bool establish()
    {
        return QTest::qWaitFor([&] {
            return client->transport->socket().isEncrypted() && server->transport->socket().isEncrypted();
        });
    }

    std::unique_ptr<End> server;
    std::unique_ptr<End> client;
    int descriptor = -1; // of the server's end
};

QByteArray noise(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    for (qsizetype i = 0; i < size; ++i)
        bytes[i] = char(i * 31 + i / 251);
    return bytes;
}

}

void TestSocketTransport::carriesAFloodToASlowReader()
{
    const QByteArray flood = noise(8 * 1024 * 1024);
    Pair pair;
    pair.client->transport->setReading(false);
    pair.server->toSend = flood;
    pair.server->write();
    qint64 largest = 0;
    // Reads a little in each turn of the event loop, as one who is slow does.
    const bool whole = QTest::qWaitFor(
        [&] {
            for (int turn = 0; turn < 20; ++turn) {
                const QSslSocket &socket = pair.client->transport->socket();
                largest = qMax(largest, socket.bytesAvailable() + socket.encryptedBytesAvailable());
                pair.client->read(5'000);
                QCoreApplication::processEvents();
            }
            return pair.client->got.size() >= flood.size();
        },
        15'000);
    QVERIFY2(whole, qPrintable(QString::number(pair.client->got.size())));
    QVERIFY(pair.client->got == flood);
    QVERIFY2(largest <= 3 * SocketTransport::readBuffer, qPrintable(QString::number(largest)));
    QVERIFY2(pair.server->largest <= SocketTransport::writeBuffer + 32 * 1024,
             qPrintable(QString::number(pair.server->largest)));
}

void TestSocketTransport::saysWhetherTheEndIsOrderly_data()
{
    QTest::addColumn<QString>("way");
    QTest::addColumn<qint64>("told");
    QTest::newRow("goodbye") << u"endSending"_s << qint64(0);
    QTest::newRow("truncated") << u"truncate"_s << qint64(Transport::broken);
    QTest::newRow("closed at once") << u"close"_s << qint64(Transport::broken);
    QTest::newRow("reset") << u"reset"_s << qint64(Transport::broken);
}

void TestSocketTransport::saysWhetherTheEndIsOrderly()
{
    QFETCH(QString, way);
    QFETCH(qint64, told);
    Pair pair;
    pair.server->toSend = noise(200'000);
    pair.server->write();
    QTRY_COMPARE(pair.client->got.size(), 200'000);
    if (way == "endSending"_L1)
        pair.server->transport->endSending();
    else if (way == "truncate"_L1)
        ::shutdown(pair.descriptor, SHUT_WR);
    else
        pair.server->transport->close(way == "reset"_L1);
    QTRY_VERIFY(pair.client->end);
    QCOMPARE(*pair.client->end, told);
    QByteArray more("x");
    const iovec part{more.data(), 1};
    QCOMPARE(pair.client->transport->send(&part, 1), qint64(Transport::broken));
}

void TestSocketTransport::deliversItsLastBytesToOneWhoStillSends()
{
    Pair pair;
    QVERIFY(pair.establish());
    pair.server->transport->setReading(false);
    pair.client->transport->setReading(false);
    pair.client->toSend = noise(1024 * 1024); // and nobody reads it
    pair.client->write();
    pair.server->toSend = noise(50'000);
    pair.server->write();
    QTRY_VERIFY(pair.server->toSend.isEmpty());
    pair.server->transport->endSending();
    pair.server->transport->setReading(true); // reads what comes until the other side closes, too
    pair.client->transport->setReading(true);
    QTRY_VERIFY(pair.client->end);
    QCOMPARE(*pair.client->end, 0);
    QCOMPARE(pair.client->got.size(), 50'000);
    pair.client->transport->close();
    QTRY_VERIFY(pair.server->end);
}

void TestSocketTransport::waitsWhileNotReading()
{
    Pair pair;
    pair.client->transport->setReading(false);
    pair.server->toSend = noise(1000);
    pair.server->write();
    QTRY_COMPARE(pair.client->transport->socket().bytesAvailable(), 1000);
    QVERIFY(pair.client->got.isEmpty());
    pair.client->transport->setReading(true);
    QTRY_COMPARE(pair.client->got.size(), 1000);
}

void TestSocketTransport::breaksWhenTheHandshakeFails()
{
    Pair pair(QSslConfiguration::defaultConfiguration()); // which does not know the authority
    QTRY_VERIFY(pair.client->end);
    QCOMPARE(*pair.client->end, qint64(Transport::broken));
    QTRY_VERIFY(pair.server->end);
    QCOMPARE(*pair.server->end, qint64(Transport::broken));
    QVERIFY(pair.server->got.isEmpty());
}

void TestSocketTransport::mayBeDeletedByWhomItTells()
{
    Pair pair;
    bool told = false;
    pair.client->whenReadable = [&] {
        told = true;
        pair.client->transport.reset();
    };
    pair.server->toSend = noise(1000);
    pair.server->write();
    QTRY_VERIFY(told);
    QTRY_VERIFY(pair.server->end);
}

QTEST_GUILESS_MAIN(TestSocketTransport)
#include "tst_sockettransport.moc"

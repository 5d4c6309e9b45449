// SPDX-License-Identifier: GPL-3.0-or-later
#include "clientfixture.h"
#include "rawserver.h"

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;
using namespace std::chrono_literals;

// Bodies that come piece by piece: their framing, the brake that an upstream which reads slowly puts on, and what
// becomes of the rest when it answers early or goes away.
class TestClientUpload : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void framesAStreamedBody_data();
    void framesAStreamedBody();
    void keepsNoMemoryOfOthers();
    void brakes_data();
    void brakes();
    void timesOutWhenNothingIsTaken();
    void passesAnEarlyAnswer_data();
    void passesAnEarlyAnswer();
    void sendsOnAfterAnAcceptingAnswer_data();
    void sendsOnAfterAnAcceptingAnswer();
    void doesNotHurryAnUpstreamThatWaits();
    void neverSendsABodyTwice();
    void movesAnUnsentBodyToAnotherConnection();
};

namespace
{

UpstreamRequest streamed(const RawServer &server, qint64 length)
{
    UpstreamRequest request = post(originAt(server.serverPort()), {});
    request.streamedLength = length;
    return request;
}

const QByteArray good("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

}

void TestClientUpload::framesAStreamedBody_data()
{
    QTest::addColumn<qint64>("length");
    QTest::addColumn<QList<QByteArray>>("pieces");
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QByteArray>("body");
    const qint64 unknown = UpstreamRequest::unknownLength;
    const QByteArray chunked("Transfer-Encoding: chunked\r\n");
    QTest::newRow("length") << qint64(6) << QList<QByteArray>{"abc", "", "def"}
                            << QByteArray("Content-Length: 6\r\n") << QByteArray("abcdef");
    QTest::newRow("empty") << qint64(0) << QList<QByteArray>{} << QByteArray("Content-Length: 0\r\n")
                           << QByteArray();
    QTest::newRow("chunked") << unknown << QList<QByteArray>{"abc", "", QByteArray(17, 'x')} << chunked
                             << QByteArray("3\r\nabc\r\n11\r\n") + QByteArray(17, 'x') + "\r\n0\r\n\r\n";
    QTest::newRow("chunked and empty")
        << unknown << QList<QByteArray>{} << chunked << QByteArray("0\r\n\r\n");
}

void TestClientUpload::framesAStreamedBody()
{
    QFETCH(qint64, length);
    QFETCH(QList<QByteArray>, pieces);
    QFETCH(QByteArray, field);
    QFETCH(QByteArray, body);
    for (const bool beforeConnected : {true, false}) {
        RawServer server;
        ClientUnderTest under;
        Outcome outcome(under.client.start(streamed(server, length)));
        if (!beforeConnected)
            QTRY_COMPARE(outcome.connected, 1);
        for (const QByteArray &piece : pieces)
            outcome.call->send(piece);
        outcome.call->endBody();
        const QByteArray expected =
            "POST /v1/x HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(server.serverPort()) + "\r\n" +
            field + "\r\n" + body;
        QTRY_VERIFY(!server.peers().empty() && server.peers().front()->received.size() >= expected.size());
        QCOMPARE(server.peers().front()->received, expected);
        server.peers().front()->received.clear();
        server.peers().front()->send(good);
        QVERIFY(outcome.wait());
        QVERIFY(!outcome.error);
        // The connection serves again.
        Outcome next(under.client.start(get(originAt(server.serverPort()))));
        QTRY_VERIFY(server.peers().front()->hasRequest());
        QCOMPARE(server.peers().size(), 1u);
    }
}

void TestClientUpload::keepsNoMemoryOfOthers()
{
    RawServer server;
    ClientUnderTest under;
    Outcome outcome(under.client.start(streamed(server, 300'000)));
    QByteArray buffer(1000, 'x'); // used for every piece, as a lane's buffer is
    for (int i = 0; i < 300; ++i) {
        buffer.fill(char('a' + i % 26));
        outcome.call->send(QByteArray::fromRawData(buffer.constData(), buffer.size()));
    }
    outcome.call->endBody();
    QTRY_VERIFY(!server.peers().empty() && server.peers().front()->received.size() > 300'000);
    const QByteArray body = server.peers().front()->received.last(300'000);
    for (int i = 0; i < 300; ++i)
        QCOMPARE(body.mid(i * 1000, 1000), QByteArray(1000, char('a' + i % 26)));
}

void TestClientUpload::brakes_data()
{
    QTest::addColumn<qint64>("length");
    QTest::newRow("length") << qint64(32 * 1024 * 1024);
    QTest::newRow("chunked") << UpstreamRequest::unknownLength;
}

void TestClientUpload::brakes()
{
    QFETCH(qint64, length);
    RawServer server({}, false); // reads nothing by itself
    ClientUnderTest under;
    Outcome outcome(under.client.start(streamed(server, length)));
    const QByteArray piece(64 * 1024, 'x');
    const qint64 all = 32 * 1024 * 1024;
    qint64 given = 0;
    qint64 sentBefore = 0; // at the first stop
    int stops = 0;
    const auto give = [&] {
        while (given < all && !outcome.call->congested()) {
            outcome.call->send(piece);
            given += piece.size();
        }
        if (given < all && stops++ == 0)
            sentBefore = given;
        if (given == all)
            outcome.call->endBody();
    };
    outcome.whenDrained = give;
    give();
    QVERIFY(outcome.call->congested());
    QVERIFY2(given <= 256 * 1024 + 2 * piece.size(), qPrintable(QString::number(given)));
    QTRY_COMPARE(server.open(), 1);
    QVERIFY(stops >= 1);

    QByteArray received;
    QTcpSocket *socket = server.peers().front()->socket;
    socket->setReadBufferSize(0);
    const bool whole = QTest::qWaitFor(
        [&] {
            for (int turn = 0; turn < 64; ++turn) {
                received += socket->read(64 * 1024);
                QCoreApplication::processEvents();
            }
            return given == all && received.size() >= all;
        },
        20'000);
    QVERIFY2(whole, qPrintable(QString::number(received.size())));
    QVERIFY(stops > 1);
    QVERIFY(outcome.drained >= stops);
    QVERIFY(!outcome.ended);
    server.peers().front()->send(good);
    QVERIFY(outcome.wait());
    QVERIFY(!outcome.error);
}

void TestClientUpload::timesOutWhenNothingIsTaken()
{
    RawServer server({}, false);
    ClientOptions options;
    options.idle = 300ms;
    ClientUnderTest under(options);
    Outcome outcome(under.client.start(streamed(server, UpstreamRequest::unknownLength)));
    QTRY_COMPARE(outcome.connected, 1);
    QTimer trickle; // the holder goes on giving, which is no sign of life of the upstream's
    connect(&trickle, &QTimer::timeout, this, [&] { outcome.call->send(QByteArray(256 * 1024, 'x')); });
    trickle.start(10);
    QVERIFY(outcome.wait());
    trickle.stop();
    QVERIFY(outcome.error);
    QVERIFY(outcome.error->code == ErrorCode::TimedOut);
    QVERIFY2(outcome.message().contains(u"took nothing"_s), qPrintable(outcome.message()));
}

void TestClientUpload::passesAnEarlyAnswer_data()
{
    QTest::addColumn<bool>("closes");
    QTest::addColumn<bool>("resets");
    QTest::newRow("keeps open") << false << false;
    QTest::newRow("closes") << true << false;
    QTest::newRow("resets") << false << true;
}

void TestClientUpload::passesAnEarlyAnswer()
{
    QFETCH(bool, closes);
    QFETCH(bool, resets);
    RawServer server({}, false);
    ClientUnderTest under;
    Outcome outcome(under.client.start(streamed(server, 64 * 1024 * 1024)));
    const QByteArray piece(64 * 1024, 'x');
    const auto give = [&] {
        while (!outcome.call->congested())
            outcome.call->send(piece);
    };
    outcome.whenDrained = [&] {
        if (!outcome.head)
            give();
    };
    give();
    QTRY_COMPARE(server.open(), 1);
    server.peers().front()->send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nlarge");
    if (resets) {
        // Bytes that are never read make the system reset the connection when it is closed.
        server.peers().front()->socket->close();
    } else if (closes) {
        server.peers().front()->socket->disconnectFromHost();
    }
    QVERIFY(outcome.wait());
    QVERIFY2(!outcome.error, qPrintable(outcome.message()));
    QCOMPARE(outcome.call->status(), 413);
    QCOMPARE(outcome.body, QByteArray("large"));
    // What is still given is dropped.
    QVERIFY(!outcome.call->congested());
    outcome.call->send(piece);
    outcome.call->endBody();
    // The end is behind what was not read.
    server.peers().front()->socket->setReadBufferSize(0);
    QTRY_VERIFY((server.peers().front()->socket->readAll(), server.open() == 0));
}

void TestClientUpload::sendsOnAfterAnAcceptingAnswer_data()
{
    QTest::addColumn<qint64>("length");
    QTest::addColumn<bool>("whole");
    for (const bool whole : {false, true}) {
        const QByteArray name = whole ? ", answered whole" : "";
        QTest::newRow(("length" + name).constData()) << qint64(3'000'000) << whole;
        QTest::newRow(("chunked" + name).constData()) << UpstreamRequest::unknownLength << whole;
    }
}

void TestClientUpload::sendsOnAfterAnAcceptingAnswer()
{
    QFETCH(qint64, length);
    QFETCH(bool, whole);
    RawServer server;
    ClientUnderTest under;
    Outcome outcome(under.client.start(streamed(server, length)));
    outcome.call->send(QByteArray(1'000'000, 'a'));
    QTRY_VERIFY(!server.peers().empty() && server.peers().front()->received.size() > 1'000'000);
    RawServer::Peer &peer = *server.peers().front();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
    QTRY_COMPARE(outcome.body, QByteArray("one"));
    if (whole) {
        // Nobody waits for the rest, and the connection cannot serve with half a request on it.
        peer.send("0\r\n\r\n");
        QVERIFY(outcome.wait());
        QVERIFY(!outcome.error);
        outcome.call->send(QByteArray(2'000'000, 'b'));
        QTRY_VERIFY(peer.gone);
        QVERIFY(!peer.received.contains('b'));
        return;
    }
    outcome.call->send(QByteArray(2'000'000, 'b'));
    outcome.call->endBody();
    QTRY_VERIFY(peer.received.count('b') == 2'000'000);
    peer.send("3\r\ntwo\r\n0\r\n\r\n");
    QVERIFY(outcome.wait());
    QVERIFY2(!outcome.error, qPrintable(outcome.message()));
    QCOMPARE(outcome.body, QByteArray("onetwo"));
    // The connection serves again.
    peer.received.clear();
    Outcome next(under.client.start(get(originAt(server.serverPort()))));
    QTRY_VERIFY(peer.hasRequest());
    QCOMPARE(server.peers().size(), 1u);
}

void TestClientUpload::doesNotHurryAnUpstreamThatWaits()
{
    // It has begun to answer and waits for the rest of the request, which the holder gives late.
    RawServer server;
    ClientOptions options;
    options.idle = 100ms;
    options.firstByte = 400ms;
    ClientUnderTest under(options);
    Outcome outcome(under.client.start(streamed(server, 10)));
    outcome.call->send("12345");
    QTRY_VERIFY(!server.peers().empty() && server.peers().front()->received.endsWith("12345"));
    server.peers().front()->send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok");
    QTRY_COMPARE(outcome.body, QByteArray("ok"));
    RawServer silent;
    Outcome other(under.client.start(get(originAt(silent.serverPort()))));
    QVERIFY(other.wait() && other.error); // four times as long
    QVERIFY(!outcome.ended);
    outcome.call->send("67890");
    outcome.call->endBody();
    QVERIFY(outcome.wait()); // from here on it is its turn, and it says nothing
    QVERIFY(outcome.error && outcome.error->code == ErrorCode::TimedOut);
    QVERIFY(server.peers().front()->received.endsWith("1234567890"));
}

void TestClientUpload::neverSendsABodyTwice()
{
    int requests = 0;
    RawServer server([&](RawServer::Peer &peer) {
        if (!peer.hasRequest())
            return;
        peer.received.clear();
        if (++requests == 1)
            peer.send(good);
        else
            peer.socket->disconnectFromHost();
    });
    ClientUnderTest under;
    Outcome first(under.client.start(get(originAt(server.serverPort()))));
    QVERIFY(first.wait());
    Outcome second(under.client.start(streamed(server, 10)));
    second.call->send("12345");
    QVERIFY(second.wait());
    QVERIFY(second.error);
    QCOMPARE(requests, 2);
    QCOMPARE(server.peers().size(), 1u);
}

void TestClientUpload::movesAnUnsentBodyToAnotherConnection()
{
    RawServer server(RawServer::answering(good));
    ClientUnderTest under;
    Outcome first(under.client.start(get(originAt(server.serverPort()))));
    QVERIFY(first.wait());
    server.peers().front()->reset(); // and the client has not heard of it
    Outcome second(under.client.start(streamed(server, 10)));
    second.call->send("12345");
    second.call->send("67890");
    QTRY_COMPARE(server.peers().size(), 2u);
    QVERIFY(second.wait());
    QVERIFY2(!second.error, qPrintable(second.message()));
}

QTEST_GUILESS_MAIN(TestClientUpload)
#include "tst_clientupload.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "clientfixture.h"
#include "rawserver.h"

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

// What the upstream client makes of a request on the wire, and of the answers that come back: framing, strictness,
// the order of its signals. Time, reuse, TLS and proxies have tests of their own.
class TestClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesARequest_data();
    void writesARequest();
    void namesTheHostItCalls_data();
    void namesTheHostItCalls();
    void readsAnswers_data();
    void readsAnswers();
    void refusesMalformedAnswers_data();
    void refusesMalformedAnswers();
    void passesAnswersOnAsTheyCome();
    void passesManyChunksOnAsOnePiece();
    void boundsTheHead_data();
    void boundsTheHead();
    void tellsAResetFromAnEnd();
    void givesNoContentToHead();
    void pausesAndResumes();
    void cancelsWhenDeleted_data();
    void cancelsWhenDeleted();
    void mayBeCancelledFromWhatItTells_data();
    void mayBeCancelledFromWhatItTells();
    void endsBeforeItsCalls();
    void saysThatNobodyListens();
    void failsInItsOwnTime();
};

void TestClient::writesARequest_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("framing");
    QTest::newRow("get") << QByteArray("GET") << QByteArray() << QByteArray();
    QTest::newRow("head") << QByteArray("HEAD") << QByteArray() << QByteArray();
    QTest::newRow("post") << QByteArray("POST") << QByteArray("{}") << QByteArray("Content-Length: 2\r\n");
    QTest::newRow("empty post") << QByteArray("POST") << QByteArray() << QByteArray("Content-Length: 0\r\n");
    QTest::newRow("get with a body") << QByteArray("GET") << QByteArray("x")
                                     << QByteArray("Content-Length: 1\r\n");
    QTest::newRow("empty put") << QByteArray("PUT") << QByteArray() << QByteArray("Content-Length: 0\r\n");
    QTest::newRow("empty patch") << QByteArray("PATCH") << QByteArray()
                                 << QByteArray("Content-Length: 0\r\n");
    QTest::newRow("delete") << QByteArray("DELETE") << QByteArray() << QByteArray();
    QTest::newRow("delete with a body")
        << QByteArray("DELETE") << QByteArray("x") << QByteArray("Content-Length: 1\r\n");
    QTest::newRow("options") << QByteArray("OPTIONS") << QByteArray() << QByteArray();
}

void TestClient::writesARequest()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, framing);
    RawServer server;
    ClientUnderTest under;
    Outcome outcome(under.client.start(
        {method, originAt(server.serverPort()), "/v1/x?y=%20", {{"A", "b"}, {"Accept", "*/*"}}, body}));
    const QByteArray expected =
        method + " /v1/x?y=%20 HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(server.serverPort()) +
        "\r\nA: b\r\nAccept: */*\r\n" + framing + "\r\n" + body;
    QTRY_VERIFY(!server.peers().empty() && server.peers().front()->received.size() >= expected.size());
    QCOMPARE(server.peers().front()->received, expected);
}

void TestClient::namesTheHostItCalls_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QByteArray>("host");
    QTest::newRow("standard port") << u"http://api.example/v1"_s << QByteArray("api.example");
    QTest::newRow("standard port of TLS") << u"https://api.example:443"_s << QByteArray("api.example");
    QTest::newRow("other port") << u"https://api.example:80"_s << QByteArray("api.example:80");
    QTest::newRow("IPv6") << u"http://[::1]:8080"_s << QByteArray("[::1]:8080");
    QTest::newRow("beyond ASCII") << u"http://höst.example"_s << QByteArray("xn--hst-sna.example");
}

void TestClient::namesTheHostItCalls()
{
    QFETCH(QString, url);
    QFETCH(QByteArray, host);
    QCOMPARE(Origin(QUrl(url), {}, {}).hostField, host);
}

void TestClient::readsAnswers_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<qint64>("length");
    QTest::addColumn<bool>("closes"); // after the answer
    const auto row = [](const char *name, QByteArray answer, int status, QByteArray body, qint64 length,
                        bool closes = false) {
        QTest::newRow(name) << answer << status << body << length << closes;
    };
    row("length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", 5);
    row("empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", 0);
    row("chunked",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\n\r\n",
        200, "hello, world", -1);
    row("trailers",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nDigest: x\r\nB: c\r\n\r\n", 200,
        "ok", -1);
    row("no content", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", -1);
    row("not modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", 304, "", 99);
    row("interim",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\n"
        "Content-Length: 1\r\n\r\n1",
        201, "1", 1);
    row("until the end", "HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, "until the end", -1, true);
    row("HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nold", 200, "old", -1, true);
    row("no reason", "HTTP/1.1 599\r\nContent-Length: 1\r\n\r\n!", 599, "!", 1);
}

void TestClient::readsAnswers()
{
    QFETCH(QByteArray, answer);
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(qint64, length);
    QFETCH(bool, closes);
    // Whole, and cut at every byte.
    for (const bool bytewise : {false, true}) {
        RawServer server([&](RawServer::Peer &peer) {
            if (!peer.hasRequest())
                return;
            for (qsizetype at = 0; bytewise && at < answer.size() - 1; ++at) {
                peer.send(answer.sliced(at, 1));
                QCoreApplication::processEvents();
            }
            peer.send(bytewise ? answer.last(1) : answer);
            if (closes)
                peer.socket->disconnectFromHost();
        });
        ClientUnderTest under;
        Outcome outcome(under.client.start(get(originAt(server.serverPort()))));
        QVERIFY(outcome.wait());
        QVERIFY2(!outcome.error, qPrintable(outcome.message()));
        QCOMPARE(outcome.call->status(), status);
        QCOMPARE(outcome.body, body);
        QCOMPARE(outcome.call->contentLength(), length);
        QCOMPARE(outcome.connected, 1);
        QVERIFY(outcome.head);
    }
}

void TestClient::refusesMalformedAnswers_data()
{
    QTest::addColumn<QByteArray>("answer");
    const auto row = [](const char *name, const QByteArray &answer) { QTest::newRow(name) << answer; };
    row("no HTTP", "SSH-2.0-OpenSSH\r\n\r\n");
    row("a later version", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n");
    row("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab");
    row("length and chunked",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    row("negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n");
    row("another coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
    row("chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    row("huge chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n");
    row("long chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n");
    row("bare line feed", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n");
    row("folded field", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n");
    row("switching", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
    row("endless interim answers", QByteArray("HTTP/1.1 102 Processing\r\n\r\n").repeated(40));
}

void TestClient::refusesMalformedAnswers()
{
    QFETCH(QByteArray, answer);
    RawServer server(RawServer::answering(answer));
    ClientUnderTest under;
    Outcome outcome(under.client.start(post(originAt(server.serverPort()))));
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error);
    QVERIFY2(outcome.error->code == ErrorCode::Protocol, qPrintable(outcome.message()));
    QTRY_COMPARE(server.open(), 0);
    QCOMPARE(server.peers().size(), 1u);
}

void TestClient::passesAnswersOnAsTheyCome()
{
    RawServer server;
    ClientUnderTest under;
    Outcome outcome(under.client.start(get(originAt(server.serverPort()))));
    QTRY_VERIFY(!server.peers().empty() && server.peers().front()->hasRequest());
    RawServer::Peer &peer = *server.peers().front();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    QTRY_VERIFY(outcome.head);
    for (const QByteArray &word : {QByteArray("one"), QByteArray("two"), QByteArray("three")}) {
        const QByteArray before = outcome.body;
        peer.send(QByteArray::number(word.size(), 16) + "\r\n" + word + "\r\n");
        QTRY_COMPARE(outcome.body, before + word);
    }
    QCOMPARE(outcome.pieces, 3);
    QVERIFY(!outcome.ended);
    peer.send("0\r\n\r\n");
    QVERIFY(outcome.wait());
    QVERIFY(!outcome.error);
}

void TestClient::passesManyChunksOnAsOnePiece()
{
    QByteArray answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    QByteArray content;
    for (int i = 0; i < 500; ++i) {
        const QByteArray word = QByteArray::number(i) + ' ';
        content += word;
        answer += QByteArray::number(word.size(), 16) + "\r\n" + word + "\r\n";
    }
    RawServer server(RawServer::answering(answer + "0\r\n\r\n"));
    ClientUnderTest under;
    Outcome outcome(under.client.start(get(originAt(server.serverPort()))));
    QVERIFY(outcome.wait());
    QCOMPARE(outcome.body, content);
    QCOMPARE(outcome.pieces, 1);
}

void TestClient::boundsTheHead_data()
{
    QTest::addColumn<int>("size"); // of a field
    QTest::addColumn<bool>("good");
    QTest::newRow("below") << 900 << true;
    QTest::newRow("beyond") << 1100 << false;
    QTest::newRow("far beyond") << 100'000 << false;
}

void TestClient::boundsTheHead()
{
    QFETCH(int, size);
    QFETCH(bool, good);
    RawServer server(RawServer::answering(
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: " + QByteArray(size, 'x') + "\r\n\r\n"));
    ClientOptions options;
    options.maximumHead = 1024;
    ClientUnderTest under(options);
    Outcome outcome(under.client.start(get(originAt(server.serverPort()))));
    QVERIFY(outcome.wait());
    QCOMPARE(!outcome.error, good);
    QVERIFY(good || outcome.error->code == ErrorCode::Protocol);
}

void TestClient::tellsAResetFromAnEnd()
{
    RawServer server;
    ClientUnderTest under;
    Outcome outcome(under.client.start(get(originAt(server.serverPort()))));
    QTRY_VERIFY(!server.peers().empty() && server.peers().front()->hasRequest());
    server.peers().front()->send("HTTP/1.1 200 OK\r\n\r\nhalf of it");
    QTRY_COMPARE(outcome.body, QByteArray("half of it"));
    server.peers().front()->reset();
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error);
    QVERIFY(outcome.error->code == ErrorCode::Protocol);
}

void TestClient::givesNoContentToHead()
{
    RawServer server(RawServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
    ClientUnderTest under;
    for (int i = 0; i < 2; ++i) {
        Outcome outcome(under.client.start({"HEAD", originAt(server.serverPort()), "/", {}, {}}));
        QVERIFY(outcome.wait());
        QVERIFY(!outcome.error);
        QCOMPARE(outcome.call->contentLength(), 1000);
        QVERIFY(outcome.body.isEmpty());
    }
    QCOMPARE(server.peers().size(), 1u);
}

void TestClient::pausesAndResumes()
{
    const QByteArray large(8 * 1024 * 1024, 'x');
    RawServer server(RawServer::answering(
        "HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(large.size()) + "\r\n\r\n" + large));
    ClientUnderTest under;
    Outcome outcome(under.client.start(get(originAt(server.serverPort()))));
    outcome.whenData = [&] {
        if (outcome.pieces == 1)
            outcome.call->pause();
    };
    QTRY_VERIFY(!outcome.body.isEmpty());
    const qsizetype atPause = outcome.body.size();
    // What happens meanwhile is another call's whole story.
    Outcome other(under.client.start(get(originAt(server.serverPort()))));
    QVERIFY(other.wait());
    QCOMPARE(outcome.body.size(), atPause);
    QVERIFY(!outcome.ended);
    outcome.call->resume();
    QVERIFY(outcome.wait());
    QVERIFY(outcome.body == large);
}

void TestClient::cancelsWhenDeleted_data()
{
    QTest::addColumn<QByteArray>("beginning");
    QTest::newRow("waiting") << QByteArray();
    QTest::newRow("reading") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
}

void TestClient::cancelsWhenDeleted()
{
    QFETCH(QByteArray, beginning);
    RawServer server(RawServer::answering(beginning));
    ClientUnderTest under;
    Outcome outcome(under.client.start(get(originAt(server.serverPort()))));
    QTRY_COMPARE(server.open(), 1);
    QTRY_COMPARE(outcome.head, !beginning.isEmpty());
    outcome.call.reset();
    QTRY_COMPARE(server.open(), 0);
}

void TestClient::mayBeCancelledFromWhatItTells_data()
{
    QTest::addColumn<QByteArray>("when");
    for (const char *when : {"connected", "head", "data", "finished"})
        QTest::newRow(when) << QByteArray(when);
}

namespace
{

struct Canceller final : UpstreamListener
{
    void hear(const char *word)
    {
        if (when != word)
            return;
        call.reset();
        cancelled = true;
    }
    void onConnected() override { hear("connected"); }
    void onHead() override { hear("head"); }
    void onData(const QByteArray &) override { hear("data"); }
    void onFinished() override { hear("finished"); }
    void onFailed(const Error &) override { hear("failed"); }

    QByteArray when;
    std::unique_ptr<UpstreamCall> call;
    bool cancelled = false;
};

}

void TestClient::mayBeCancelledFromWhatItTells()
{
    QFETCH(QByteArray, when);
    RawServer server(RawServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    ClientUnderTest under;
    for (int i = 0; i < 2; ++i) { // over a new connection, and perhaps a kept one
        Canceller canceller;
        canceller.call = under.client.start(get(originAt(server.serverPort())));
        canceller.when = when;
        canceller.call->setListener(&canceller);
        QTRY_VERIFY(canceller.cancelled);
    }
    Outcome outcome(under.client.start(get(originAt(server.serverPort()))));
    QVERIFY(outcome.wait());
    QCOMPARE(outcome.body, QByteArray("ok"));
}

void TestClient::endsBeforeItsCalls()
{
    RawServer server;
    auto under = std::make_unique<ClientUnderTest>();
    Outcome outcome(under->client.start(get(originAt(server.serverPort()))));
    QTRY_COMPARE(server.open(), 1);
    under.reset();
    QTRY_COMPARE(server.open(), 0);
    outcome.call->pause();
    outcome.call->send("x");
    QVERIFY(!outcome.call->congested());
}

void TestClient::saysThatNobodyListens()
{
    quint16 port = 0;
    {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        port = server.serverPort();
    }
    ClientUnderTest under;
    Outcome outcome(under.client.start(get(originAt(port))));
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error);
    QVERIFY(outcome.error->code == ErrorCode::Unreachable);
    QVERIFY2(outcome.message().contains(QString::number(port)), qPrintable(outcome.message()));
    QVERIFY2(outcome.message().contains(u"refused"_s), qPrintable(outcome.message()));
    QCOMPARE(outcome.connected, 0);
}

void TestClient::failsInItsOwnTime()
{
    // The system refuses a broadcast address on the spot; the caller must hear it all the same.
    ClientUnderTest under;
    Outcome outcome(under.client.start(get(QUrl(u"http://255.255.255.255"_s))));
    QVERIFY(!outcome.ended);
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error.has_value());
    QVERIFY(outcome.error->code == ErrorCode::Unreachable);
}

QTEST_GUILESS_MAIN(TestClient)
#include "tst_client.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rawclient.h"
#include "wirefixture.h"

#include <QTest>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace quota::service;
using namespace quota::test;

// Bodies of requests over raw sockets, through the whole service: taken, refused, unread, slow, cut off.
class TestWireBodies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_wire.reset(); }
    void cleanup() { m_wire->standsAsBefore(); }

    void takesBodiesAtTheLimit_data();
    void takesBodiesAtTheLimit();
    void refusesBodiesBeyondTheLimit_data();
    void refusesBodiesBeyondTheLimit();
    void refusesFaultyChunks_data();
    void refusesFaultyChunks();
    void forwardsChunksWithALength();
    void keepsTrailersToItself();
    void leavesBodiesUnread_data();
    void leavesBodiesUnread();
    void continuesWhenAsked_data();
    void continuesWhenAsked();
    void askedForNothingThatIsRefused();
    void cutsSilentBodies_data();
    void cutsSilentBodies();
    void cutsSlowBodies();
    void boundsTheMemoryOfBodies();
    void settlesCutUploads_data();
    void settlesCutUploads();

private:
    std::unique_ptr<WireFixture> m_wire;
};

static constexpr qsizetype maximum = 1024 * 1024;

void TestWireBodies::initTestCase()
{
    m_wire = std::make_unique<WireFixture>(
        QHash<QString, QString>{{u"MAX_REQUEST_SIZE"_s, u"1mb"_s},
                                {u"MAX_BUFFERED_BODIES"_s, u"2mb"_s},
                                {u"REQUEST_BODY_TIMEOUT"_s, u"500ms"_s},
                                {u"REQUEST_BODY_TOTAL_TIMEOUT"_s, u"1500ms"_s}});
}

static QByteArray jsonOf(qsizetype size)
{
    const QByteArray start = "{\"model\":\"m\",\"x\":\"";
    return start + QByteArray(size - start.size() - 2, 'x') + "\"}";
}

static QByteArray inChunks(const QByteArray &body, qsizetype size)
{
    QByteArray bytes;
    for (qsizetype at = 0; at < body.size(); at += size) {
        const QByteArray chunk = body.mid(at, size);
        bytes += QByteArray::number(chunk.size(), 16) + "\r\n" + chunk + "\r\n";
    }
    return bytes + "0\r\n\r\n";
}

static void requestsOfSize(const WireFixture &wire, qsizetype size)
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray body = jsonOf(size);
    const QByteArray chunkedHead =
        "POST /v1/echo HTTP/1.1\r\nHost: h\r\n" + bearer(wire.secret) + "Transfer-Encoding: chunked\r\n\r\n";
    QTest::newRow("length") << wire.paid(body);
    QTest::newRow("one chunk") << chunkedHead + inChunks(body, body.size());
    QTest::newRow("small chunks") << chunkedHead + inChunks(body, 100);
}

void TestWireBodies::takesBodiesAtTheLimit_data()
{
    requestsOfSize(*m_wire, maximum);
}

void TestWireBodies::takesBodiesAtTheLimit()
{
    QFETCH(QByteArray, bytes);
    RawClient client(m_wire->port());
    client.send(bytes + WireFixture::healthRequest());
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, jsonOf(maximum));
    QCOMPARE(client.answer().status, 200);
}

void TestWireBodies::refusesBodiesBeyondTheLimit_data()
{
    requestsOfSize(*m_wire, maximum + 1);
}

void TestWireBodies::refusesBodiesBeyondTheLimit()
{
    // The client sends it all before it reads: the answer must survive that.
    QFETCH(QByteArray, bytes);
    RawClient client(m_wire->port());
    client.send(bytes);
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 413);
    QVERIFY(answer.body.contains("\"request_too_large\""));
    QVERIFY(answer.body.contains("1048576"));
    QVERIFY(client.waitForClose());
    QVERIFY(!client.wasReset());
}

void TestWireBodies::refusesFaultyChunks_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("huge chunk") << QByteArray("fffffffffffffff\r\n") << 413;
    QTest::newRow("chunk size 2^64 - 1") << QByteArray("ffffffffffffffff\r\n") << 400;
    QTest::newRow("negative chunk") << QByteArray("-5\r\nabcde\r\n0\r\n\r\n") << 400;
    QTest::newRow("chunk of no number") << QByteArray("zz\r\n\r\n") << 400;
    QTest::newRow("chunk with 0x") << QByteArray("0xd\r\n{\"model\":\"m\"}\r\n0\r\n\r\n") << 400;
    QTest::newRow("chunk too short") << QByteArray("2\r\n{\"model\":\"m\"}\r\n0\r\n\r\n") << 400;
    QTest::newRow("line feeds") << QByteArray("d\n{\"model\":\"m\"}\n0\n\n") << 400;
    QTest::newRow("endless extension") << QByteArray("1;" + QByteArray(100'000, 'x')) << 400;
    QTest::newRow("endless trailers")
        << QByteArray("1\r\n{\r\n0\r\n" + QByteArray("X: y\r\n").repeated(10'000)) << 431;
}

void TestWireBodies::refusesFaultyChunks()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const qint64 before = m_wire->upstream.requestCount();
    RawClient client(m_wire->port());
    client.send("POST /v1/echo HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->secret) +
                "Transfer-Encoding: chunked\r\n\r\n" + body);
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, status);
    QVERIFY(answer.whole);
    QCOMPARE(client.rest(), QByteArray());
    QVERIFY(!client.wasReset());
    QCOMPARE(m_wire->upstream.requestCount(), before);
}

void TestWireBodies::forwardsChunksWithALength()
{
    RawClient client(m_wire->port());
    client.send("POST /v1/echo HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->secret) +
                "Transfer-Encoding: chunked\r\n\r\nd\r\n{\"model\":\"m\"}\r\n0\r\n\r\n");
    QCOMPARE(client.answer().status, 200);
    const HttpRequest sent = m_wire->upstream.requests().constLast();
    QCOMPARE(sent.headers.value("Content-Length").toByteArray(), QByteArray("13"));
    QVERIFY(!sent.headers.contains("Transfer-Encoding"));
}

void TestWireBodies::keepsTrailersToItself()
{
    RawClient client(m_wire->port());
    client.send("POST /v1/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n" +
                bearer(m_wire->secret) +
                "Trailer: X-T\r\n\r\nd\r\n{\"model\":\"m\"}\r\n0\r\nX-T: 1\r\nAuthorization: Bearer other\r\n"
                "Content-Length: 1\r\n\r\n");
    QCOMPARE(client.answer().status, 200);
    const HttpRequest sent = m_wire->upstream.requests().constLast();
    QVERIFY(!sent.headers.contains("X-T"));
    QVERIFY(!sent.headers.contains("Trailer"));
    QVERIFY(!sent.headers.value("Authorization").contains("other"));
    QCOMPARE(sent.body, QByteArray("{\"model\":\"m\"}"));
}

void TestWireBodies::leavesBodiesUnread_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<qsizetype>("size");
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("keeps");
    const QByteArray open = "POST /v1/echo HTTP/1.1\r\nHost: h\r\n";
    const QByteArray climbing = "POST /v1/a/../b HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->secret);
    for (const auto &[name, head, status] :
         {std::tuple{"no key", open, 401}, std::tuple{"wrong key", open + bearer("sk-none"), 401},
          std::tuple{"no such path", climbing, 404}}) {
        QTest::addRow("%s, small", name) << head << qsizetype(1000) << status << true;
        QTest::addRow("%s, at the limit", name) << head << qsizetype(64 * 1024) << status << true;
        QTest::addRow("%s, above", name) << head << qsizetype(64 * 1024 + 1) << status << false;
        QTest::addRow("%s, large", name) << head << maximum << status << false;
    }
    QTest::newRow("too large") << open << maximum + 1 << 413 << false;
}

void TestWireBodies::leavesBodiesUnread()
{
    QFETCH(QByteArray, head);
    QFETCH(qsizetype, size);
    QFETCH(bool, keeps);
    // With a body that a careless reader would take for a request.
    QByteArray body = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";
    body = body.repeated(size / body.size() + 1).first(size);
    RawClient client(m_wire->port());
    client.send(head + "Content-Length: " + QByteArray::number(size) + "\r\n\r\n" + body);
    const RawAnswer answer = client.answer();
    QTEST(answer.status, "status");
    QVERIFY(answer.whole);
    QCOMPARE(answer.header("Connection"), QByteArray(keeps ? "" : "close"));
    if (keeps) {
        client.send(WireFixture::healthRequest());
        QCOMPARE(client.answer().status, 200);
        client.endSending();
    }
    QCOMPARE(client.rest(), QByteArray());
    QVERIFY(!client.wasReset());
}

void TestWireBodies::continuesWhenAsked_data()
{
    QTest::addColumn<QByteArray>("framing");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("length") << QByteArray("Content-Length: 13\r\n") << QByteArray("{\"model\":\"m\"}");
    QTest::newRow("chunked") << QByteArray("Transfer-Encoding: chunked\r\n")
                             << QByteArray("d\r\n{\"model\":\"m\"}\r\n0\r\n\r\n");
}

void TestWireBodies::continuesWhenAsked()
{
    QFETCH(QByteArray, framing);
    QFETCH(QByteArray, body);
    const QByteArray head = "POST /v1/echo HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->secret) +
                            "Expect: 100-continue\r\n" + framing + "\r\n";
    RawClient client(m_wire->port());
    for (int i = 0; i < 2; ++i) {
        client.send(head);
        QCOMPARE(client.until("\r\n\r\n"), QByteArray("HTTP/1.1 100 Continue\r\n\r\n"));
        client.send(body);
        QCOMPARE(client.answer().body, QByteArray("{\"model\":\"m\"}"));
    }
    // A client that did not wait is not told to go on.
    client.send(head + body);
    QVERIFY(client.until("\r\n").contains(" 200 "));
    QVERIFY(!m_wire->upstream.requests().constLast().headers.contains("Expect"));
}

void TestWireBodies::askedForNothingThatIsRefused()
{
    for (const QByteArray &head : {QByteArray("POST /v1/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n"),
                                   "POST /v1/echo HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->secret) +
                                       "Content-Length: 99999999\r\n"}) {
        RawClient client(m_wire->port());
        client.send(head + "Expect: 100-continue\r\n\r\n");
        const QByteArray all = client.rest();
        QVERIFY2(all.startsWith("HTTP/1.1 401 ") || all.startsWith("HTTP/1.1 413 "), all.constData());
        QCOMPARE(all.count("HTTP/1.1 "), 1);
        // Whether it sends the body all the same is open: nothing may follow on this connection.
        QVERIFY(all.contains("Connection: close\r\n"));
    }
}

void TestWireBodies::cutsSilentBodies_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("before the body") << m_wire->paidHead(10);
    QTest::newRow("in the body") << m_wire->paidHead(10) + "{\"mod";
    const QByteArray chunked = "POST /v1/echo HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->secret) +
                               "Transfer-Encoding: chunked\r\n\r\n";
    QTest::newRow("in a chunk size") << chunked + "1";
    QTest::newRow("in a chunk") << chunked + "5\r\nab";
    QTest::newRow("before the last chunk") << chunked + "d\r\n{\"model\":\"m\"}\r\n";
    QTest::newRow("in the trailers") << chunked + "d\r\n{\"model\":\"m\"}\r\n0\r\nX";
    QTest::newRow("in an admin body") << QByteArray("POST /admin/keys HTTP/1.1\r\nHost: h\r\n") +
                                             bearer(m_wire->service.adminToken()) +
                                             "Content-Length: 10\r\n\r\n{";
}

void TestWireBodies::cutsSilentBodies()
{
    QFETCH(QByteArray, bytes);
    RawClient client(m_wire->port());
    client.send(bytes);
    const RawAnswer answer = client.answer(false, 5'000);
    QCOMPARE(answer.status, 408);
    QVERIFY(answer.whole);
    QVERIFY(client.waitForClose());
    QVERIFY(!client.wasReset());
}

void TestWireBodies::cutsSlowBodies()
{
    RawClient client(m_wire->port());
    client.send(m_wire->paidHead(100'000));
    // Never silent for long, and never done.
    QTimer drip;
    connect(&drip, &QTimer::timeout, this, [&] { client.send("x"); });
    drip.start(50);
    QElapsedTimer time;
    time.start();
    QCOMPARE(client.answer(false, 5'000).status, 408);
    QVERIFY(time.elapsed() > 1'000);
    drip.stop();
    QVERIFY(client.waitForClose());
}

void TestWireBodies::boundsTheMemoryOfBodies()
{
    const QByteArray body = jsonOf(maximum);
    RawClient first(m_wire->port());
    RawClient second(m_wire->port());
    RawClient third(m_wire->port());
    first.send(m_wire->paid(body).chopped(1));
    second.send(m_wire->paid(body).chopped(1));
    // The lane has read them when it has answered this.
    QCOMPARE(fetch(m_wire->port(), "GET", "/v1/none").status, 401);
    third.send(m_wire->paid(body));
    const RawAnswer refused = third.answer();
    QCOMPARE(refused.status, 503);
    QVERIFY(refused.body.contains("server_busy"));
    QCOMPARE(refused.header("Retry-After"), QByteArray("1"));
    first.send("}");
    second.send("}");
    QCOMPARE(first.answer().body, body);
    QCOMPARE(second.answer().body, body);
    RawClient fourth(m_wire->port());
    fourth.send(m_wire->paid(body));
    QCOMPARE(fourth.answer().status, 200);
}

void TestWireBodies::settlesCutUploads_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("reset") << u"reset"_s;
    QTest::newRow("end") << u"end"_s;
    QTest::newRow("half an end") << u"half"_s;
    QTest::newRow("silence") << u"silence"_s;
    QTest::newRow("bad chunk") << u"chunk"_s;
}

void TestWireBodies::settlesCutUploads()
{
    QFETCH(QString, how);
    // An upload is forwarded while it comes: the upstream has begun when it breaks off.
    RawClient client(m_wire->port());
    client.send("POST /v1/files HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->secret) +
                "Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    QTRY_COMPARE(m_wire->usage().value(u"active"_s).toInt(), 1);
    if (how == u"reset"_s)
        client.reset();
    else if (how == u"end"_s)
        client.leave();
    else if (how == u"half"_s)
        client.endSending();
    else if (how == u"chunk"_s)
        client.send("zz\r\n");
    if (how == u"silence"_s)
        QCOMPARE(client.answer().status, 408);
    if (how == u"chunk"_s)
        QCOMPARE(client.answer().status, 400);
    QTRY_VERIFY(m_wire->isSettled());
    // No upstream is left waiting for the rest.
    QVERIFY(client.waitForClose());
}

QTEST_GUILESS_MAIN(TestWireBodies)
#include "tst_wirebodies.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rawclient.h"
#include "wirefixture.h"

#include <QTest>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace quota::service;
using namespace quota::test;

// Heads over raw sockets, through the whole service: what is refused and how, limits from both sides, and that
// neither cuts nor slowness change or block anything.
class TestWireHeads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_wire.reset(); }
    void cleanup() { m_wire->standsAsBefore(); }

    void refuses_data();
    void refuses();
    void answers_data();
    void answers();
    void keepsLimits_data();
    void keepsLimits();
    void takesARequestCutAnywhere();
    void cutsSlowHeads_data();
    void cutsSlowHeads();
    void servesOthersDuringSlowHeads();

private:
    std::unique_ptr<WireFixture> m_wire;
};

void TestWireHeads::initTestCase()
{
    m_wire = std::make_unique<WireFixture>(QHash<QString, QString>{{u"REQUEST_HEAD_TIMEOUT"_s, u"500ms"_s},
                                                                   {u"MAX_REQUEST_LINE"_s, u"1kb"_s},
                                                                   {u"MAX_REQUEST_HEAD"_s, u"4kb"_s},
                                                                   {u"MAX_REQUEST_FIELDS"_s, u"20"_s}});
}

static const QByteArray healthHead = "GET /healthz HTTP/1.1\r\nHost: h\r\n";
static const QByteArray postHead = "POST /v1/x HTTP/1.1\r\nHost: h\r\n";

void TestWireHeads::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const QByteArray &bytes, int status) {
        QTest::newRow(name) << bytes << status;
    };
    row("TLS hello", QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400);
    row("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    row("method", "BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 501);
    row("tunnel", "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n", 501);
    row("version", "GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505);
    row("line feeds alone", "GET / HTTP/1.1\nHost: h\n\n", 400);
    row("folded field", healthHead + "X: a\r\n b\r\n\r\n", 400);
    row("space before the colon", healthHead + "X : a\r\n\r\n", 400);
    row("two Hosts", healthHead + "Host: g\r\n\r\n", 400);
    row("Host of brackets", "GET / HTTP/1.1\r\nHost: [[:::\r\n\r\n", 400);
    row("Host against the target", "GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("negative length", postHead + "Content-Length: -1\r\n\r\n", 400);
    row("huge length", postHead + "Content-Length: 9223372036854775808\r\n\r\n", 400);
    row("expectation", postHead + "Expect: tea\r\nContent-Length: 1\r\n\r\n", 417);
    row("websocket", healthHead + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n", 501);
}

void TestWireHeads::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    RawClient client(m_wire->port());
    client.send(bytes);
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, status);
    QVERIFY(answer.whole);
    QVERIFY(answer.body.contains("\"error\""));
    QCOMPARE(answer.header("Connection"), QByteArray("close"));
    QVERIFY(answer.header("x-request-id").startsWith("req_"));
    QCOMPARE(client.rest(), QByteArray());
    QVERIFY(client.isOver() && !client.wasReset());
}

void TestWireHeads::answers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const QByteArray &bytes, int status) {
        QTest::newRow(name) << bytes << status;
    };
    row("a later minor version", "GET /healthz HTTP/1.7\r\nHost: h\r\n\r\n", 200);
    row("an empty line before", "\r\n" + healthHead + "\r\n", 200);
    row("absolute form", "GET http://h:1/healthz HTTP/1.1\r\nHost: h:1\r\n\r\n", 200);
    row("absolute form of https", "GET https://h/healthz HTTP/1.1\r\nHost: H:443\r\n\r\n", 200);
    row("offer of HTTP/2",
        healthHead + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: A\r\n\r\n", 200);
    row("odd target", "GET //[:x HTTP/1.1\r\nHost: h\r\n\r\n", 404);
    row("climbing path", "GET /v1/../admin/keys HTTP/1.1\r\nHost: h\r\n\r\n", 401);
    row("escaped climbing path", "GET /v1/%2e%2e/admin/keys HTTP/1.1\r\nHost: h\r\n\r\n", 401);
    row("everything", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 400);
}

void TestWireHeads::answers()
{
    QFETCH(QByteArray, bytes);
    RawClient client(m_wire->port());
    client.send(bytes);
    QTEST(client.answer().status, "status");
    // The connection goes on.
    client.send(healthHead + "\r\n");
    QCOMPARE(client.answer().status, 200);
}

void TestWireHeads::keepsLimits_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const auto line = [](qsizetype length) {
        return QByteArray("GET /healthz?" + QByteArray(length - 22, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n");
    };
    QTest::newRow("request line at the limit") << line(1024) << 200;
    QTest::newRow("request line beyond") << line(1025) << 414;
    QTest::newRow("request line without an end") << QByteArray(100'000, 'G') << 414;
    const auto head = [](qsizetype size) {
        return QByteArray(healthHead + "X: " + QByteArray(size - healthHead.size() - 7, 'a') + "\r\n\r\n");
    };
    QTest::newRow("head at the limit") << head(4096) << 200;
    QTest::newRow("head beyond") << head(4097) << 431;
    QTest::newRow("head without an end") << QByteArray(healthHead + "X: " + QByteArray(100'000, 'a')) << 431;
    const auto fields = [](int count) {
        return QByteArray(healthHead + QByteArray("X: y\r\n").repeated(count - 1) + "\r\n");
    };
    QTest::newRow("fields at the limit") << fields(20) << 200;
    QTest::newRow("fields beyond") << fields(21) << 431;
}

void TestWireHeads::keepsLimits()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    RawClient client(m_wire->port());
    client.send(bytes);
    QCOMPARE(client.answer().status, status);
    if (status != 200) {
        QVERIFY(client.waitForClose());
        QVERIFY(!client.wasReset());
    }
}

void TestWireHeads::takesARequestCutAnywhere()
{
    const QByteArray bytes = "POST /v1/echo HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->secret) +
                             "Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
                             "8\r\n{\"model\"\r\n5;x=\"y\"\r\n:\"m\"}\r\n0\r\nX-Trailer: z\r\n\r\n";
    RawClient client(m_wire->port());
    RawClient other(m_wire->port());
    for (qsizetype cut = 1; cut < bytes.size(); ++cut) {
        client.send(bytes.first(cut));
        // The lane serves in order: when it has answered this, it has read the first part.
        other.send("GET /v1/none HTTP/1.1\r\nHost: h\r\n\r\n");
        QCOMPARE(other.answer().status, 401);
        client.send(bytes.sliced(cut));
        const RawAnswer answer = client.answer();
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, QByteArray("{\"model\":\"m\"}"));
    }
    for (const char byte : bytes)
        client.send(QByteArray(1, byte));
    QCOMPARE(client.answer().body, QByteArray("{\"model\":\"m\"}"));
}

void TestWireHeads::cutsSlowHeads_data()
{
    QTest::addColumn<QByteArray>("start");
    QTest::addColumn<int>("status"); // 0: just closed
    QTest::newRow("silence") << QByteArray() << 0;
    QTest::newRow("an empty line") << QByteArray("\r\n") << 0;
    QTest::newRow("a byte") << QByteArray("G") << 408;
    QTest::newRow("a line") << QByteArray("GET / HTTP/1.1\r\n") << 408;
    QTest::newRow("fields") << QByteArray(healthHead + "X: ") << 408;
    QTest::newRow("all but the last byte") << QByteArray(healthHead + "\r") << 408;
}

void TestWireHeads::cutsSlowHeads()
{
    QFETCH(QByteArray, start);
    QFETCH(int, status);
    RawClient client(m_wire->port());
    client.send(start);
    // A drip must not put it off.
    QTimer drip;
    connect(&drip, &QTimer::timeout, this, [&] {
        if (start.endsWith("X: "))
            client.send("x");
    });
    drip.start(50);
    QCOMPARE(client.answer(false, 5'000).status, status);
    QVERIFY(client.waitForClose());
}

void TestWireHeads::servesOthersDuringSlowHeads()
{
    std::vector<std::unique_ptr<RawClient>> slow;
    for (int i = 0; i < 200; ++i) {
        slow.push_back(std::make_unique<RawClient>(m_wire->port()));
        slow.back()->send(healthHead.first(i % healthHead.size()));
    }
    QCOMPARE(fetch(m_wire->port(), "POST", "/v1/echo", bearer(m_wire->secret), "{\"model\":\"m\"}").status,
             200);
    for (const auto &client : slow)
        QVERIFY(client->waitForClose());
}

QTEST_GUILESS_MAIN(TestWireHeads)
#include "tst_wireheads.moc"

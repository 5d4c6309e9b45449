// SPDX-License-Identifier: GPL-3.0-or-later
#include "rawclient.h"
#include "service/telemetry/log.h"
#include "wirefixture.h"

#include <QFile>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota::service;
using namespace quota::test;

// Two messages where one was meant, and lines where a word was meant: from clients, from upstreams, through values
// that end in heads and logs.
class TestWireSmuggling : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_wire = std::make_unique<WireFixture>(); }
    void cleanupTestCase() { m_wire.reset(); }
    void cleanup() { m_wire->standsAsBefore(); }

    void answersAnAmbiguousRequestOnce_data();
    void answersAnAmbiguousRequestOnce();
    void forwardsOneRequestForOne_data();
    void forwardsOneRequestForOne();
    void refusesFaultyAnswers_data();
    void refusesFaultyAnswers();
    void passesNothingOnToTheNextHolder_data();
    void passesNothingOnToTheNextHolder();
    void cutsAnswersThatTurnOutFaulty();
    void keepsValuesOutOfHeads_data();
    void keepsValuesOutOfHeads();
    void keepsValuesOutOfLogLines();
    void keepsItsOwnRequestId();

private:
    std::unique_ptr<WireFixture> m_wire;
};

// --- clients ---

void TestWireSmuggling::answersAnAmbiguousRequestOnce_data()
{
    QTest::addColumn<QByteArray>("fields"); // of a POST
    QTest::addColumn<QByteArray>("body");   // before the second request
    const auto row = [](const char *name, const QByteArray &fields, const QByteArray &body) {
        QTest::newRow(name) << fields << body;
    };
    const QByteArray chunked = "Transfer-Encoding: chunked\r\n";
    row("CL.TE", "Content-Length: 6\r\n" + chunked, "0\r\n\r\n");
    row("TE.CL", chunked + "Content-Length: 4\r\n", "12\r\n");
    row("TE.CL, length 0", chunked + "Content-Length: 0\r\n", "0\r\n\r\n");
    row("TE.TE", chunked + "Transfer-Encoding: identity\r\n", "0\r\n\r\n");
    row("TE.TE, other first", "Transfer-Encoding: x\r\n" + chunked, "0\r\n\r\n");
    row("TE twice in one", "Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n");
    row("TE not last", "Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n");
    row("TE with a space before the colon", "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n",
        "0\r\n\r\n");
    row("TE with a tab before the colon", "Transfer-Encoding\t: chunked\r\nContent-Length: 5\r\n",
        "0\r\n\r\n");
    row("TE with a vertical tab",
        "Transfer-Encoding: \x0b"
        "chunked\r\nContent-Length: 5\r\n",
        "0\r\n\r\n");
    row("TE folded", "Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n");
    row("TE behind a bare carriage return", "X: a\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
    row("TE behind a bare line feed", "X: a\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
    row("TE xchunked", "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n", "0\r\n\r\n");
    row("TE quoted", "Transfer-Encoding: \"chunked\"\r\nContent-Length: 5\r\n", "0\r\n\r\n");
    row("two lengths", "Content-Length: 0\r\nContent-Length: 5\r\n", "");
    row("two equal lengths", "Content-Length: 0\r\nContent-Length: 0\r\n", "");
    row("list of lengths", "Content-Length: 0, 5\r\n", "");
    row("signed length", "Content-Length: +0\r\n", "");
    row("negative length", "Content-Length: -1\r\n", "");
    row("hexadecimal length", "Content-Length: 0x0\r\n", "");
    row("length 2^64", "Content-Length: 18446744073709551616\r\n", "");
    row("length with a space inside", "Content-Length: 0 0\r\n", "");
    row("length folded", "Content-Length: 0\r\n 5\r\n", "");
    row("two Hosts", "Host: other\r\n", "");
    row("chunk size with 0x", chunked, "0x0\r\n\r\n");
    row("chunk size with a space", chunked, "0 \r\n\r\n");
    row("chunk size signed", chunked, "-0\r\n\r\n");
    row("chunk size 2^64", chunked, "10000000000000000\r\n\r\n");
    row("chunk lines of line feeds", chunked, "0\n\n");
    row("chunk size ends in a carriage return", chunked, "0\r\r\n\r\n");
    row("chunk longer than said", chunked, "1\r\nab\r\n0\r\n\r\n");
    row("chunk end without a carriage return", chunked, "1\r\na\n0\r\n\r\n");
    row("line feed in an extension", chunked, "0;a=\"\n\"\r\n\r\n");
    row("open quote in an extension", chunked, "0;a=\"\r\n\r\n");
    row("trailer of a request line", chunked, "0\r\n");
}

void TestWireSmuggling::answersAnAmbiguousRequestOnce()
{
    QFETCH(QByteArray, fields);
    QFETCH(QByteArray, body);
    const qint64 before = m_wire->upstream.requestCount();
    RawClient client(m_wire->port());
    client.send("POST /v1/echo HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->secret) + fields + "\r\n" + body +
                "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
    const QByteArray all = client.rest();
    QVERIFY2(all.startsWith("HTTP/1.1 400 ") || all.startsWith("HTTP/1.1 501 "), all.constData());
    QCOMPARE(all.count("HTTP/1."), 1);
    QVERIFY(!client.wasReset());
    QCOMPARE(m_wire->upstream.requestCount(), before);
}

void TestWireSmuggling::forwardsOneRequestForOne_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("fields");
    const auto row = [](const char *name, const QByteArray &target, const QByteArray &fields) {
        QTest::newRow(name) << target << fields;
    };
    row("body that is a request", "/v1/echo", "");
    row("escaped line ends in the target", "/v1/echo%0d%0aX-Evil:%201", "");
    row("escaped line ends in the query", "/v1/echo?a=%0d%0a%0d%0aGET%20/v1/evil", "");
    row("fields of this hop", "/v1/echo",
        "Connection: close, X-Evil, Content-Length, Host\r\nX-Evil: 1\r\nKeep-Alive: x\r\nTE: trailers\r\n"
        "Proxy-Connection: close\r\n");
    row("fields that read like framing", "/v1/echo", "Content_Length: 3\r\nTransfer_Encoding: chunked\r\n");
    row("offer of HTTP/2", "/v1/echo",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n");
}

void TestWireSmuggling::forwardsOneRequestForOne()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, fields);
    const QByteArray body = "{\"model\":\"m\",\"x\":\"\\r\\n\\r\\nGET /v1/evil HTTP/1.1\\r\\n\"}";
    const qint64 before = m_wire->upstream.requestCount();
    RawClient client(m_wire->port());
    client.send("POST " + target + " HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->secret) + fields +
                "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    QCOMPARE(client.answer().status, 200);
    QCOMPARE(m_wire->upstream.requestCount(), before + 1);
    const HttpRequest sent = m_wire->upstream.requests().constLast();
    QCOMPARE(sent.body, body);
    QCOMPARE(sent.target, target);
    QCOMPARE(sent.headers.count("Content-Length"), 1);
    QCOMPARE(sent.headers.count("Host"), 1);
    for (const QByteArrayView name :
         {"Transfer-Encoding", "X-Evil", "Keep-Alive", "TE", "Proxy-Connection", "Upgrade", "HTTP2-Settings"})
        QVERIFY2(!sent.headers.contains(name), name.data());
}

// --- upstreams ---

static const QByteArray ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
static const QByteArray forged = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";

void TestWireSmuggling::refusesFaultyAnswers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char *name, const QByteArray &bytes) { QTest::newRow(name) << bytes; };
    row("garbage", "hello\r\n\r\n");
    row("no head", "\r\n\r\n");
    row("another protocol", "HTTP/2.0 200 OK\r\n\r\n");
    row("status 600", "HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n");
    row("status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n");
    row("switching protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
    row("interim answers without end", QByteArray("HTTP/1.1 102 Processing\r\n\r\n").repeated(100));
    row("length and coding", ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n");
    row("two lengths", ok + "Content-Length: 2\r\nContent-Length: 0\r\n\r\n");
    row("two equal lengths", ok + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n");
    row("length of no number", ok + "Content-Length: 2x\r\n\r\n");
    row("other coding", ok + "Transfer-Encoding: gzip\r\n\r\n");
    row("chunked not last", ok + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n");
    row("coding in 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    row("folded field", ok + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n");
    row("space before the colon", ok + "Content-Length : 0\r\n\r\n");
    row("line feeds", "HTTP/1.1 200 OK\nContent-Length: 0\n\n");
    row("bare carriage return", ok + "X: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n");
    row("NUL", ok + QByteArray("X: \0\r\n", 6) + "Content-Length: 0\r\n\r\n");
    row("head without end", ok + "X: " + QByteArray(200'000, 'x'));
}

void TestWireSmuggling::refusesFaultyAnswers()
{
    QFETCH(QByteArray, bytes);
    m_wire->upstream.setAnswer([&](const HttpRequest &) {
        return Script{{bytes + forged}, Script::Ending::Keep};
    });
    RawClient client(m_wire->port());
    client.send(m_wire->paid());
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 502);
    QVERIFY(answer.body.contains("upstream_unreachable"));
    // The connection to the upstream is not used again, the holder's is.
    QTRY_COMPARE(m_wire->upstream.openConnections(), 0);
    m_wire->echo();
    client.send(m_wire->paid("{\"model\":\"next\"}"));
    QCOMPARE(client.answer().body, QByteArray("{\"model\":\"next\"}"));
}

void TestWireSmuggling::passesNothingOnToTheNextHolder_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QList<QByteArray>>("pieces");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const QByteArray &method, const QList<QByteArray> &pieces,
                        int status) { QTest::newRow(name) << method << pieces << status; };
    const QByteArray two = ok + "Content-Length: 2\r\n\r\n{}";
    row("an answer behind the answer", "POST", {two + forged}, 200);
    row("an answer a moment later", "POST", {two, forged}, 200);
    row("half an answer behind", "POST", {two + "HTTP/1.1 2"}, 200);
    row("a byte behind", "POST", {two + "\n"}, 200);
    row("an answer behind chunks", "POST",
        {ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + forged}, 200);
    row("a body for HEAD", "HEAD", {ok + "Content-Length: 78\r\n\r\n" + forged}, 200);
    row("a body of 204", "POST", {"HTTP/1.1 204 No Content\r\n\r\n" + forged}, 204);
    row("a body of 304", "POST", {"HTTP/1.1 304 Not Modified\r\nContent-Length: 78\r\n\r\n" + forged}, 304);
}

void TestWireSmuggling::passesNothingOnToTheNextHolder()
{
    QFETCH(QByteArray, method);
    QFETCH(QList<QByteArray>, pieces);
    m_wire->upstream.setAnswer([&](const HttpRequest &) { return Script{pieces, Script::Ending::Keep}; });
    RawClient client(m_wire->port());
    const bool toHead = method == "HEAD";
    client.send(toHead ? "HEAD /v1/files HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->secret) + "\r\n"
                       : m_wire->paid());
    const RawAnswer answer = client.answer(toHead);
    QTEST(answer.status, "status");
    QVERIFY(!answer.body.contains("forged"));
    // Nobody can tell bytes that come after the next request from its answer; these came before.
    QTRY_COMPARE(m_wire->upstream.answering(), 0);
    m_wire->echo();
    const QByteArray other = m_wire->service.createKey();
    for (int i = 0; i < 3; ++i) {
        const QByteArray question = "{\"model\":\"next" + QByteArray::number(i) + "\"}";
        const RawAnswer next = fetch(m_wire->port(), "POST", "/v1/echo", bearer(other), question);
        QCOMPARE(next.status, 200);
        QCOMPARE(next.body, question);
    }
}

void TestWireSmuggling::cutsAnswersThatTurnOutFaulty()
{
    m_wire->upstream.setAnswer([&](const HttpRequest &) {
        return Script{{ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", "zz\r\n" + forged},
                      Script::Ending::Keep};
    });
    RawClient client(m_wire->port());
    client.send(m_wire->paid());
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 200);
    QVERIFY(!answer.whole);
    QVERIFY(!answer.body.contains("forged"));
    QVERIFY(client.waitForClose());
    QTRY_COMPARE(m_wire->upstream.openConnections(), 0);
}

// --- values ---

void TestWireSmuggling::keepsValuesOutOfHeads_data()
{
    QTest::addColumn<QByteArray>("request");
    const QByteArray key = bearer(m_wire->secret);
    const auto ask = [&](const QByteArray &body) {
        return QByteArray("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + key +
                          "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    };
    QTest::newRow("model") << ask("{\"model\":\"m\\r\\nX-Evil: 1\"}");
    QTest::newRow("model with NUL") << ask("{\"model\":\"m\\u0000\\u000aX-Evil: 1\"}");
    QTest::newRow("fault in the JSON") << ask("{\"model\":\"m\r\nX-Evil: 1\"");
    QTest::newRow("language") << QByteArray(
        "GET /v1/x HTTP/1.1\r\nHost: h\r\nAccept-Language: X-Evil: 1\r\n\r\n");
    QTest::newRow("path") << QByteArray("GET /v1/a/../%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: h\r\n" + key +
                                        "\r\n");
    QTest::newRow("admin path") << QByteArray("GET /admin/%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: h\r\n" +
                                              bearer(m_wire->service.adminToken()) + "\r\n");
    QTest::newRow("request id") << QByteArray(
        "GET /v1/x HTTP/1.1\r\nHost: h\r\nX-Request-Id: X-Evil: 1\r\n\r\n");
    const QByteArray label = "{\"label\":\"a\\r\\nX-Evil: 1\"}";
    QTest::newRow("label") << QByteArray(
        "POST /admin/keys HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->service.adminToken()) +
        "Content-Length: " + QByteArray::number(label.size()) + "\r\n\r\n" + label);
}

void TestWireSmuggling::keepsValuesOutOfHeads()
{
    QFETCH(QByteArray, request);
    RawClient client(m_wire->port());
    client.send(request + WireFixture::healthRequest());
    const RawAnswer answer = client.answer();
    QVERIFY(answer.whole && answer.status != 0);
    QVERIFY2(!answer.head.toLower().contains("x-evil"), answer.head.constData());
    QVERIFY(!answer.body.contains('\r') && !answer.body.contains('\0'));
    QCOMPARE(client.answer().status, 200); // the next answer is the next request's
}

void TestWireSmuggling::keepsValuesOutOfLogLines()
{
    QTemporaryDir directory;
    LogOptions options;
    options.file = directory.filePath(u"app.log"_s);
    options.toStandardError = false;
    {
        const Log log(options);
        const auto ask = [&](const QByteArray &model) {
            return fetch(m_wire->port(), "POST", "/v1/echo", bearer(m_wire->secret),
                         "{\"model\":\"" + model + "\"}")
                .status;
        };
        QCOMPARE(ask("m\\r\\nforged line"), 400);
        QCOMPARE(ask("m\\u001b[31mforged line"), 400);
        QCOMPARE(ask("m\\u2028forged line status=200 \\\"x"), 200);
        fetch(m_wire->port(), "POST", "/admin/keys", bearer(m_wire->service.adminToken()),
              "{\"label\":\"a\\r\\nforged line\"}");
        m_wire->upstream.setAnswer([](const HttpRequest &) {
            return Script{{"forged line\n"}, Script::Ending::Close};
        });
        QCOMPARE(ask("m"), 502);
        QTRY_VERIFY(m_wire->isSettled());
    }
    QFile file(options.file);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(text.contains("forged line")); // inside a line
    const QList<QByteArray> lines = text.split('\n');
    for (const QByteArray &line : lines) {
        QVERIFY2(line.isEmpty() || line.startsWith("20"), line.constData()); // a time
        QVERIFY(!line.contains("\xe2\x80\xa8") && !line.contains('\r') && !line.contains('\0') &&
                !line.contains('\x1b'));
    }
    QVERIFY(!text.contains(m_wire->secret));
}

void TestWireSmuggling::keepsItsOwnRequestId()
{
    const RawAnswer answer =
        fetch(m_wire->port(), "POST", "/v1/echo", bearer(m_wire->secret) + "X-Request-Id: req_mine\r\n",
              "{\"model\":\"m\"}");
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.head.toLower().count("x-request-id:"), 1);
    QVERIFY(answer.header("x-request-id") != "req_mine");
}

QTEST_GUILESS_MAIN(TestWireSmuggling)
#include "tst_wiresmuggling.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeupstream.h"
#include "runningservice.h"

#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota::service;
using namespace quota::test;

// Abuse of the front over raw sockets. After each row the service still answers the next honest client.
class TestWire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void cleanup();

    void refuses_data();
    void refuses();
    void answersALargeUploadItRefuses();
    void takesABodyAtTheLimit();
    void continuesWhenAsked();
    void cutsSlowHeads();
    void cutsSlowBodies();
    void closesIdleConnections();
    void closesWhenAsked_data();
    void closesWhenAsked();
    void takesBytesOneByOne();
    void answersHeadWithoutABody();
    void keepsTheConnectionCap();
    void forwardsChunkedBodiesWithALength();

private:
    std::unique_ptr<FakeUpstream> m_upstream;
    std::unique_ptr<RunningService> m_service;
    QByteArray m_secret;
};

void TestWire::initTestCase()
{
    m_upstream = std::make_unique<FakeUpstream>();
    m_upstream->setAnswer([](const HttpRequest &request) {
        return Script::json(request.body.isEmpty() ? "{}" : request.body);
    });
    m_service = std::make_unique<RunningService>(
        QHash<QString, QString>{{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(m_upstream->baseUrl())},
                                {u"DAILY_REQ_LIMIT"_s, u"-1"_s},
                                {u"MAX_REQUEST_SIZE"_s, u"1mb"_s},
                                {u"REQUEST_HEAD_TIMEOUT"_s, u"1"_s},
                                {u"REQUEST_BODY_TIMEOUT"_s, u"1"_s},
                                {u"KEEP_ALIVE_TIMEOUT"_s, u"1"_s},
                                {u"LANES"_s, u"1"_s}});
    m_secret = m_service->createKey();
}

void TestWire::cleanupTestCase()
{
    m_service.reset();
    m_upstream.reset();
}

void TestWire::cleanup()
{
    QCOMPARE(fetch(m_service->port(), "POST", "/v1/echo", bearer(m_secret), "{\"model\":\"m\"}").status, 200);
}

void TestWire::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const QByteArray post = "POST /v1/x HTTP/1.1\r\nHost: h\r\n";
    QTest::newRow("TLS hello") << QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15)
                               << 400;
    QTest::newRow("conflicting lengths")
        << post + "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde" << 400;
    QTest::newRow("length and coding")
        << post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        << 400;
    QTest::newRow("negative length") << post + "Content-Length: -1\r\n\r\n" << 400;
    QTest::newRow("huge length") << post + "Content-Length: 9223372036854775808\r\n\r\n" << 400;
    QTest::newRow("too large") << post + "Content-Length: 1048577\r\n\r\n" << 413;
    QTest::newRow("long line") << "GET /" + QByteArray(9000, 'a') << 414;
    QTest::newRow("large head") << "GET / HTTP/1.1\r\nHost: h\r\nX: " + QByteArray(40'000, 'a') << 431;
    QTest::newRow("many fields") << "GET / HTTP/1.1\r\nHost: h\r\n" + QByteArray("X: y\r\n").repeated(120) +
                                        "\r\n"
                                 << 431;
    QTest::newRow("expectation") << post + "Expect: tea\r\nContent-Length: 1\r\n\r\n" << 417;
    QTest::newRow("method") << QByteArray("BREW / HTTP/1.1\r\nHost: h\r\n\r\n") << 501;
    QTest::newRow("websocket")
        << QByteArray("GET /v1/x HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        << 501;
    QTest::newRow("version") << QByteArray("GET / HTTP/3.0\r\nHost: h\r\n\r\n") << 505;
    QTest::newRow("odd target") << QByteArray("GET //[:x HTTP/1.1\r\nHost: h\r\n\r\n") << 404;
    QTest::newRow("climbing path") << QByteArray("GET /v1/../admin/keys HTTP/1.1\r\nHost: h\r\n\r\n") << 401;
}

void TestWire::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    RawClient client(m_service->port());
    client.send(bytes);
    QCOMPARE(client.answer().status, status);
    if (status != 404 && status != 401)
        QVERIFY(client.waitForClose());
}

void TestWire::answersALargeUploadItRefuses()
{
    // The client sends it all before it reads: the answer must survive that.
    RawClient client(m_service->port());
    client.send("POST /v1/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n" +
                QByteArray(1048577, 'x'));
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 413);
    QVERIFY(answer.body.contains("\"request_too_large\""));
    QVERIFY(answer.body.contains("1048576"));
}

void TestWire::takesABodyAtTheLimit()
{
    const QByteArray body = "{\"model\":\"m\",\"x\":\"" + QByteArray(1024 * 1024 - 20, 'x') + "\"}";
    QCOMPARE(body.size(), 1024 * 1024);
    const RawAnswer answer = fetch(m_service->port(), "POST", "/v1/echo", bearer(m_secret), body);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, body);
}

void TestWire::continuesWhenAsked()
{
    RawClient client(m_service->port());
    client.send("POST /v1/echo HTTP/1.1\r\nHost: h\r\n" + bearer(m_secret) +
                "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    QCOMPARE(client.until("\r\n\r\n"), QByteArray("HTTP/1.1 100 Continue\r\n\r\n"));
    client.send("{}");
    QCOMPARE(client.answer().body, QByteArray("{}"));
}

void TestWire::cutsSlowHeads()
{
    RawClient client(m_service->port());
    client.send("GET / HTTP/1.1\r\nHos");
    QCOMPARE(client.answer().status, 408);
    QVERIFY(client.waitForClose());
    RawClient silent(m_service->port());
    QVERIFY(silent.waitForClose());
}

void TestWire::cutsSlowBodies()
{
    RawClient client(m_service->port());
    client.send("POST /v1/x HTTP/1.1\r\nHost: h\r\n" + bearer(m_secret) + "Content-Length: 10\r\n\r\nabc");
    QCOMPARE(client.answer().status, 408);
    QVERIFY(client.waitForClose());
}

void TestWire::closesIdleConnections()
{
    RawClient client(m_service->port());
    client.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
    QCOMPARE(client.answer().status, 200);
    QVERIFY(client.waitForClose());
}

void TestWire::closesWhenAsked_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::newRow("close") << QByteArray("GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    QTest::newRow("1.0") << QByteArray("GET /healthz HTTP/1.0\r\n\r\n");
}

void TestWire::closesWhenAsked()
{
    QFETCH(QByteArray, request);
    RawClient client(m_service->port());
    client.send(request);
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.header("Connection"), QByteArray("close"));
    QVERIFY(client.waitForClose());
}

void TestWire::takesBytesOneByOne()
{
    const QByteArray bytes = "POST /v1/echo HTTP/1.1\r\nHost: h\r\n" + bearer(m_secret) +
                             "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n";
    RawClient client(m_service->port());
    for (const char byte : bytes)
        client.send(QByteArray(1, byte));
    QCOMPARE(client.answer().body, QByteArray("{}"));
}

void TestWire::answersHeadWithoutABody()
{
    RawClient client(m_service->port());
    client.send("HEAD /healthz HTTP/1.1\r\nHost: h\r\n\r\nGET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
    const RawAnswer head = client.answer(true);
    QCOMPARE(head.status, 200);
    QVERIFY(head.header("Content-Length").toInt() > 0);
    QCOMPARE(client.answer().status, 200);
}

void TestWire::keepsTheConnectionCap()
{
    constexpr int cap = 5;
    RunningService service({{u"MAX_CONNECTIONS"_s, QString::number(cap)}, {u"LANES"_s, u"1"_s}});
    const auto isAnswered = [](RawClient &client) {
        client.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
        return client.answer().status == 200;
    };
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < cap; ++i) {
        clients.push_back(std::make_unique<RawClient>(service.port()));
        QVERIFY(isAnswered(*clients.back()));
    }
    RawClient oneMore(service.port());
    const RawAnswer refused = oneMore.answer();
    QCOMPARE(refused.status, 503);
    QVERIFY(refused.whole);
    QVERIFY(QJsonDocument::fromJson(refused.body).isObject());
    clients.clear();
    const auto isOpenAgain = [&] {
        RawClient client(service.port());
        return isAnswered(client);
    };
    QTRY_VERIFY(isOpenAgain());
}

void TestWire::forwardsChunkedBodiesWithALength()
{
    RawClient client(m_service->port());
    client.send("POST /v1/echo HTTP/1.1\r\nHost: h\r\n" + bearer(m_secret) +
                "Transfer-Encoding: chunked\r\n\r\nd\r\n{\"model\":\"m\"}\r\n0\r\n\r\n");
    QCOMPARE(client.answer().status, 200);
    const HttpRequest sent = m_upstream->requests().constLast();
    QCOMPARE(sent.headers.value("Content-Length").toByteArray(), QByteArray("13"));
    QVERIFY(!sent.headers.contains("Transfer-Encoding"));
}

QTEST_GUILESS_MAIN(TestWire)
#include "tst_wire.moc"

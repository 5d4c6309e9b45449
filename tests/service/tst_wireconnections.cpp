// SPDX-License-Identifier: GPL-3.0-or-later
#include "rawclient.h"
#include "wirefixture.h"

#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>
#include <unistd.h>

#include <thread>

using namespace Qt::StringLiterals;
using namespace quota::service;
using namespace quota::test;

// The life of connections through the whole service: sides that end early, resets, floods, caps, draining.
class TestWireConnections : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_wire.reset(); }
    void cleanup();

    void answersHalfClosedClients_data();
    void answersHalfClosedClients();
    void dropsHalfClosedClients_data();
    void dropsHalfClosedClients();
    void takesHalfAnEndForLeaving_data();
    void takesHalfAnEndForLeaving();
    void survivesResets_data();
    void survivesResets();
    void forgetsOperatorsWhoLeave();
    void closesIdleConnections();
    void refusesBeyondTheCap();
    void refusesBeyondTheCapOfAnAddress();
    void survivesAFlood();
    void goesOnWithoutDescriptors();
    void drains();
    void losesNobodyWhenItStops();
    void endsInTheMiddleOfARequest();

private:
    RawClient &open(const QByteArray &bytes);
    QByteArray stream() const;

    std::unique_ptr<WireFixture> m_wire;
    std::vector<std::unique_ptr<RawClient>> m_clients;
};

void TestWireConnections::initTestCase()
{
    m_wire = std::make_unique<WireFixture>(QHash<QString, QString>{{u"KEEP_ALIVE_TIMEOUT"_s, u"1"_s}});
}

void TestWireConnections::cleanup()
{
    m_clients.clear();
    m_wire->standsAsBefore();
}

// Closed when the test is over.
RawClient &TestWireConnections::open(const QByteArray &bytes)
{
    m_clients.push_back(std::make_unique<RawClient>(m_wire->port()));
    m_clients.back()->send(bytes);
    return *m_clients.back();
}

QByteArray TestWireConnections::stream() const
{
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->secret) +
           "Content-Length: 27\r\n\r\n{\"model\":\"m\",\"stream\":true}";
}

// --- one side ends ---

void TestWireConnections::answersHalfClosedClients_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QList<int>>("statuses");
    const QByteArray health = WireFixture::healthRequest();
    const QByteArray admin =
        "GET /admin/keys HTTP/1.1\r\nHost: h\r\n" + bearer(m_wire->service.adminToken()) + "\r\n";
    QTest::newRow("GET") << health << QList<int>{200};
    QTest::newRow("admin") << admin << QList<int>{200};
    QTest::newRow("refused") << QByteArray("GET /v1/x HTTP/1.1\r\nHost: h\r\n\r\n") << QList<int>{401};
    QTest::newRow("faulty") << QByteArray("GET / HTTP/9.9\r\nHost: h\r\n\r\n") << QList<int>{505};
    QTest::newRow("pipelined") << health + admin + health << QList<int>{200, 200, 200};
    QTest::newRow("pipelined, with half a request behind")
        << health + admin + health.chopped(2) << QList<int>{200, 200};
    QTest::newRow("pipelined, with a fault behind") << health + admin + "?\r\n" << QList<int>{200, 200, 400};
}

void TestWireConnections::answersHalfClosedClients()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QList<int>, statuses);
    RawClient &client = open(bytes);
    client.endSending();
    for (const int status : statuses) {
        const RawAnswer answer = client.answer();
        QCOMPARE(answer.status, status);
        QVERIFY(answer.whole);
    }
    QCOMPARE(client.rest(), QByteArray());
    QVERIFY(client.isOver() && !client.wasReset());
}

void TestWireConnections::dropsHalfClosedClients_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("an empty line") << QByteArray("\r\n");
    QTest::newRow("in the request line") << QByteArray("GET /hea");
    QTest::newRow("in a field") << QByteArray("GET / HTTP/1.1\r\nHos");
    QTest::newRow("before the last byte") << WireFixture::healthRequest().chopped(1);
    QTest::newRow("before the body") << m_wire->paidHead(10);
    QTest::newRow("in the body") << m_wire->paid().chopped(1);
    QTest::newRow("in a body that nobody reads")
        << QByteArray("POST /admin/keys HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n{");
    QTest::newRow("in a chunk") << QByteArray("POST /v1/echo HTTP/1.1\r\nHost: h\r\n") +
                                       bearer(m_wire->secret) + "Transfer-Encoding: chunked\r\n\r\n5\r\nab";
}

void TestWireConnections::dropsHalfClosedClients()
{
    QFETCH(QByteArray, bytes);
    const qint64 before = m_wire->upstream.requestCount();
    RawClient &client = open(bytes);
    client.endSending();
    QVERIFY(client.waitForClose());
    QCOMPARE(m_wire->upstream.requestCount(), before);
}

void TestWireConnections::takesHalfAnEndForLeaving_data()
{
    QTest::addColumn<bool>("begun"); // whether the answer has begun
    QTest::newRow("before the answer") << false;
    QTest::newRow("in the answer") << true;
}

void TestWireConnections::takesHalfAnEndForLeaving()
{
    QFETCH(bool, begun);
    m_wire->upstream.setAnswer([begun](const HttpRequest &) {
        Script script = begun ? Script::stream(FakeUpstream::chatEvents(5, true)) : Script::hang();
        script.paced = true;
        return script;
    });
    const int cancelled = m_wire->upstream.cancelled();
    RawClient &client = open(stream());
    if (begun)
        QVERIFY(client.until("\r\n\r\n").contains(" 200 "));
    else
        QTRY_COMPARE(m_wire->upstream.answering(), 1);
    client.endSending();
    QTRY_COMPARE(m_wire->upstream.cancelled(), cancelled + 1);
    QVERIFY(client.waitForClose());
    QTRY_VERIFY(m_wire->isSettled());
}

void TestWireConnections::survivesResets_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("until"); // wait for this first
    const QByteArray none;
    QTest::newRow("at once") << none << none;
    QTest::newRow("in the head") << QByteArray("GET /hea") << none;
    QTest::newRow("in the body") << m_wire->paid().chopped(1) << none;
    QTest::newRow("after a request") << m_wire->paid() << none;
    QTest::newRow("after many requests") << m_wire->paid().repeated(20) << none;
    QTest::newRow("in the answer") << stream() << QByteArray("\r\n\r\n");
    QTest::newRow("after the answer") << m_wire->paid() << QByteArray("}");
    QTest::newRow("in an unread body")
        << QByteArray("POST /v1/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n12")
        << QByteArray("\r\n\r\n");
    QTest::newRow("after a refusal") << QByteArray("GET / HTTP/9.9\r\n\r\n") << QByteArray("\r\n\r\n");
}

void TestWireConnections::survivesResets()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, until);
    m_wire->upstream.setAnswer([](const HttpRequest &request) {
        if (!request.target.contains("chat"))
            return Script::json(request.body);
        Script script = Script::stream(FakeUpstream::chatEvents(5, true));
        script.ending = Script::Ending::Hang;
        script.pieces.removeLast();
        return script;
    });
    for (int i = 0; i < 20; ++i) {
        RawClient client(m_wire->port());
        client.send(bytes);
        if (!until.isEmpty())
            QVERIFY(client.until(until).endsWith(until));
        client.reset();
    }
}

// The main thread, where operators are answered, has other things to do until they are gone.
void TestWireConnections::forgetsOperatorsWhoLeave()
{
    int status = 0;
    std::thread([&] {
        for (int i = 0; i < 20; ++i) {
            RawClient leaving(m_wire->port());
            leaving.send(WireFixture::healthRequest());
            leaving.reset();
        }
        // There is one lane: when it has refused this one, it has seen the others leave.
        status = fetch(m_wire->port(), "GET", "/v1/models").status;
    }).join();
    QCOMPARE(status, 401);
}

void TestWireConnections::closesIdleConnections()
{
    RawClient &client = open(WireFixture::healthRequest());
    QCOMPARE(client.answer().status, 200);
    QElapsedTimer time;
    time.start();
    QVERIFY(client.waitForClose());
    QVERIFY(time.elapsed() >= 900);
    QVERIFY(!client.wasReset());
}

// --- floods ---

void TestWireConnections::refusesBeyondTheCap()
{
    constexpr int cap = 5;
    WireFixture small({{u"MAX_CONNECTIONS"_s, QString::number(cap)}});
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < cap; ++i) {
        clients.push_back(std::make_unique<RawClient>(small.port()));
        clients.back()->send(WireFixture::healthRequest());
        QCOMPARE(clients.back()->answer().status, 200);
    }
    for (int i = 0; i < 3; ++i) {
        RawClient oneMore(small.port());
        oneMore.send(small.paid(QByteArray(200'000, 'x'))); // all of it before it listens
        const RawAnswer refused = oneMore.answer();
        QCOMPARE(refused.status, 503);
        QVERIFY(refused.whole);
        QVERIFY(QJsonDocument::fromJson(refused.body).isObject());
        QCOMPARE(refused.header("Retry-After"), QByteArray("1"));
        QVERIFY(oneMore.waitForClose());
        QVERIFY(!oneMore.wasReset());
    }
    // Those that are in are served.
    clients.front()->send(WireFixture::healthRequest());
    QCOMPARE(clients.front()->answer().status, 200);
    clients.clear();
    QTRY_COMPARE(small.openConnections(), 1); // it has seen them leave: until then they count
    small.standsAsBefore();
}

void TestWireConnections::refusesBeyondTheCapOfAnAddress()
{
    WireFixture small({{u"MAX_CONNECTIONS_PER_ADDRESS"_s, u"2"_s}});
    RawClient one(small.port());
    RawClient two(small.port());
    for (RawClient *client : {&one, &two}) {
        client->send(WireFixture::healthRequest());
        QCOMPARE(client->answer().status, 200);
    }
    RawClient three(small.port());
    three.send(WireFixture::healthRequest());
    const RawAnswer refused = three.answer();
    QCOMPARE(refused.status, 503);
    QVERIFY(refused.body.contains("address"));
    one.leave();
    two.leave();
    three.leave();
    QTRY_COMPARE(small.openConnections(), 1); // it has seen them leave: until then they count
    small.standsAsBefore();
}

void TestWireConnections::survivesAFlood()
{
    constexpr int cap = 50;
    WireFixture small({{u"MAX_CONNECTIONS"_s, QString::number(cap)}});
    std::vector<std::unique_ptr<RawClient>> flood;
    for (int i = 0; i < 1'000; ++i) {
        flood.push_back(std::make_unique<RawClient>(small.port()));
        flood.back()->stayOpen();
        flood.back()->send("GET / HTT");
    }
    // Some are in, some hear why not, the others are shut out; nobody hangs.
    int told = 0;
    int shut = 0;
    for (size_t i = cap; i < flood.size(); ++i) {
        const QByteArray said = flood[i]->rest();
        told += said.contains(" 503 ");
        shut += flood[i]->isOver();
    }
    QVERIFY2(told >= 100, QByteArray::number(told).constData());
    QCOMPARE(shut, 1'000 - cap);
    flood.clear();
    QTRY_COMPARE(small.openConnections(), 1); // it has seen them leave: until then they count
    small.standsAsBefore();
}

void TestWireConnections::goesOnWithoutDescriptors()
{
#ifdef __SANITIZE_ADDRESS__
    QSKIP("The sanitizer opens descriptors of its own.");
#endif
    RawClient &kept = open(WireFixture::healthRequest());
    QCOMPARE(kept.answer().status, 200);
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit lower = before;
    lower.rlim_cur = 512;
    ::setrlimit(RLIMIT_NOFILE, &lower);
    QList<int> taken;
    for (int descriptor; (descriptor = ::dup(STDERR_FILENO)) >= 0;)
        taken.append(descriptor);
    ::close(taken.takeLast()); // for the client itself
    RawAnswer refused;
    bool reset = false;
    int keptStatus = 0;
    {
        RawClient client(m_wire->port());
        client.stayOpen();
        client.send(WireFixture::healthRequest());
        refused = client.answer();
        reset = client.wasReset();
        kept.send(WireFixture::healthRequest());
        keptStatus = kept.answer().status;
    }
    for (const int descriptor : std::as_const(taken))
        ::close(descriptor);
    ::setrlimit(RLIMIT_NOFILE, &before);
    QCOMPARE(refused.status, 503);
    QVERIFY(refused.whole && !reset);
    QVERIFY(refused.body.contains("server_busy"));
    QCOMPARE(keptStatus, 200);
}

// --- the end ---

void TestWireConnections::drains()
{
    WireFixture wire({{u"KEEP_ALIVE_TIMEOUT"_s, u"60"_s}});
    const QList<QByteArray> events = FakeUpstream::chatEvents(5, true);
    wire.upstream.setAnswer([&](const HttpRequest &) {
        Script script = Script::stream(events);
        script.paced = true;
        return script;
    });
    RawClient working(wire.port());
    const QByteArray question =
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
    working.send("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(wire.secret) +
                 "Content-Length: " + QByteArray::number(question.size()) + "\r\n\r\n" + question);
    const QByteArray head = working.until("\r\n\r\n");
    QVERIFY(head.contains(" 200 "));
    RawClient idle(wire.port());
    idle.send(WireFixture::healthRequest());
    QCOMPARE(idle.answer().status, 200);
    RawClient half(wire.port());
    half.send(wire.paid().first(20));
    RawClient silent(wire.port());
    QTRY_COMPARE(wire.openConnections(), 5);

    wire.service.service().stop();
    // New ones still come in, and hear what is going on.
    RawClient late(wire.port());
    late.send(wire.paid());
    const RawAnswer refused = late.answer();
    QCOMPARE(refused.status, 503);
    QVERIFY(refused.body.contains("shutting_down"));
    QCOMPARE(refused.header("Connection"), QByteArray("close"));
    half.send(wire.paid().sliced(20));
    QCOMPARE(half.answer().status, 503);
    for (RawClient *client : {&late, &idle, &half, &silent}) {
        QVERIFY(client->waitForClose(3'000));
        QVERIFY(!client->wasReset());
    }
    QVERIFY(!wire.service.service().isStopped());
    wire.upstream.release(10);
    const QByteArray rest = working.until("\r\n0\r\n\r\n");
    QVERIFY(rest.contains("[DONE]") && rest.endsWith("\r\n0\r\n\r\n"));
    QVERIFY(working.waitForClose(3'000));
    QVERIFY(!working.wasReset());
    QTRY_VERIFY(wire.service.service().isStopped());
}

void TestWireConnections::losesNobodyWhenItStops()
{
    // Clients that come one after the other while it goes down: each is answered or finds the door shut, and none
    // is cut off after it was let in.
    for (int round = 0; round < 5; ++round) {
        WireFixture wire;
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 100; ++i) {
            if (i == 50)
                wire.service.service().stop();
            clients.push_back(std::make_unique<RawClient>(wire.port()));
            clients.back()->send(wire.paid());
        }
        int answered = 0;
        for (const auto &client : clients) {
            const RawAnswer answer = client->answer();
            QVERIFY2(answer.status == 200 || answer.status == 503 || answer.head.isEmpty(),
                     answer.head.constData());
            answered += answer.status != 0;
        }
        QVERIFY2(answered >= 50, QByteArray::number(answered).constData());
        QTRY_VERIFY(wire.service.service().isStopped());
    }
}

// Nobody has told it to stop: what a lane has handed to the main thread waits there until the lanes are gone.
void TestWireConnections::endsInTheMiddleOfARequest()
{
    QTemporaryDir directory;
    SettingSources sources;
    sources.options = {{u"PORT"_s, u"0"_s},
                       {u"DATA_DIR"_s, directory.path()},
                       {u"LANES"_s, u"1"_s},
                       {u"DEEPSEEK_API_KEY"_s, u"upstream-secret-value"_s}};
    sources.envFile = u"/dev/null"_s;
    const auto loaded = loadConfig(sources);
    QVERIFY(loaded);
    const quota::SystemClock clock;
    auto service = std::make_unique<Service>(loaded->config, clock);
    QVERIFY(service->start());
    std::thread([port = service->port(), token = bearer(service->adminToken())] {
        RawClient waiting(port);
        waiting.send("POST /admin/providers/settings/test HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n" +
                     token + "\r\n");
        fetch(port, "GET",
              "/v1/models"); // refused by the lane itself, and after it has handed over the first
    }).join();
    service.reset();
    service = std::make_unique<Service>(loaded->config, clock);
    QVERIFY(service->start());
}

QTEST_GUILESS_MAIN(TestWireConnections)
#include "tst_wireconnections.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rawclient.h"
#include "service/http/listener.h"
#include "service/http/server.h"

#include <QFile>
#include <QPointer>
#include <QSignalSpy>
#include <QTest>

#include <sys/resource.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace quota::service;
using namespace quota::test;

// A server alone, in this thread, with handlers of the test's own: what happens inside one turn of the event loop
// can be said exactly here.
class TestWireServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersWhoeverWaitedWhenTheDrainBegan();
    void endsDrainAfterABodyThatWasNotRead();
    void resetsNobodyWhileItDrains();
    void readsABodyThatIsAskedForLate();
    void takesBodiesAtTheLimit_data();
    void takesBodiesAtTheLimit();
    void refusesBodiesBeyondTheLimit_data();
    void refusesBodiesBeyondTheLimit();
    void handsOnOneRequestAtATime();
    void countsOnlyThoseItServes();
    void countsOnlyThoseItServesOfAnAddress();
    void refusesWithoutDescriptors();
    void readsOnAfterARefusal();
    void givesBackTheBudgetOfBodies();
    void keepsNoMemoryOfBodies();
};

namespace
{

// Answers with the size of the body.
struct Measurer final : ExchangeHandler
{
    explicit Measurer(Exchange &exchange)
        : exchange(exchange)
    {}
    void onBodyReceived() override
    {
        exchange.answer({200, {}, QByteArray::number(exchange.request().body.size())});
    }
    Exchange &exchange;
};

struct Bench
{
    explicit Bench(const ConnectionLimits &limits = {}, Server::Handler handler = {})
        : server(
              limits, wheel, handler ? std::move(handler) : [](Exchange &exchange) { answer(exchange); })
    {
        const auto listeners = openListeners(u"127.0.0.1"_s, 0, 1);
        port = listeners->port;
        if (!server.listen(listeners->descriptors.first()))
            qFatal("The server of the test does not listen.");
    }

    static void answer(Exchange &exchange) { exchange.answer({200, {{"Content-Type", "text/plain"}}, "ok"}); }
    // Answers with the size of the body.
    static Server::Handler measuring(qint64 maximum)
    {
        return [maximum](Exchange &exchange) {
            exchange.setHandler(std::make_unique<Measurer>(exchange));
            exchange.receiveBody(maximum);
        };
    }

    TimerWheel wheel;
    Server server;
    quint16 port = 0;
};

const QByteArray get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
const QByteArray post = "POST / HTTP/1.1\r\nHost: h\r\n";

}

void TestWireServer::answersWhoeverWaitedWhenTheDrainBegan()
{
    Bench bench;
    QSignalSpy drained(&bench.server, &Server::drained);
    // The kernel has the connection and its request; nobody here has looked yet.
    RawClient client(bench.port);
    client.send(get);
    bench.server.drain();
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.header("Connection"), QByteArray("close"));
    QVERIFY(client.waitForClose());
    QVERIFY(!client.wasReset());
    QTRY_COMPARE(drained.size(), 1);
}

void TestWireServer::endsDrainAfterABodyThatWasNotRead()
{
    Bench bench;
    RawClient client(bench.port);
    client.send(post + "Content-Length: 10\r\n\r\n12345");
    QCOMPARE(client.answer().status, 200); // it is promised to be kept
    QSignalSpy drained(&bench.server, &Server::drained);
    bench.server.drain();
    client.send("67890");
    QVERIFY(drained.wait(3'000));
    QVERIFY(client.waitForClose());
    QVERIFY(!client.wasReset());
}

void TestWireServer::resetsNobodyWhileItDrains()
{
    QPointer<Exchange> open;
    Bench bench({}, [&](Exchange &exchange) {
        if (exchange.request().target == "/open")
            open = &exchange;
        else
            Bench::answer(exchange);
    });
    RawClient working(bench.port);
    working.send("GET /open HTTP/1.1\r\nHost: h\r\n\r\n");
    QTRY_VERIFY(open);
    RawClient idle(bench.port);
    idle.send(get);
    QCOMPARE(idle.answer().status, 200);
    RawClient silent(bench.port);
    QTRY_COMPARE(bench.server.connectionCount(), 3);

    QSignalSpy drained(&bench.server, &Server::drained);
    bench.server.drain();
    RawClient late(bench.port);
    late.send(get);
    QCOMPARE(late.answer().status, 200);
    for (RawClient *client : {&idle, &silent, &late}) {
        QVERIFY(client->waitForClose());
        QVERIFY(!client->wasReset());
    }
    QCOMPARE(drained.size(), 0);
    Bench::answer(*open);
    QCOMPARE(working.answer().status, 200);
    QVERIFY(working.waitForClose());
    QTRY_COMPARE(drained.size(), 1);
}

void TestWireServer::readsABodyThatIsAskedForLate()
{
    QPointer<Exchange> asked;
    Bench bench({}, [&](Exchange &exchange) { asked = &exchange; });
    const QByteArray body(1024 * 1024, 'b');
    RawClient client(bench.port);
    // More than is read ahead comes before anybody wants it.
    client.send(post + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n");
    QTRY_VERIFY(asked);
    client.send(body.first(256 * 1024));
    RawClient other(bench.port); // when it was noticed, so was the rest
    QTRY_COMPARE(bench.server.connectionCount(), 2);
    asked->setHandler(std::make_unique<Measurer>(*asked));
    asked->receiveBody(body.size());
    client.send(body.sliced(256 * 1024));
    QCOMPARE(client.answer().body, QByteArray::number(body.size()));
}

static QByteArray inChunks(const QByteArray &body, qsizetype size)
{
    QByteArray bytes = post + "Transfer-Encoding: chunked\r\n\r\n";
    for (qsizetype at = 0; at < body.size(); at += size) {
        const QByteArray chunk = body.mid(at, size);
        bytes += QByteArray::number(chunk.size(), 16) + "\r\n" + chunk + "\r\n";
    }
    return bytes + "0\r\n\r\n";
}

static constexpr qint64 maximumBody = 100'000;

void TestWireServer::takesBodiesAtTheLimit_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray body(maximumBody, 'b');
    const QByteArray whole = post + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    QTest::newRow("length") << whole;
    QTest::newRow("length, another request behind") << whole + get;
    QTest::newRow("one chunk") << inChunks(body, body.size());
    QTest::newRow("small chunks") << inChunks(body, 10);
    QTest::newRow("small chunks, another request behind") << inChunks(body, 10) + get;
}

void TestWireServer::takesBodiesAtTheLimit()
{
    QFETCH(QByteArray, bytes);
    Bench bench({}, Bench::measuring(maximumBody));
    RawClient client(bench.port);
    client.send(bytes);
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, QByteArray::number(maximumBody));
    if (bytes.endsWith(get))
        QCOMPARE(client.answer().body, QByteArray("0"));
}

void TestWireServer::refusesBodiesBeyondTheLimit_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray body(maximumBody + 1, 'b');
    QTest::newRow("length") << post + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" +
                                   body;
    QTest::newRow("one chunk") << inChunks(body, body.size());
    QTest::newRow("small chunks") << inChunks(body, 10);
}

void TestWireServer::refusesBodiesBeyondTheLimit()
{
    QFETCH(QByteArray, bytes);
    Bench bench({}, Bench::measuring(maximumBody));
    RawClient client(bench.port);
    client.send(bytes);
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 413);
    QVERIFY(answer.body.contains(QByteArray::number(maximumBody)));
    QVERIFY(client.waitForClose());
    QVERIFY(!client.wasReset());
}

void TestWireServer::handsOnOneRequestAtATime()
{
    QByteArrayList story;
    Server *server = nullptr;
    Bench bench({}, [&](Exchange &exchange) {
        const QByteArray target = exchange.request().target;
        const bool isFirst = story.isEmpty();
        story.append("begins " + target);
        if (isFirst)
            server->drain(); // reads what the other client has sent
        Bench::answer(exchange);
        story.append("ends " + target);
    });
    server = &bench.server;
    RawClient one(bench.port);
    RawClient other(bench.port);
    QTRY_COMPARE(bench.server.connectionCount(), 2);
    one.send("GET /one HTTP/1.1\r\nHost: h\r\n\r\n");
    other.send("GET /other HTTP/1.1\r\nHost: h\r\n\r\n");
    QCOMPARE(one.answer().status, 200);
    QCOMPARE(other.answer().status, 200);
    QCOMPARE(story.size(), 4);
    QCOMPARE(story.at(1), "ends" + story.at(0).sliced(6));
    QCOMPARE(story.at(3), "ends" + story.at(2).sliced(6));
}

void TestWireServer::countsOnlyThoseItServes()
{
    ConnectionLimits limits;
    limits.connections = 2;
    Bench bench(limits);
    RawClient first(bench.port);
    RawClient second(bench.port);
    QTRY_COMPARE(bench.server.connectionCount(), 2);
    std::vector<std::unique_ptr<RawClient>> refused;
    for (int i = 0; i < 3; ++i) {
        refused.push_back(std::make_unique<RawClient>(bench.port));
        refused.back()->stayOpen();
        QCOMPARE(refused.back()->answer().status, 503);
    }
    // Those that were told to go are still there, but they take nobody's place.
    first.leave();
    QTRY_COMPARE(bench.server.connectionCount(), 4);
    RawClient next(bench.port);
    next.send(get);
    QCOMPARE(next.answer().status, 200);
}

void TestWireServer::countsOnlyThoseItServesOfAnAddress()
{
    ConnectionLimits limits;
    limits.connectionsPerAddress = 1;
    Bench bench(limits);
    RawClient first(bench.port);
    QTRY_COMPARE(bench.server.connectionCount(), 1);
    RawClient refused(bench.port);
    refused.stayOpen();
    const RawAnswer answer = refused.answer();
    QCOMPARE(answer.status, 503);
    QVERIFY(answer.whole);
    QVERIFY(answer.body.contains("address"));
    first.leave();
    QTRY_COMPARE(bench.server.connectionCount(), 1);
    RawClient next(bench.port);
    next.send(get);
    QCOMPARE(next.answer().status, 200);
}

// All descriptors of this process but some, for as long as it lives.
class DescriptorsTaken
{
public:
    explicit DescriptorsTaken(int butForThese)
    {
        ::getrlimit(RLIMIT_NOFILE, &m_before);
        rlimit lower = m_before;
        lower.rlim_cur = 256;
        ::setrlimit(RLIMIT_NOFILE, &lower);
        takeFree();
        for (int i = 0; i < butForThese; ++i)
            ::close(m_taken.takeLast());
    }
    ~DescriptorsTaken()
    {
        for (const int descriptor : std::as_const(m_taken))
            ::close(descriptor);
        ::setrlimit(RLIMIT_NOFILE, &m_before);
    }
    Q_DISABLE_COPY_MOVE(DescriptorsTaken)

    void takeFree()
    {
        for (int descriptor; (descriptor = ::dup(STDERR_FILENO)) >= 0;)
            m_taken.append(descriptor);
    }

private:
    rlimit m_before{};
    QList<int> m_taken;
};

void TestWireServer::refusesWithoutDescriptors()
{
#ifdef __SANITIZE_ADDRESS__
    QSKIP("The sanitizer opens descriptors of its own.");
#endif
    Bench bench;
    RawClient served(bench.port);
    served.send(get);
    QCOMPARE(served.answer().status, 200);
    {
        DescriptorsTaken taken(3);
        RawClient one(bench.port);
        RawClient two(bench.port);
        RawClient three(bench.port);
        for (RawClient *client : {&one, &two, &three}) {
            // They have sent all of their requests before they listen.
            client->send(post + "Content-Length: 100000\r\n\r\n" + QByteArray(100'000, 'b'));
            const RawAnswer answer = client->answer();
            QCOMPARE(answer.status, 503);
            QVERIFY(answer.whole);
            QVERIFY(client->waitForClose());
            QVERIFY(!client->wasReset());
            taken.takeFree(); // the client's own
        }
        served.send(get);
        QCOMPARE(served.answer().status, 200);
    }
    RawClient next(bench.port);
    next.send(get);
    QCOMPARE(next.answer().status, 200);
    QTRY_COMPARE(bench.server.connectionCount(), 2);
}

void TestWireServer::readsOnAfterARefusal()
{
    ConnectionLimits limits;
    limits.parser.body = 1000;
    Bench bench(limits);
    RawClient client(bench.port);
    // A client on a slow line that sends all before it listens.
    client.send(post + "Content-Length: 2000000\r\n\r\n");
    QElapsedTimer time;
    time.start();
    while (time.elapsed() < 3'000) {
        client.send(QByteArray(1000, 'b'));
        RawClient tick(bench.port);
        tick.send(get);
        QCOMPARE(tick.answer().status, 200);
        QTest::qWait(50);
    }
    QCOMPARE(client.answer().status, 413);
    QVERIFY(!client.wasReset());
    QTRY_COMPARE(bench.server.connectionCount(), 0);
}

void TestWireServer::givesBackTheBudgetOfBodies()
{
    ConnectionLimits limits;
    limits.bufferedBodies = 100'000;
    Bench bench(limits, Bench::measuring(100'000));
    const QByteArray head = post + "Content-Length: 60000\r\n\r\n";
    for (int round = 0; round < 3; ++round) {
        RawClient first(bench.port);
        first.send(head + QByteArray(59'999, 'b'));
        QTRY_COMPARE(bench.server.connectionCount(), 1);
        RawClient second(bench.port);
        second.send(head);
        second.send(QByteArray(60'000, 'b'));
        const RawAnswer refused = second.answer();
        QCOMPARE(refused.status, 503);
        QCOMPARE(refused.header("Retry-After"), QByteArray("1"));
        QVERIFY(refused.body.contains("server_busy"));
        if (round == 0) {
            first.reset();
        } else {
            first.send("b");
            QCOMPARE(first.answer().body, QByteArray("60000"));
            first.leave();
        }
        second.leave();
        QTRY_COMPARE(bench.server.connectionCount(), 0);
    }
}

static qint64 residentBytes()
{
    QFile file(u"/proc/self/statm"_s);
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toLongLong() * ::getpagesize()
                                          : -1;
}

void TestWireServer::keepsNoMemoryOfBodies()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("The sanitizer keeps what was freed.");
#endif
    constexpr int count = 200;
    Bench bench({}, Bench::measuring(1024 * 1024));
    const QByteArray bytes = post + "Content-Length: 300000\r\n\r\n" + QByteArray(300'000, 'b');
    std::vector<std::unique_ptr<RawClient>> clients;
    qint64 before = 0;
    for (int i = 0; i < count; ++i) {
        if (i == count / 4) // what is only needed once is there
            before = residentBytes();
        clients.push_back(std::make_unique<RawClient>(bench.port));
        clients.back()->send(bytes);
        QCOMPARE(clients.back()->answer().body, QByteArray("300000"));
    }
    // About 13 kB without a body; the rest is what the heap has not given back.
    const qint64 each = (residentBytes() - before) / (count - count / 4);
    QVERIFY2(each < 40 * 1024, QByteArray::number(each).constData());
}

QTEST_GUILESS_MAIN(TestWireServer)
#include "tst_wireserver.moc"

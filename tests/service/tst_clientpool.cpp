// SPDX-License-Identifier: GPL-3.0-or-later
#include "clientfixture.h"
#include "rawserver.h"

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;
using namespace std::chrono_literals;

// Which connection a request goes over, when one is given up, and that nothing is ever done twice: the server counts.
class TestClientPool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsAConnection();
    void keepsNoConnection_data();
    void keepsNoConnection();
    void usesTheLatestFirst();
    void keepsOnlySoMany();
    void closesIdleOnes_data();
    void closesIdleOnes();
    void looksAnewWhenOld();
    void opensAFreshOneWhenAsked();
    void keepsRoutesApart();
    void noticesACloseWhileIdle_data();
    void noticesACloseWhileIdle();
    void noticesACloseThatWasNotToldYet();
    void repeatsOnlyWhatIsSafe_data();
    void repeatsOnlyWhatIsSafe();
    void repeatsOnlyOnce();
    void neverRepeatsOnAFreshConnection();
};

namespace
{

const QByteArray good("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

QByteArray withField(const QByteArray &field)
{
    return "HTTP/1.1 200 OK\r\n" + field + "\r\nContent-Length: 2\r\n\r\nok";
}

}

void TestClientPool::keepsAConnection()
{
    RawServer server(RawServer::answering(good));
    ClientUnderTest under;
    for (int i = 0; i < 5; ++i) {
        // Bases of one host that differ in their path share connections.
        Outcome outcome(
            under.client.start(get(QUrl(u"http://127.0.0.1:%1/v%2"_s.arg(server.serverPort()).arg(i)))));
        QVERIFY(outcome.wait());
        QVERIFY(!outcome.error);
        QCOMPARE(outcome.connected, 1);
    }
    QCOMPARE(server.peers().size(), 1u);
}

void TestClientPool::keepsNoConnection_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("close") << withField("Connection: close");
    QTest::newRow("close among others") << withField("Connection: x, Close");
    QTest::newRow("HTTP/1.0") << QByteArray("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
    QTest::newRow("no time left") << withField("Keep-Alive: timeout=0");
    QTest::newRow("bytes beyond the answer") << good + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
}

void TestClientPool::keepsNoConnection()
{
    QFETCH(QByteArray, answer);
    RawServer server(RawServer::answering(answer));
    ClientUnderTest under;
    for (size_t i = 1; i <= 2; ++i) {
        Outcome outcome(under.client.start(get(originAt(server.serverPort()))));
        QVERIFY(outcome.wait());
        QVERIFY(!outcome.error);
        QCOMPARE(outcome.body, QByteArray("ok"));
        QTRY_COMPARE(server.open(), 0);
        QCOMPARE(server.peers().size(), i);
    }
}

void TestClientPool::usesTheLatestFirst()
{
    RawServer server;
    ClientUnderTest under;
    Outcome first(under.client.start(get(originAt(server.serverPort()))));
    QTRY_COMPARE(server.open(), 1);
    Outcome second(under.client.start(get(originAt(server.serverPort()))));
    QTRY_COMPARE(server.open(), 2);
    QTRY_VERIFY(server.peers()[0]->hasRequest() && server.peers()[1]->hasRequest());
    server.peers()[1]->send(good);
    QVERIFY(second.wait());
    server.peers()[0]->send(good);
    QVERIFY(first.wait());
    for (const auto &peer : server.peers())
        peer->received.clear();
    Outcome third(under.client.start(get(originAt(server.serverPort()))));
    QTRY_VERIFY(server.peers()[0]->hasRequest());
    QVERIFY(server.peers()[1]->received.isEmpty());
    QCOMPARE(server.peers().size(), 2u);
}

void TestClientPool::keepsOnlySoMany()
{
    RawServer server;
    ClientOptions options;
    options.keptPerOrigin = 2;
    ClientUnderTest under(options);
    std::vector<std::unique_ptr<Outcome>> outcomes;
    for (int i = 0; i < 5; ++i)
        outcomes.push_back(std::make_unique<Outcome>(under.client.start(get(originAt(server.serverPort())))));
    QTRY_COMPARE(server.peers().size(), 5u);
    for (const auto &peer : server.peers()) {
        QTRY_VERIFY(peer->hasRequest());
        peer->send(good);
    }
    for (const auto &outcome : outcomes)
        QVERIFY(outcome->wait());
    QTRY_COMPARE(server.open(), 2);
}

void TestClientPool::closesIdleOnes_data()
{
    QTest::addColumn<std::chrono::milliseconds>("kept");
    QTest::addColumn<std::chrono::milliseconds>("age");
    QTest::addColumn<QByteArray>("answer");
    const std::chrono::milliseconds hour(1h);
    QTest::newRow("by our time") << 100ms << hour << good;
    QTest::newRow("by age") << hour << 100ms << good;
    QTest::newRow("by its hint") << hour << hour << withField("Keep-Alive: timeout=1, max=5");
}

void TestClientPool::closesIdleOnes()
{
    QFETCH(std::chrono::milliseconds, kept);
    QFETCH(std::chrono::milliseconds, age);
    QFETCH(QByteArray, answer);
    RawServer server(RawServer::answering(answer));
    ClientOptions options;
    options.keptIdle = kept;
    options.maximumAge = age;
    ClientUnderTest under(options);
    Outcome outcome(under.client.start(get(originAt(server.serverPort()))));
    QVERIFY(outcome.wait());
    QTRY_COMPARE(server.open(), 0);
}

void TestClientPool::looksAnewWhenOld()
{
    RawServer server(RawServer::answering(good));
    int lookups = 0;
    ClientOptions options;
    options.maximumAge = 300ms;
    options.resolve = [&](const QString &, QObject *context, auto found) {
        ++lookups;
        QMetaObject::invokeMethod(
            context, [found] { found({QHostAddress(QHostAddress::LocalHost)}, {}); }, Qt::QueuedConnection);
    };
    ClientUnderTest under(options);
    const auto busyUntil = std::chrono::steady_clock::now() + 1s;
    int calls = 0;
    while (std::chrono::steady_clock::now() < busyUntil) { // never idle, and yet not for ever
        Outcome outcome(under.client.start(get(originAt(server.serverPort(), u"upstream.example"_s))));
        QVERIFY(outcome.wait());
        QVERIFY(!outcome.error);
        ++calls;
    }
    QVERIFY2(lookups >= 3 && lookups <= 5, qPrintable(QString::number(lookups)));
    QVERIFY(calls > lookups);
    QCOMPARE(server.peers().size(), size_t(lookups));
}

void TestClientPool::opensAFreshOneWhenAsked()
{
    RawServer server(RawServer::answering(good));
    ClientUnderTest under;
    Outcome first(under.client.start(get(originAt(server.serverPort()))));
    QVERIFY(first.wait());
    UpstreamRequest request = get(originAt(server.serverPort()));
    request.fresh = true;
    Outcome second(under.client.start(request));
    QVERIFY(second.wait());
    QCOMPARE(server.peers().size(), 2u);
}

void TestClientPool::keepsRoutesApart()
{
    RawServer server(RawServer::answering(good));
    ClientUnderTest under;
    UpstreamRequest request = get(originAt(server.serverPort()));
    Outcome first(under.client.start(request));
    QVERIFY(first.wait());
    request.route.privateAuthority = true;
    Outcome second(under.client.start(request));
    QVERIFY(second.wait());
    QCOMPARE(server.peers().size(), 2u);
}

void TestClientPool::noticesACloseWhileIdle_data()
{
    QTest::addColumn<bool>("reset");
    QTest::newRow("closed") << false;
    QTest::newRow("reset") << true;
}

void TestClientPool::noticesACloseWhileIdle()
{
    QFETCH(bool, reset);
    RawServer server(RawServer::answering(good));
    ClientUnderTest under;
    for (size_t i = 1; i <= 3; ++i) {
        Outcome outcome(under.client.start(post(originAt(server.serverPort()))));
        QVERIFY(outcome.wait());
        QVERIFY2(!outcome.error, qPrintable(outcome.message()));
        if (reset)
            server.peers().back()->reset();
        else
            server.peers().back()->socket->disconnectFromHost();
        QTRY_COMPARE(server.open(), 0);
        QCOMPARE(server.peers().size(), i);
    }
}

void TestClientPool::noticesACloseThatWasNotToldYet()
{
    RawServer server(RawServer::answering(good));
    ClientUnderTest under;
    Outcome first(under.client.start(post(originAt(server.serverPort()))));
    QVERIFY(first.wait());
    // No turn of the event loop between the close and the next request.
    server.peers().back()->reset();
    Outcome second(under.client.start(post(originAt(server.serverPort()))));
    QVERIFY(second.wait());
    QVERIFY2(!second.error, qPrintable(second.message()));
    QCOMPARE(server.peers().size(), 2u);
}

void TestClientPool::repeatsOnlyWhatIsSafe_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("beginning"); // of the answer, before the close
    QTest::addColumn<bool>("reset");
    QTest::addColumn<bool>("repeated");
    const auto row = [](const char *name, const char *method, const char *body, const char *beginning,
                        bool reset, bool repeated) {
        QTest::newRow(name) << QByteArray(method) << QByteArray(body) << QByteArray(beginning) << reset
                            << repeated;
    };
    row("get", "GET", "", "", false, true);
    row("get, reset", "GET", "", "", true, true);
    row("head", "HEAD", "", "", false, true);
    row("options", "OPTIONS", "", "", false, true);
    row("get, answer begun", "GET", "", "H", false, false);
    row("get, interim answer", "GET", "", "HTTP/1.1 100 Continue\r\n\r\n", false, false);
    row("get with a body", "GET", "x", "", false, false);
    row("post", "POST", "{}", "", false, false);
    row("post, reset", "POST", "{}", "", true, false);
    row("empty post", "POST", "", "", false, false);
    row("put", "PUT", "x", "", false, false);
    row("delete", "DELETE", "", "", false, false);
    row("own method", "REPORT", "", "", false, false);
}

void TestClientPool::repeatsOnlyWhatIsSafe()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, beginning);
    QFETCH(bool, reset);
    QFETCH(bool, repeated);
    int requests = 0;
    RawServer server([&](RawServer::Peer &peer) {
        if (!peer.hasRequest())
            return;
        peer.received.clear();
        if (++requests != 2)
            return peer.send(good);
        peer.send(beginning); // the second one, over a kept connection, is read and dropped
        if (reset)
            peer.reset();
        else
            peer.socket->disconnectFromHost();
    });
    ClientUnderTest under;
    Outcome first(under.client.start(get(originAt(server.serverPort()))));
    QVERIFY(first.wait());
    Outcome second(under.client.start({method, originAt(server.serverPort()), "/", {}, body}));
    QVERIFY(second.wait());
    QCOMPARE(requests, repeated ? 3 : 2);
    QCOMPARE(!second.error, repeated);
    if (!repeated)
        QVERIFY(second.error->code == ErrorCode::Unreachable);
    QCOMPARE(server.peers().size(), repeated ? 2u : 1u);
}

void TestClientPool::repeatsOnlyOnce()
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
    Outcome second(under.client.start(get(originAt(server.serverPort()))));
    QVERIFY(second.wait());
    QVERIFY(second.error);
    QCOMPARE(requests, 3);
}

void TestClientPool::neverRepeatsOnAFreshConnection()
{
    int requests = 0;
    RawServer server([&](RawServer::Peer &peer) {
        ++requests;
        peer.socket->disconnectFromHost();
    });
    ClientUnderTest under;
    Outcome outcome(under.client.start(get(originAt(server.serverPort()))));
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error);
    QCOMPARE(requests, 1);
}

QTEST_GUILESS_MAIN(TestClientPool)
#include "tst_clientpool.moc"

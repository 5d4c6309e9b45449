// SPDX-License-Identifier: GPL-3.0-or-later
#include "clientfixture.h"
#include "rawserver.h"
#include "service/http/dialler.h"

#include <QElapsedTimer>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;
using namespace std::chrono_literals;

// How long each stage of a call may take, which one is named when it takes longer, and that a dead address among
// good ones costs a moment only.
class TestClientTimeouts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheStage_data();
    void namesTheStage();
    void namesTheStageOfConnecting_data();
    void namesTheStageOfConnecting();
    void cutsAnAnswerWithoutEnd();
    void doesNotCountASlowHolder();
    void triesAllAddresses_data();
    void triesAllAddresses();
    void takesTurnsBetweenFamilies();
};

namespace
{

// Nobody listens and nobody refuses: the queue of this socket is full, so that the system ignores who calls.
class DeafServer
{
public:
    explicit DeafServer(const QHostAddress &address = QHostAddress::LocalHost)
    {
        m_server.setListenBacklogSize(0);
        if (!m_server.listen(address))
            qFatal("no port");
        m_server.pauseAccepting();
        for (auto &socket : m_fillers) {
            socket = std::make_unique<QTcpSocket>();
            socket->connectToHost(address, m_server.serverPort());
        }
        m_fillers.front()->waitForConnected();
    }
    quint16 port() const { return m_server.serverPort(); }

private:
    QTcpServer m_server;
    std::array<std::unique_ptr<QTcpSocket>, 4> m_fillers;
};

Resolver resolvingTo(const QStringList &addresses)
{
    return [addresses](const QString &, QObject *context, auto found) {
        QList<QHostAddress> list;
        for (const QString &address : addresses)
            list.append(QHostAddress(address));
        QMetaObject::invokeMethod(
            context, [found, list] { found(list, list.isEmpty() ? u"no such name"_s : QString()); },
            Qt::QueuedConnection);
    };
}

ClientOptions impatient()
{
    ClientOptions options;
    options.connect = options.firstByte = options.idle = 200ms;
    return options;
}

}

void TestClientTimeouts::namesTheStage_data()
{
    QTest::addColumn<QByteArray>("beginning");
    QTest::addColumn<QString>("words");
    QTest::newRow("first byte") << QByteArray() << u"No answer"_s;
    QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\n") << u"No answer"_s;
    QTest::newRow("interim only") << QByteArray("HTTP/1.1 100 Continue\r\n\r\n") << u"No answer"_s;
    QTest::newRow("body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc") << u"stopped"_s;
    QTest::newRow("before the body") << QByteArray("HTTP/1.1 200 OK\r\n\r\n") << u"stopped"_s;
}

void TestClientTimeouts::namesTheStage()
{
    QFETCH(QByteArray, beginning);
    QFETCH(QString, words);
    RawServer server(RawServer::answering(beginning));
    ClientUnderTest under(impatient());
    QElapsedTimer watch;
    watch.start();
    Outcome outcome(under.client.start(post(originAt(server.serverPort()))));
    QVERIFY(outcome.wait());
    QVERIFY(watch.elapsed() >= 200);
    QVERIFY(outcome.error);
    QVERIFY(outcome.error->code == ErrorCode::TimedOut);
    QVERIFY2(outcome.message().contains(words) && outcome.message().contains(u"0.2 s"_s),
             qPrintable(outcome.message()));
    QTRY_COMPARE(server.open(), 0);
}

void TestClientTimeouts::namesTheStageOfConnecting_data()
{
    QTest::addColumn<QString>("stage");
    QTest::newRow("name") << u"looking up the name"_s;
    QTest::newRow("TCP") << u"connecting"_s;
    QTest::newRow("proxy") << u"waiting for the proxy"_s;
    QTest::newRow("TLS") << u"in the TLS handshake"_s;
}

void TestClientTimeouts::namesTheStageOfConnecting()
{
    QFETCH(QString, stage);
    ClientOptions options = impatient();
    if (stage.contains(u"name"_s))
        options.resolve = [](const QString &, QObject *, auto) {};
    ClientUnderTest under(options);
    DeafServer deaf;
    RawServer mute;
    UpstreamRequest request = get(originAt(stage == u"connecting"_s ? deaf.port() : mute.serverPort()));
    if (stage.contains(u"TLS"_s))
        request.origin.setScheme(u"https"_s);
    if (stage.contains(u"proxy"_s))
        request.route.proxy = originAt(mute.serverPort());
    Outcome outcome(under.client.start(request));
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error);
    QVERIFY(outcome.error->code == ErrorCode::TimedOut);
    QVERIFY2(outcome.message().startsWith(u"No connection"_s) && outcome.message().contains(stage),
             qPrintable(outcome.message()));
    QTRY_COMPARE(mute.open(), 0);
}

void TestClientTimeouts::cutsAnAnswerWithoutEnd()
{
    RawServer server(RawServer::answering("HTTP/1.1 200 OK\r\n\r\n"));
    ClientOptions options;
    options.total = 500ms;
    ClientUnderTest under(options);
    Outcome outcome(under.client.start(get(originAt(server.serverPort()))));
    QTimer trickle;
    connect(&trickle, &QTimer::timeout, this, [&] {
        if (outcome.head)
            server.peers().front()->send(".");
    });
    trickle.start(20);
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error);
    QVERIFY(outcome.error->code == ErrorCode::TimedOut);
    QVERIFY2(outcome.message().contains(u"0.5 s"_s), qPrintable(outcome.message()));
    QVERIFY(outcome.body.size() > 3);
}

void TestClientTimeouts::doesNotCountASlowHolder()
{
    RawServer server(RawServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc"));
    ClientUnderTest under(impatient());
    Outcome paused(under.client.start(get(originAt(server.serverPort()))));
    QTRY_COMPARE(paused.body, QByteArray("abc"));
    paused.call->pause();
    UpstreamRequest upload = post(originAt(server.serverPort()), {});
    upload.streamedLength = 10;
    Outcome starving(under.client.start(upload));
    QTRY_COMPARE(starving.connected, 1);
    starving.call->send("half ");
    // A third one runs into its time twice meanwhile.
    for (int i = 0; i < 2; ++i) {
        Outcome slow(under.client.start(get(originAt(server.serverPort()))));
        QVERIFY(slow.wait());
        QVERIFY(slow.error && slow.error->code == ErrorCode::TimedOut);
    }
    QVERIFY2(!paused.ended, qPrintable(paused.message()));
    paused.call->resume();
    server.peers().front()->send("def");
    QVERIFY(paused.wait());
    QVERIFY(!paused.error);
    QCOMPARE(paused.body, QByteArray("abcdef"));
    QVERIFY(!starving.ended || starving.head);
}

void TestClientTimeouts::triesAllAddresses_data()
{
    QTest::addColumn<QStringList>("addresses"); // 127.0.0.1 answers, 127.0.0.2 refuses, 127.0.0.3 is deaf
    QTest::addColumn<bool>("good");
    QTest::addColumn<int>("within");
    QTest::newRow("the only one") << QStringList{u"127.0.0.1"_s} << true << 250;
    QTest::newRow("after a refusal") << QStringList{u"127.0.0.2"_s, u"127.0.0.1"_s} << true << 250;
    QTest::newRow("after a deaf one") << QStringList{u"127.0.0.3"_s, u"127.0.0.1"_s} << true << 1000;
    QTest::newRow("after two deaf ones")
        << QStringList{u"127.0.0.3"_s, u"127.0.0.3"_s, u"127.0.0.1"_s} << true << 1500;
    QTest::newRow("of another family")
        << QStringList{u"::1"_s, u"127.0.0.3"_s, u"127.0.0.1"_s} << true << 1000;
    QTest::newRow("all refuse") << QStringList{u"127.0.0.2"_s, u"127.0.0.2"_s} << false << 250;
    QTest::newRow("none") << QStringList{} << false << 250;
}

void TestClientTimeouts::triesAllAddresses()
{
    QFETCH(QStringList, addresses);
    QFETCH(bool, good);
    QFETCH(int, within);
    // The three share a port; a server that is bound to the deaf one's address is needed there only.
    DeafServer deaf(QHostAddress(u"127.0.0.3"_s));
    RawServer server(RawServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    server.close();
    if (!server.listen(QHostAddress::LocalHost, deaf.port()))
        QSKIP("The port is taken by somebody else.");
    ClientOptions options;
    options.connect = 5s;
    options.resolve = resolvingTo(addresses);
    ClientUnderTest under(options);
    QElapsedTimer watch;
    watch.start();
    Outcome outcome(under.client.start(get(originAt(deaf.port(), u"upstream.example"_s))));
    QVERIFY(outcome.wait());
    QCOMPARE(!outcome.error, good);
    QVERIFY2(watch.elapsed() < within, qPrintable(QString::number(watch.elapsed())));
    if (!good)
        QVERIFY2(outcome.error->code == ErrorCode::Unreachable &&
                     outcome.message().contains(addresses.value(0, u"no such name"_s)),
                 qPrintable(outcome.message()));
}

void TestClientTimeouts::takesTurnsBetweenFamilies()
{
    const auto addresses = [](const QStringList &texts) {
        QList<QHostAddress> list;
        for (const QString &text : texts)
            list.append(QHostAddress(text));
        return list;
    };
    QCOMPARE(interleaved(addresses({u"::1"_s, u"::2"_s, u"::3"_s, u"10.0.0.1"_s, u"10.0.0.2"_s})),
             addresses({u"::1"_s, u"10.0.0.1"_s, u"::2"_s, u"10.0.0.2"_s, u"::3"_s}));
    QCOMPARE(interleaved(addresses({u"10.0.0.1"_s, u"::1"_s})), addresses({u"10.0.0.1"_s, u"::1"_s}));
    QVERIFY(interleaved({}).isEmpty());
}

QTEST_GUILESS_MAIN(TestClientTimeouts)
#include "tst_clienttimeouts.moc"

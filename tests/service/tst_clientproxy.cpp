// SPDX-License-Identifier: GPL-3.0-or-later
#include "clientfixture.h"
#include "fakeproxy.h"
#include "rawserver.h"
#include "service/http/proxydialogue.h"
#include "tlsfixture.h"

#include <QSslServer>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

// Upstreams behind an outbound proxy of either kind, what is said when it does not help, and which upstreams are
// reached through which.
class TestClientProxy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leadsThroughAProxy_data();
    void leadsThroughAProxy();
    void leadsTlsThroughAProxy_data();
    void leadsTlsThroughAProxy();
    void saysWhyAProxyDoesNotHelp_data();
    void saysWhyAProxyDoesNotHelp();
    void speaksToTheProxy_data();
    void speaksToTheProxy();
    void readsWhatTheProxySays_data();
    void readsWhatTheProxySays();
    void choosesTheProxy_data();
    void choosesTheProxy();
};

namespace
{

const QByteArray good("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

void bothKinds()
{
    QTest::addColumn<FakeProxy::Kind>("kind");
    QTest::newRow("HTTP CONNECT") << FakeProxy::Kind::HttpConnect;
    QTest::newRow("SOCKS 5") << FakeProxy::Kind::Socks5;
}

// Names are for the proxy to resolve: here it would be a mistake.
Resolver onlyLiterals()
{
    return [](const QString &host, QObject *context, auto found) {
        if (QHostAddress(host).isNull())
            qFatal("asked for %s", qPrintable(host));
        systemResolver()(host, context, found);
    };
}

}

void TestClientProxy::leadsThroughAProxy_data()
{
    bothKinds();
}

void TestClientProxy::leadsThroughAProxy()
{
    QFETCH(FakeProxy::Kind, kind);
    FakeProxy proxy(kind);
    proxy.user = "me";
    proxy.password = "p@ss:wörd";
    RawServer server(RawServer::answering(good));
    ClientOptions options;
    options.resolve = onlyLiterals();
    options.proxies.forHttp = proxy.url(u"me"_s, u"p@ss:wörd"_s);
    ClientUnderTest under(options);
    for (int i = 0; i < 2; ++i) {
        Outcome outcome(under.client.start(post(originAt(server.serverPort(), u"upstream.example"_s))));
        QVERIFY(outcome.wait());
        QVERIFY2(!outcome.error, qPrintable(outcome.message()));
        QCOMPARE(outcome.body, QByteArray("ok"));
    }
    QCOMPARE(proxy.asked, {"upstream.example:" + QByteArray::number(server.serverPort())});
    QCOMPARE(proxy.logins, 1);
}

void TestClientProxy::leadsTlsThroughAProxy_data()
{
    bothKinds();
}

void TestClientProxy::leadsTlsThroughAProxy()
{
    QFETCH(FakeProxy::Kind, kind);
    FakeProxy proxy(kind);
    QSslServer server;
    server.setSslConfiguration(tlsServerConfiguration());
    connect(&server, &QTcpServer::pendingConnectionAvailable, this, [&] {
        QTcpSocket *socket = server.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket] {
            if (socket->readAll().contains("Proxy"))
                socket->abort();
            else
                socket->write(good);
        });
    });
    QVERIFY(server.listen(QHostAddress::LocalHost));
    ClientOptions options;
    options.privateAuthorities = {QSslCertificate(tlsFixture(u"authority.pem"_s))};
    ClientUnderTest under(options);
    UpstreamRequest request = post(QUrl(u"https://localhost:%1"_s.arg(server.serverPort())));
    request.route = {true, proxy.url()};
    Outcome outcome(under.client.start(request));
    QVERIFY(outcome.wait());
    QVERIFY2(!outcome.error, qPrintable(outcome.message()));
    QCOMPARE(outcome.body, QByteArray("ok"));
    QCOMPARE(proxy.asked, {"localhost:" + QByteArray::number(server.serverPort())});
}

void TestClientProxy::saysWhyAProxyDoesNotHelp_data()
{
    QTest::addColumn<FakeProxy::Kind>("kind");
    QTest::addColumn<QString>("user"); // that we give; the proxy wants «me»
    QTest::addColumn<QByteArray>("refusal");
    QTest::addColumn<QString>("words");
    const FakeProxy::Kind http = FakeProxy::Kind::HttpConnect;
    const FakeProxy::Kind socks = FakeProxy::Kind::Socks5;
    QTest::newRow("HTTP: no login") << http << QString() << QByteArray() << u"asks for a user"_s;
    QTest::newRow("HTTP: wrong login") << http << u"you"_s << QByteArray() << u"refused the user"_s;
    QTest::newRow("HTTP: forbidden") << http << u"me"_s << QByteArray("HTTP/1.1 403 Forbidden\r\n\r\n")
                                     << u"status 403"_s;
    QTest::newRow("HTTP: something else")
        << http << u"me"_s << QByteArray("220 mail.example ESMTP\r\n\r\n") << u"no HTTP proxy"_s;
    QTest::newRow("SOCKS: no login") << socks << QString() << QByteArray() << u"asks for a user"_s;
    QTest::newRow("SOCKS: wrong login") << socks << u"you"_s << QByteArray() << u"refused the user"_s;
    QTest::newRow("SOCKS: rules") << socks << u"me"_s << QByteArray("\x05\x02\x00\x01\0\0\0\0\0\0", 10)
                                  << u"its rules forbid it"_s;
    QTest::newRow("SOCKS: unreachable")
        << socks << u"me"_s << QByteArray("\x05\x04\x00\x01\0\0\0\0\0\0", 10) << u"the host is unreachable"_s;
}

void TestClientProxy::saysWhyAProxyDoesNotHelp()
{
    QFETCH(FakeProxy::Kind, kind);
    QFETCH(QString, user);
    QFETCH(QByteArray, refusal);
    QFETCH(QString, words);
    FakeProxy proxy(kind);
    proxy.user = "me";
    proxy.password = "hidden";
    proxy.refusal = refusal;
    ClientUnderTest under;
    UpstreamRequest request = post(originAt(80, u"upstream.example"_s));
    request.route.proxy = proxy.url(user, user.isEmpty() ? QString() : u"hidden"_s);
    Outcome outcome(under.client.start(request));
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error);
    QVERIFY(outcome.error->code == ErrorCode::Unreachable);
    QVERIFY2(outcome.message().contains(words), qPrintable(outcome.message()));
    QVERIFY(outcome.message().contains(u"upstream.example"_s) && outcome.message().contains(u"proxy"_s));
    QVERIFY(!outcome.message().contains(u"hidden"_s));
}

void TestClientProxy::speaksToTheProxy_data()
{
    QTest::addColumn<QString>("proxy");
    QTest::addColumn<QString>("host");
    QTest::addColumn<QList<QByteArray>>("turns"); // ours and its in turn
    const QByteArray granted("\x05\x00\x00\x03\x01x\x00\x50", 8);
    QTest::newRow("CONNECT") << u"http://p:1"_s << u"h.example"_s
                             << QList<QByteArray>{
                                    "CONNECT h.example:443 HTTP/1.1\r\nHost: h.example:443\r\n\r\n",
                                    "HTTP/1.1 200 \r\n\r\n"};
    QTest::newRow("CONNECT, IPv6") << u"http://p:1"_s << u"::1"_s
                                   << QList<QByteArray>{
                                          "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n",
                                          "HTTP/1.0 204 y\r\nA: b\r\n\r\n"};
    QTest::newRow("SOCKS, name") << u"socks5://p:1"_s << u"h.example"_s
                                 << QList<QByteArray>{
                                        QByteArray("\x05\x01\x00", 3), QByteArray("\x05\x00", 2),
                                        QByteArray("\x05\x01\x00\x03\x09h.example\x01\xbb", 16), granted};
    QTest::newRow("SOCKS, IPv4") << u"socks5://p:1"_s << u"10.0.0.9"_s
                                 << QList<QByteArray>{
                                        QByteArray("\x05\x01\x00", 3), QByteArray("\x05\x00", 2),
                                        QByteArray("\x05\x01\x00\x01\x0a\x00\x00\x09\x01\xbb", 10),
                                        QByteArray("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10)};
    QTest::newRow("SOCKS, IPv6") << u"socks5://p:1"_s << u"::1"_s
                                 << QList<QByteArray>{
                                        QByteArray("\x05\x01\x00", 3), QByteArray("\x05\x00", 2),
                                        QByteArray("\x05\x01\x00\x04", 4) + QByteArray(15, '\0') +
                                            QByteArray("\x01\x01\xbb", 3),
                                        QByteArray("\x05\x00\x00\x04", 4) + QByteArray(18, '\0')};
    QTest::newRow("SOCKS, login") << u"socks5://me:pw@p:1"_s << u"h.example"_s
                                  << QList<QByteArray>{
                                         QByteArray("\x05\x02\x00\x02", 4),
                                         QByteArray("\x05\x02", 2),
                                         QByteArray("\x01\x02me\x02pw", 7),
                                         QByteArray("\x01\x00", 2),
                                         QByteArray("\x05\x01\x00\x03\x09h.example\x01\xbb", 16),
                                         granted};
}

void TestClientProxy::speaksToTheProxy()
{
    QFETCH(QString, proxy);
    QFETCH(QString, host);
    QFETCH(QList<QByteArray>, turns);
    ProxyDialogue dialogue(QUrl(proxy), host, 443);
    for (qsizetype turn = 0; turn < turns.size(); turn += 2) {
        QVERIFY(dialogue.state() == ProxyDialogue::State::Talking);
        QCOMPARE(dialogue.takeOutput().toHex(), turns.at(turn).toHex());
        for (const char byte : turns.at(turn + 1)) {
            QVERIFY(dialogue.state() == ProxyDialogue::State::Talking);
            dialogue.feed(QByteArrayView(&byte, 1));
        }
    }
    QVERIFY2(dialogue.state() == ProxyDialogue::State::Open, qPrintable(dialogue.fault()));
}

void TestClientProxy::readsWhatTheProxySays_data()
{
    QTest::addColumn<QString>("proxy");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("fault");
    const QString http = u"http://p:1"_s;
    const QString socks = u"socks5://p:1"_s;
    QTest::newRow("more than its answer") << http << QByteArray("HTTP/1.1 200 OK\r\n\r\nx") << u"more than"_s;
    QTest::newRow("endless head") << http << QByteArray("HTTP/1.1 200 OK\r\nA: ") + QByteArray(20'000, 'x')
                                  << u"too long"_s;
    QTest::newRow("redirect") << http << QByteArray("HTTP/1.1 302 Found\r\n\r\n") << u"status 302"_s;
    QTest::newRow("no status") << http << QByteArray("HTTP/1.1 abc\r\n\r\n") << u"no HTTP proxy"_s;
    QTest::newRow("SOCKS 4") << socks << QByteArray("\x04\x00", 2) << u"no SOCKS 5"_s;
    QTest::newRow("no method") << socks << QByteArray("\x05\xff", 2) << u"asks for a user"_s;
    QTest::newRow("unknown reply") << socks << QByteArray("\x05\x00\x05\x63\x00\x01\x00", 7) << u"unknown"_s;
    QTest::newRow("unknown kind of address")
        << socks << QByteArray("\x05\x00\x05\x00\x00\x09\x00", 7) << u"unknown"_s;
    QTest::newRow("more than its reply")
        << socks << QByteArray("\x05\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00!", 13) << u"more than"_s;
}

void TestClientProxy::readsWhatTheProxySays()
{
    QFETCH(QString, proxy);
    QFETCH(QByteArray, answer);
    QFETCH(QString, fault);
    ProxyDialogue dialogue(QUrl(proxy), u"h.example"_s, 443);
    dialogue.feed(answer);
    QVERIFY(dialogue.state() == ProxyDialogue::State::Failed);
    QVERIFY2(dialogue.fault().contains(fault), qPrintable(dialogue.fault()));
}

void TestClientProxy::choosesTheProxy_data()
{
    QTest::addColumn<QString>("origin");
    QTest::addColumn<QString>("own"); // of the provider; «-»: not set
    QTest::addColumn<QString>("expected");
    const QString web = u"http://web:1"_s;
    const QString tls = u"http://tls:1"_s;
    QTest::newRow("http") << u"http://a.example"_s << u"-"_s << web;
    QTest::newRow("https") << u"https://a.example"_s << u"-"_s << tls;
    QTest::newRow("exact exception") << u"https://in.example"_s << u"-"_s << QString();
    QTest::newRow("below an exception") << u"https://deep.in.example"_s << u"-"_s << QString();
    QTest::newRow("only the same end") << u"https://plugin.example"_s << u"-"_s << tls;
    QTest::newRow("dotted exception") << u"https://x.corp.example"_s << u"-"_s << QString();
    QTest::newRow("with a port") << u"https://ported.example:8443"_s << u"-"_s << QString();
    QTest::newRow("case") << u"https://IN.Example"_s << u"-"_s << QString();
    QTest::newRow("root dot") << u"https://in.example."_s << u"-"_s << QString();
    QTest::newRow("address") << u"http://10.0.0.7"_s << u"-"_s << QString();
    QTest::newRow("IPv6 address") << u"http://[fd00::1]:80"_s << u"-"_s << QString();
    QTest::newRow("another address") << u"http://10.0.0.70"_s << u"-"_s << web;
    QTest::newRow("loopback") << u"http://127.0.0.1:8000"_s << u"-"_s << QString();
    QTest::newRow("loopback by name") << u"http://localhost"_s << u"-"_s << QString();
    QTest::newRow("IPv6 loopback") << u"http://[::1]"_s << u"-"_s << QString();
    QTest::newRow("its own") << u"https://a.example"_s << u"socks5://own:2"_s << u"socks5://own:2"_s;
    QTest::newRow("its own, exception")
        << u"https://in.example"_s << u"socks5://own:2"_s << u"socks5://own:2"_s;
    QTest::newRow("its own, loopback") << u"http://127.0.0.1"_s << u"http://own:2"_s << u"http://own:2"_s;
    QTest::newRow("none of its own") << u"https://a.example"_s << QString() << QString();
}

void TestClientProxy::choosesTheProxy()
{
    QFETCH(QString, origin);
    QFETCH(QString, own);
    QFETCH(QString, expected);
    const ProxyRules rules{
        QUrl(u"http://web:1"_s), QUrl(u"http://tls:1"_s),
        splitNoProxy(u"in.example, .corp.example *.x.example,ported.example:8443,10.0.0.7,[fd00::1]"_s)};
    UpstreamRoute route;
    if (own != u"-"_s)
        route.proxy = QUrl(own);
    QCOMPARE(rules.proxyFor(QUrl(origin), route).toString(), expected);
    const ProxyRules none{rules.forHttp, rules.forHttps, splitNoProxy(u"a.b *"_s)};
    QCOMPARE(none.proxyFor(QUrl(origin), route), route.proxy.value_or(QUrl()));
}

QTEST_GUILESS_MAIN(TestClientProxy)
#include "tst_clientproxy.moc"

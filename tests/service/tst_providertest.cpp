// SPDX-License-Identifier: GPL-3.0-or-later
#include "clientfixture.h"
#include "fakeproxy.h"
#include "rawserver.h"
#include "service/proxy/providertest.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

// The test of a provider in stages, as an operator reads it.
class TestProviderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesTheWholeWay();
    void goesThroughAProxy();
    void opensAConnectionEachTime();
    void stopsAtTheFirstFault_data();
    void stopsAtTheFirstFault();
};

namespace
{

const QByteArray
    models("HTTP/1.1 200 OK\r\nContent-Length: 33\r\n\r\n{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}  ");

StoredProvider providerAt(quint16 port, const QString &host = u"127.0.0.1"_s)
{
    StoredProvider stored;
    stored.provider.id = ProviderId{u"prv_a"_s};
    stored.provider.baseUrl = QUrl(u"http://%1:%2/v1"_s.arg(host).arg(port));
    stored.secret = "sk-hidden";
    return stored;
}

ProviderTest tested(const StoredProvider &provider, Client &client)
{
    ProviderTester tester(provider, client, nullptr);
    QSignalSpy finished(&tester, &ProviderTester::finished);
    tester.start();
    if (finished.isEmpty() && !finished.wait())
        qFatal("the test does not end");
    return tester.result();
}

QStringList names(const ProviderTest &test)
{
    QStringList list;
    for (const ProviderTestStep &step : test.steps)
        list.append(step.name);
    return list;
}

}

void TestProviderTest::goesTheWholeWay()
{
    RawServer server(RawServer::answering(models));
    ClientUnderTest under;
    const ProviderTest test = tested(providerAt(server.serverPort()), under.client);
    QVERIFY(test.good);
    QCOMPARE(names(test), (QStringList{u"address"_s, u"connect"_s, u"models"_s}));
    QCOMPARE(test.steps.last().detail, u"2"_s);
}

void TestProviderTest::goesThroughAProxy()
{
    RawServer server(RawServer::answering(models));
    FakeProxy proxy(FakeProxy::Kind::Socks5);
    ClientUnderTest under;
    StoredProvider stored = providerAt(server.serverPort(), u"only.the.proxy.knows.example"_s);
    stored.proxy = proxy.url();
    const ProviderTest test = tested(stored, under.client);
    QVERIFY2(test.good, qPrintable(test.steps.last().detail));
    QVERIFY(test.steps.first().detail.startsWith(u"127.0.0.1: "_s));
    QCOMPARE(proxy.asked.size(), 1);
}

void TestProviderTest::opensAConnectionEachTime()
{
    RawServer server(RawServer::answering(models));
    ClientUnderTest under;
    for (size_t i = 1; i <= 2; ++i) {
        QVERIFY(tested(providerAt(server.serverPort()), under.client).good);
        QCOMPARE(server.peers().size(), i);
    }
}

void TestProviderTest::stopsAtTheFirstFault_data()
{
    QTest::addColumn<QString>("step");
    QTest::newRow("secret") << u"secret"_s;
    QTest::newRow("proxy") << u"proxy"_s;
    QTest::newRow("connect") << u"connect"_s;
    QTest::newRow("models") << u"models"_s;
}

void TestProviderTest::stopsAtTheFirstFault()
{
    QFETCH(QString, step);
    RawServer server(RawServer::answering("HTTP/1.1 401 Unauthorized\r\nContent-Length: 35\r\n\r\n"
                                          "{\"error\":{\"message\":\"no such key.\"}}"));
    StoredProvider stored = providerAt(server.serverPort());
    if (step == u"secret"_s)
        stored.secretFault = u"enter it again"_s;
    else if (step == u"proxy"_s)
        stored.proxyFault = u"enter it again"_s;
    else if (step == u"connect"_s)
        server.close();
    ClientUnderTest under;
    const ProviderTest test = tested(stored, under.client);
    QVERIFY(!test.good);
    QCOMPARE(test.steps.last().name, step);
    QVERIFY(!test.steps.last().good && !test.steps.last().detail.isEmpty());
    for (const ProviderTestStep &one : test.steps)
        QVERIFY(!one.detail.contains(u"hidden"_s));
}

QTEST_GUILESS_MAIN(TestProviderTest)
#include "tst_providertest.moc"

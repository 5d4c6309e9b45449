// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeupstream.h"
#include "runningservice.h"
#include "service/http/listener.h"
#include "shared/health.h"

#include <QJsonDocument>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

// The admin API on a listener of its own, and where the service listens at all.
class TestAdminListen : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsOperatorsAndHoldersApart_data();
    void keepsOperatorsAndHoldersApart();
    void letsAKeySeeItself();
    void servesManyRequestsOfOneOperator();
    void drainsWithTheRest();
    void refusesATakenPort();
    void saysWhetherAdminTokensTravelInClear_data();
    void saysWhetherAdminTokensTravelInClear();
    void listensOn_data();
    void listensOn();
};

static const QHash<QString, QString> apart{{u"ADMIN_LISTEN"_s, u"0"_s}};

void TestAdminListen::keepsOperatorsAndHoldersApart_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("forHolders"); // with the admin token
    QTest::addColumn<int>("forOperators");
    QTest::newRow("keys") << QByteArray("/admin/keys") << 404 << 200;
    QTest::newRow("usage") << QByteArray("/admin/usage") << 404 << 200;
    QTest::newRow("health") << QByteArray("/admin/health") << 404 << 200;
    QTest::newRow("metrics") << QByteArray("/metrics") << 404 << 200;
    QTest::newRow("metrics, with a slash") << QByteArray("/metrics/") << 404 << 200;
    QTest::newRow("encoded") << QByteArray("/%61dmin/keys") << 404 << 200;
    QTest::newRow("healthz") << QByteArray("/healthz") << 200 << 200;
    QTest::newRow("a holder's usage") << QByteArray("/v1/usage") << 401 << 401;
    QTest::newRow("its old names") << QByteArray("/quota") << 401 << 401;
    QTest::newRow("nothing") << QByteArray("/nothing") << 404 << 404;
}

void TestAdminListen::keepsOperatorsAndHoldersApart()
{
    QFETCH(QByteArray, target);
    RunningService service(apart);
    QVERIFY(service.adminPort() != service.port());
    const RawAnswer holders = fetch(service.port(), "GET", target, bearer(service.adminToken()));
    QTEST(holders.status, "forHolders");
    QTEST(fetch(service.adminPort(), "GET", target, bearer(service.adminToken())).status, "forOperators");
    if (holders.status != 404)
        return;
    // Nobody can tell it from what was never there, nor try tokens.
    QCOMPARE(holders.body, fetch(service.port(), "GET", "/nothing").body);
    QCOMPARE(fetch(service.port(), "POST", target, bearer("wrong"), "{}").body, holders.body);
}

void TestAdminListen::letsAKeySeeItself()
{
    RunningService service(apart);
    const QByteArray secret = service.createKey();
    QCOMPARE(fetch(service.port(), "GET", "/v1/usage", bearer(secret)).status, 200);
    QCOMPARE(fetch(service.port(), "GET", "/admin/keys", bearer(secret)).status, 404);
    const RawAnswer own = fetch(service.adminPort(), "GET", "/admin/keys", bearer(secret));
    QCOMPARE(own.status, 200);
    QCOMPARE(QJsonDocument::fromJson(own.body).object().value(u"total"_s).toInt(), 1);
    QCOMPARE(fetch(service.adminPort(), "GET", "/admin/health", bearer(secret)).status, 403);
}

void TestAdminListen::servesManyRequestsOfOneOperator()
{
    RunningService service(apart);
    RawClient client(service.adminPort());
    const QByteArray request =
        "GET /admin/keys HTTP/1.1\r\nHost: h\r\n" + bearer(service.adminToken()) + "\r\n";
    client.send(request.repeated(20)); // pipelined
    for (int i = 0; i < 20; ++i)
        QCOMPARE(client.answer().status, 200);
    // Bodies of strangers are bounded.
    const RawAnswer large = fetch(service.adminPort(), "POST", "/admin/keys", bearer(service.adminToken()),
                                  QByteArray(1024 * 1024 + 1, ' '));
    QCOMPARE(large.status, 413);
    const QByteArray metrics = fetch(service.adminPort(), "GET", "/metrics").body;
    QVERIFY(metrics.contains("status=\"413\"} 1") || metrics.contains("413"));
}

void TestAdminListen::drainsWithTheRest()
{
    RunningService service(apart);
    const quint16 adminPort = service.adminPort();
    RawClient idle(adminPort);
    QCOMPARE(ask(idle, "GET", "/healthz").status, 200);
    RawClient busy(adminPort);
    busy.send("POST /admin/keys HTTP/1.1\r\nHost: h\r\n" + bearer(service.adminToken()) +
              "Content-Length: 13\r\n\r\n{\"label\"");
    RawClient other(adminPort); // the server has seen busy's request when it answers this one
    QCOMPARE(ask(other, "GET", "/healthz").status, 200);
    service.service().stop();
    QVERIFY(idle.waitForClose());
    busy.send(":\"a\"}");
    const RawAnswer answer = busy.answer();
    QCOMPARE(answer.status, 200);
    QVERIFY(busy.waitForClose());
    QTRY_VERIFY(service.service().isStopped());
    QCOMPARE(fetch(adminPort, "GET", "/healthz").status, 0);
}

void TestAdminListen::refusesATakenPort()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    const auto listeners = openListeners(u"127.0.0.1"_s, other.serverPort(), 1, u"ADMIN_LISTEN"_s);
    QVERIFY(!listeners);
    const Error &error = listeners.error();
    QCOMPARE(error.field, u"ADMIN_LISTEN"_s);
    QVERIFY2(error.message.contains(u"(pid %1)"_s.arg(::getpid())), qPrintable(error.message));
    QVERIFY2(error.message.endsWith("choose another port with ADMIN_LISTEN."_L1), qPrintable(error.message));
    const auto foreign = openListeners(u"203.0.113.7"_s, 0, 1, u"ADMIN_LISTEN"_s);
    QVERIFY(!foreign);
    QVERIFY2(foreign.error().message.startsWith("ADMIN_LISTEN 203.0.113.7 is no address"_L1),
             qPrintable(foreign.error().message));
}

void TestAdminListen::saysWhetherAdminTokensTravelInClear_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("admin");
    QTest::addColumn<bool>("warned");
    QTest::newRow("on loopback") << u"127.0.0.1"_s << u""_s << false;
    QTest::newRow("on all addresses") << u"0.0.0.0"_s << u""_s << true;
    QTest::newRow("kept on loopback") << u"0.0.0.0"_s << u"0"_s << false;
}

void TestAdminListen::saysWhetherAdminTokensTravelInClear()
{
    QFETCH(QString, host);
    QFETCH(QString, admin);
    QFETCH(bool, warned);
    RunningService service({{u"HOST"_s, host}, {u"ADMIN_LISTEN"_s, admin}});
    const auto health = healthFromJson(service.admin("GET", "/admin/health"));
    QVERIFY(health);
    const auto part = std::find_if(health->parts.begin(), health->parts.end(),
                                   [](const HealthPart &one) { return one.name == "encryption"_L1; });
    QVERIFY(part != health->parts.end());
    QVERIFY(part->state == (warned ? PartState::Warning : PartState::Ok));
    QCOMPARE(part->message.contains("TLS_CERT_FILE"_L1), warned);
}

void TestAdminListen::listensOn_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("four");
    QTest::addColumn<bool>("six");
    QTest::newRow("127.0.0.1") << u"127.0.0.1"_s << true << false;
    QTest::newRow("localhost") << u"localhost"_s << true << false;
    QTest::newRow("0.0.0.0") << u"0.0.0.0"_s << true << false;
    QTest::newRow("::1") << u"::1"_s << false << true;
    QTest::newRow("::") << u"::"_s << true << true;
}

void TestAdminListen::listensOn()
{
    QFETCH(QString, host);
    QFETCH(bool, four);
    QFETCH(bool, six);
    QTcpServer probe;
    if (!probe.listen(QHostAddress::LocalHostIPv6))
        QSKIP("this host has no IPv6");
    RunningService service({{u"HOST"_s, host}, {u"ADMIN_LISTEN"_s, six && !four ? u"[::1]:0"_s : u"0"_s}});
    const auto answers = [](quint16 port, const QHostAddress &address) {
        QTcpSocket socket;
        socket.connectToHost(address, port);
        socket.write("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
        const auto isOver = [&] {
            return socket.bytesAvailable() >= 12 || socket.state() == QAbstractSocket::UnconnectedState;
        };
        return QTest::qWaitFor(isOver) && socket.read(12) == "HTTP/1.1 200";
    };
    QCOMPARE(answers(service.port(), QHostAddress(QHostAddress::LocalHost)), four);
    QCOMPARE(answers(service.port(), QHostAddress(QHostAddress::LocalHostIPv6)), six);
    QVERIFY(answers(service.adminPort(), six && !four ? QHostAddress(QHostAddress::LocalHostIPv6)
                                                      : QHostAddress(QHostAddress::LocalHost)));
    QCOMPARE(service.service().adminUrl().host(), six && !four ? u"::1"_s : u"127.0.0.1"_s);
}

QTEST_GUILESS_MAIN(TestAdminListen)
#include "tst_adminlisten.moc"

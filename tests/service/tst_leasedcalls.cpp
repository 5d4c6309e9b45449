// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeupstream.h"
#include "rawclient.h"
#include "runningservice.h"
#include "service/store/database.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

// Requests whose lease the store cannot promise: they wait, are told why, may leave, and never reach the upstream.
class TestLeasedCalls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void waitsForTheStore();
    void refusesWhileTheStoreDoesNotWrite();
    void keysAreListedWhileTheStoreDoesNotWrite();
    void leaverTakesNothing();
    void uploadWaitsToo();
    void stopsWhileCallsWait();
    void memoryNeedsNoLease();

private:
    // While it lives, nobody else may write to the database.
    struct WriteLock
    {
        explicit WriteLock(const QString &directory)
            : database(std::move(*Database::open({.path = directory + u"/quota.db"_s})))
            , transaction(*database)
            , held(transaction.begin().has_value())
        {}
        std::unique_ptr<Database> database;
        Transaction transaction;
        bool held;
    };
    QByteArray createKey(qint64 amount);
    qint64 valueOf(const QByteArray &secret, const QString &name);
    static QByteArray request(const QByteArray &secret);

    std::unique_ptr<FakeUpstream> m_upstream;
    std::unique_ptr<RunningService> m_service;
};

void TestLeasedCalls::init()
{
    m_service.reset();
    m_upstream = std::make_unique<FakeUpstream>();
    m_service = std::make_unique<RunningService>(
        QHash<QString, QString>{{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(m_upstream->baseUrl())},
                                {u"DEEPSEEK_API_KEY"_s, u"x"_s}});
}

QByteArray TestLeasedCalls::createKey(qint64 amount)
{
    return m_service->createKey(
        {{u"limits"_s, QJsonArray{QJsonObject{
                           {u"unit"_s, u"requests"_s}, {u"window"_s, u"day"_s}, {u"amount"_s, amount}}}}});
}

// As the holder sees it, which is known without the store: what operators see waits for it.
qint64 TestLeasedCalls::valueOf(const QByteArray &secret, const QString &name)
{
    const QJsonObject usage =
        QJsonDocument::fromJson(fetch(m_service->port(), "GET", "/v1/usage", bearer(secret)).body).object();
    if (name == "active"_L1)
        return usage.value(name).toInteger(-1);
    return usage.value(u"limits"_s).toArray().first().toObject().value(name).toInteger(-1);
}

QByteArray TestLeasedCalls::request(const QByteArray &secret)
{
    const QByteArray body = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
           "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

void TestLeasedCalls::waitsForTheStore()
{
    const QByteArray secret = createKey(10);
    auto lock = std::make_unique<WriteLock>(m_service->directory());
    QVERIFY(lock->held);
    RawClient client(m_service->port());
    client.send(request(secret));
    QTRY_COMPARE(valueOf(secret, u"active"_s), 1);
    QCOMPARE(valueOf(secret, u"reserved"_s), 1);
    QCOMPARE(m_upstream->requestCount(), 0);
    lock.reset();
    QCOMPARE(client.answer().status, 200);
    QCOMPARE(valueOf(secret, u"used"_s), 1);
    QCOMPARE(valueOf(secret, u"active"_s), 0);
}

void TestLeasedCalls::refusesWhileTheStoreDoesNotWrite()
{
    const QByteArray secret = createKey(10);
    const QByteArray free = m_service->createKey(
        {{u"label"_s, u"free"_s},
         {u"limits"_s,
          QJsonArray{QJsonObject{{u"unit"_s, u"requests"_s}, {u"window"_s, u"day"_s}, {u"amount"_s, -1}}}}});
    {
        const WriteLock lock(m_service->directory());
        RawClient client(m_service->port());
        client.send(request(secret));
        const RawAnswer refused = client.answer();
        QCOMPARE(refused.status, 503);
        QVERIFY2(refused.body.contains("\"store_unavailable\""), refused.body.constData());
        QVERIFY(!refused.header("Retry-After").isEmpty());
        QCOMPARE(m_upstream->requestCount(), 0);
        // A key that no limit binds is served all the same.
        client.send(request(free));
        QCOMPARE(client.answer().status, 200);
    }
    QTRY_COMPARE(fetch(m_service->port(), "GET", "/healthz").status, 200);
    RawClient client(m_service->port());
    client.send(request(secret));
    QCOMPARE(client.answer().status, 200);
    QCOMPARE(valueOf(secret, u"used"_s), 1); // refusals used nothing
}

// Another program may hold the database for as long as the store waits for it, which is five seconds.
void TestLeasedCalls::keysAreListedWhileTheStoreDoesNotWrite()
{
    const QByteArray free = m_service->createKey(
        {{u"limits"_s,
          QJsonArray{QJsonObject{{u"unit"_s, u"requests"_s}, {u"window"_s, u"day"_s}, {u"amount"_s, -1}}}}});
    const auto daysOf = [this] {
        const QJsonArray keys = m_service->admin("GET", "/admin/keys").value(u"keys"_s).toArray();
        return keys.first().toObject().value(u"last_days"_s).toArray();
    };
    const auto send = [this, &free] {
        RawClient client(m_service->port());
        client.send(request(free));
        QCOMPARE(client.answer().status, 200);
    };
    send();
    QCOMPARE(daysOf().last().toInteger(), 1);
    {
        const WriteLock lock(m_service->directory());
        QVERIFY(lock.held);
        send();
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(daysOf().last().toInteger(), 1); // what is committed
        QVERIFY2(timer.elapsed() < 4'000, qPrintable(QString::number(timer.elapsed())));
    }
    QTRY_COMPARE(daysOf().last().toInteger(), 2);
}

void TestLeasedCalls::leaverTakesNothing()
{
    const QByteArray secret = createKey(1);
    {
        const WriteLock lock(m_service->directory());
        RawClient client(m_service->port());
        client.send(request(secret));
        QTRY_COMPARE(valueOf(secret, u"active"_s), 1);
        client.reset();
        QTRY_COMPARE(valueOf(secret, u"active"_s), 0);
        QCOMPARE(valueOf(secret, u"reserved"_s), 0);
    }
    RawClient client(m_service->port());
    client.send(request(secret));
    QCOMPARE(client.answer().status, 200);
    QCOMPARE(m_upstream->requestCount(), 1);
    QCOMPARE(valueOf(secret, u"used"_s), 1);
}

void TestLeasedCalls::uploadWaitsToo()
{
    const QByteArray secret = createKey(10);
    auto lock = std::make_unique<WriteLock>(m_service->directory());
    RawClient client(m_service->port());
    client.send("POST /v1/files HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
                "Content-Type: application/octet-stream\r\nContent-Length: 10\r\n\r\n01234");
    QTRY_COMPARE(valueOf(secret, u"active"_s), 1);
    QCOMPARE(m_upstream->openConnections(), 0);
    lock.reset();
    client.send("56789");
    QCOMPARE(client.answer().status, 200);
    QCOMPARE(m_upstream->requests().constFirst().body, QByteArray("0123456789"));
}

void TestLeasedCalls::stopsWhileCallsWait()
{
    const QByteArray secret = createKey(3);
    {
        const WriteLock lock(m_service->directory());
        RawClient client(m_service->port());
        client.send(request(secret));
        QTRY_COMPARE(valueOf(secret, u"active"_s), 1);
        m_service->service().stop();
        m_service->service().stop(); // cuts
        QTRY_VERIFY(client.waitForClose());
    }
    m_service->stop();
    QCOMPARE(m_upstream->requestCount(), 0);
    m_service->start();
    QCOMPARE(valueOf(secret, u"used"_s), 0);
    RawClient client(m_service->port());
    for (int request = 0; request < 4; ++request) {
        client.send(TestLeasedCalls::request(secret));
        QCOMPARE(client.answer().status, request < 3 ? 200 : 429);
    }
}

void TestLeasedCalls::memoryNeedsNoLease()
{
    m_service = std::make_unique<RunningService>(
        QHash<QString, QString>{{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(m_upstream->baseUrl())},
                                {u"DEEPSEEK_API_KEY"_s, u"x"_s},
                                {u"DATABASE_URL"_s, u"memory:"_s}});
    const QByteArray secret = createKey(2);
    RawClient client(m_service->port());
    for (const int status : {200, 200, 429}) {
        client.send(request(secret));
        QCOMPARE(client.answer().status, status);
    }
}

QTEST_GUILESS_MAIN(TestLeasedCalls)
#include "tst_leasedcalls.moc"

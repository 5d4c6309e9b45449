// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeupstream.h"
#include "service/http/client.h"

#include <QFile>
#include <QSignalSpy>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslServer>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;
using namespace std::chrono_literals;

// The upstream client alone, against a scripted upstream and a TLS server.
class TestClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsAConnection();
    void replacesAConnectionThatTheUpstreamClosed();
    void neverSendsARequestTwice();
    void closesWhatTheUpstreamSpoilt();
    void timesOut_data();
    void timesOut();
    void saysThatNobodyListens();
    void failsInItsOwnTime();
    void namesThePortItCalls();
    void pausesAndResumes();
    void cancelsWhenDeleted();
    void readsAnAnswerThatEndsWithTheConnection();
    void speaksTls();
    void refusesAnUnknownAuthority();
    void refusesAnotherHost();
};

namespace
{

// What became of one call.
struct Outcome
{
    explicit Outcome(std::unique_ptr<UpstreamCall> started)
        : call(std::move(started))
    {
        QObject::connect(call.get(), &UpstreamCall::data, call.get(),
                         [this](const QByteArray &bytes) { body += bytes; });
        QObject::connect(call.get(), &UpstreamCall::finished, call.get(), [this] { ended = true; });
        QObject::connect(call.get(), &UpstreamCall::failed, call.get(), [this](const Error &fault) {
            error = fault;
            ended = true;
        });
    }
    bool wait(int milliseconds = 10'000)
    {
        return QTest::qWaitFor([this] { return ended; }, milliseconds);
    }

    std::unique_ptr<UpstreamCall> call;
    QByteArray body;
    std::optional<Error> error;
    bool ended = false;
};

UpstreamRequest get(const QUrl &origin, const QByteArray &target = "/v1/models")
{
    return {"GET", origin, target, {}, {}};
}

QUrl originOf(const FakeUpstream &upstream)
{
    return QUrl(QString::fromLatin1(upstream.baseUrl()));
}

QByteArray fixture(const QString &name)
{
    QFile file(QStringLiteral(QUOTA_SOURCE_DIR "/tests/data/tls/") + name);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("missing fixture %s", qPrintable(name));
    return file.readAll();
}

// Answers every connection's first bytes with «secure».
class TlsServer : public QSslServer
{
public:
    explicit TlsServer(const QString &address = u"127.0.0.1"_s)
    {
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificate(QSslCertificate(fixture(u"server.pem"_s)));
        configuration.setPrivateKey(QSslKey(fixture(u"server.key"_s), QSsl::Ec));
        setSslConfiguration(configuration);
        connect(this, &QTcpServer::pendingConnectionAvailable, this, [this] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                socket->readAll();
                socket->write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecure");
            });
        });
        listen(QHostAddress(address));
    }
    QUrl origin() const { return QUrl(u"https://%1:%2"_s.arg(serverAddress().toString()).arg(serverPort())); }
};

QSslConfiguration trusting()
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates({QSslCertificate(fixture(u"authority.pem"_s))});
    return configuration;
}

}

void TestClient::keepsAConnection()
{
    FakeUpstream upstream;
    Client client({});
    for (int i = 0; i < 3; ++i) {
        Outcome outcome(client.start(get(originOf(upstream))));
        QVERIFY(outcome.wait());
        QCOMPARE(outcome.body, FakeUpstream::chatBody());
        QCOMPARE(outcome.call->status(), 200);
    }
    QCOMPARE(upstream.openConnections(), 1);
}

void TestClient::replacesAConnectionThatTheUpstreamClosed()
{
    FakeUpstream upstream;
    Client client({});
    upstream.setAnswer([](const HttpRequest &) {
        Script script = Script::json("{}");
        script.ending = Script::Ending::Close; // although it promised to keep it
        return script;
    });
    for (int i = 0; i < 5; ++i) {
        Outcome outcome(client.start({"POST", originOf(upstream), "/v1/x", {}, "{}"}));
        QVERIFY(outcome.wait());
        QVERIFY2(!outcome.error, qPrintable(outcome.error.value_or(Error()).message));
        QTRY_COMPARE(upstream.openConnections(),
                     0); // the close has been sent: the client must notice by itself
    }
    QCOMPARE(upstream.requestCount(), 5);
}

void TestClient::neverSendsARequestTwice()
{
    FakeUpstream upstream;
    Client client({});
    Outcome first(client.start(get(originOf(upstream))));
    QVERIFY(first.wait());
    upstream.setAnswer([](const HttpRequest &) { return Script{{}, Script::Ending::Close, false}; });
    Outcome second(client.start({"POST", originOf(upstream), "/v1/x", {}, "{}"}));
    QVERIFY(second.wait());
    QVERIFY(second.error);
    QVERIFY(second.error->code == ErrorCode::Unreachable);
    QCOMPARE(upstream.requestCount(), 2);
}

void TestClient::closesWhatTheUpstreamSpoilt()
{
    FakeUpstream upstream;
    Client client({});
    upstream.setAnswer([](const HttpRequest &) {
        Script script = Script::json("{}");
        script.pieces.first() += "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
        return script;
    });
    for (int i = 0; i < 2; ++i) {
        Outcome outcome(client.start(get(originOf(upstream))));
        QVERIFY(outcome.wait());
        QCOMPARE(outcome.body, QByteArray("{}"));
    }
    QTRY_COMPARE(upstream.openConnections(), 0);
}

void TestClient::timesOut_data()
{
    QTest::addColumn<QByteArray>("beginning");
    QTest::newRow("first byte") << QByteArray();
    QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\n");
    QTest::newRow("idle body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
}

void TestClient::timesOut()
{
    QFETCH(QByteArray, beginning);
    FakeUpstream upstream;
    upstream.setAnswer([&](const HttpRequest &) { return Script{{beginning}, Script::Ending::Hang, false}; });
    Client client({5s, 200ms, 200ms});
    Outcome outcome(client.start(get(originOf(upstream))));
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error);
    QVERIFY(outcome.error->code == ErrorCode::TimedOut);
    QTRY_COMPARE(upstream.openConnections(), 0);
}

void TestClient::saysThatNobodyListens()
{
    quint16 port = 0;
    {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        port = server.serverPort();
    }
    Client client({});
    Outcome outcome(client.start(get(QUrl(u"http://127.0.0.1:%1"_s.arg(port)))));
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error);
    QVERIFY(outcome.error->code == ErrorCode::Unreachable);
    QVERIFY(outcome.error->message.contains(QString::number(port)));
}

void TestClient::failsInItsOwnTime()
{
    // The system refuses a broadcast address on the spot; the caller must hear it all the same.
    Client client({});
    Outcome outcome(client.start(get(QUrl(u"http://255.255.255.255"_s))));
    QVERIFY(!outcome.ended);
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error.has_value());
    QVERIFY(outcome.error->code == ErrorCode::Unreachable);
}

void TestClient::namesThePortItCalls()
{
    FakeUpstream upstream;
    Client client({});
    Outcome outcome(client.start(get(originOf(upstream))));
    QVERIFY(outcome.wait());
    QCOMPARE(upstream.requests().constFirst().headers.value("Host").toByteArray(),
             "127.0.0.1:" + QByteArray::number(upstream.port()));
}

void TestClient::pausesAndResumes()
{
    FakeUpstream upstream;
    const QByteArray large(8 * 1024 * 1024, 'x');
    upstream.setAnswer([&](const HttpRequest &) {
        Script script = Script::json(large);
        script.ending = Script::Ending::Close;
        return script;
    });
    Client client({});
    Outcome outcome(client.start(get(originOf(upstream))));
    QSignalSpy data(outcome.call.get(), &UpstreamCall::data);
    QVERIFY(data.wait());
    outcome.call->pause();
    const qsizetype atPause = outcome.body.size();
    QVERIFY(!data.wait(200));
    QCOMPARE(outcome.body.size(), atPause);
    QVERIFY(!outcome.ended);
    outcome.call->resume();
    QVERIFY(outcome.wait());
    QVERIFY(outcome.body == large);
}

void TestClient::cancelsWhenDeleted()
{
    FakeUpstream upstream;
    upstream.setAnswer([](const HttpRequest &) { return Script::hang(); });
    Client client({});
    auto call = client.start(get(originOf(upstream)));
    QTRY_COMPARE(upstream.answering(), 1);
    call.reset();
    QTRY_COMPARE(upstream.cancelled(), 1);
    QTRY_COMPARE(upstream.openConnections(), 0);
}

void TestClient::readsAnAnswerThatEndsWithTheConnection()
{
    FakeUpstream upstream;
    upstream.setAnswer([](const HttpRequest &) {
        return Script{{"HTTP/1.0 200 OK\r\n\r\n", "until ", "the end"}, Script::Ending::Close, false};
    });
    Client client({});
    Outcome outcome(client.start(get(originOf(upstream))));
    QVERIFY(outcome.wait());
    QVERIFY(!outcome.error);
    QCOMPARE(outcome.body, QByteArray("until the end"));
    QCOMPARE(outcome.call->contentLength(), -1);
}

void TestClient::speaksTls()
{
    TlsServer server;
    Client client({});
    client.setTlsConfiguration(trusting());
    for (int i = 0; i < 2; ++i) {
        Outcome outcome(client.start(get(server.origin())));
        QVERIFY(outcome.wait());
        QVERIFY2(!outcome.error, qPrintable(outcome.error.value_or(Error()).message));
        QCOMPARE(outcome.body, QByteArray("secure"));
    }
}

void TestClient::refusesAnUnknownAuthority()
{
    TlsServer server;
    Client client({}); // trusts the system's authorities only
    Outcome outcome(client.start(get(server.origin())));
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error);
    QVERIFY(outcome.error->code == ErrorCode::Unreachable);
    QVERIFY2(outcome.error->message.contains(u"certificate"_s), qPrintable(outcome.error->message));
}

void TestClient::refusesAnotherHost()
{
    TlsServer server(u"127.0.0.2"_s); // the certificate does not name it
    Client client({});
    client.setTlsConfiguration(trusting());
    Outcome outcome(client.start(get(server.origin())));
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error);
    QVERIFY(outcome.error->code == ErrorCode::Unreachable);
    QVERIFY2(outcome.error->message.contains(u"host name"_s), qPrintable(outcome.error->message));
}

QTEST_GUILESS_MAIN(TestClient)
#include "tst_client.moc"

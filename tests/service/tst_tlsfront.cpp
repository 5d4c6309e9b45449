// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeupstream.h"
#include "runningservice.h"
#include "tlsclient.h"
#include "tlsfixture.h"

#include <QFile>
#include <QJsonArray>
#include <QRegularExpression>
#include <QSslCipher>
#include <QTcpServer>
#include <QTest>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

// The service behind a certificate of its own: real handshakes, and everything that can go wrong around them.
class TestTlsFront : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void speaksTls_data();
    void speaksTls();
    void agreesOnAProtocol_data();
    void agreesOnAProtocol();
    void servesTheAdminApiApart();
    void streams();
    void boundsWhatWaitsForASlowReader();
    void uploads();
    void takesACutForWhatItIs_data();
    void takesACutForWhatItIs();
    void tellsWhoSpeaksPlainHttp_data();
    void tellsWhoSpeaksPlainHttp();
    void cutsSlowHandshakes_data();
    void cutsSlowHandshakes();
    void tellsWhoIsTooMuch();
    void changesItsCertificateWhileItRuns();
    void keepsItsCertificateWhenTheNewOneIsBad();
    void drains();

private:
    void install(const QString &certificate, const QString &key);
    QHash<QString, QString> settings(QHash<QString, QString> more = {}) const;

    std::unique_ptr<QTemporaryDir> m_files;
};

static const QByteArray chat = R"({"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]})";

void TestTlsFront::init()
{
    m_files = std::make_unique<QTemporaryDir>();
    install(u"server.pem"_s, u"server.key"_s);
}

void TestTlsFront::install(const QString &certificate, const QString &key)
{
    for (const auto &[name, content] : {std::pair(u"cert.pem"_s, certificate), {u"key.pem"_s, key}}) {
        QFile file(m_files->filePath(name));
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate))
            qFatal("cannot write %s", qPrintable(name));
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        file.write(tlsFixture(content));
    }
}

QHash<QString, QString> TestTlsFront::settings(QHash<QString, QString> more) const
{
    more.insert(u"TLS_CERT_FILE"_s, m_files->filePath(u"cert.pem"_s));
    more.insert(u"TLS_KEY_FILE"_s, m_files->filePath(u"key.pem"_s));
    more.insert(u"DAILY_REQ_LIMIT"_s, u"-1"_s);
    return more;
}

static QByteArray post(const QByteArray &secret, const QByteArray &body)
{
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
           "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

void TestTlsFront::speaksTls_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("authority");
    QTest::newRow("EC") << u"server"_s << u"authority.pem"_s;
    QTest::newRow("RSA, by way of an intermediate") << u"chain"_s << u"root.pem"_s;
}

void TestTlsFront::speaksTls()
{
    QFETCH(QString, name);
    QFETCH(QString, authority);
    install(name + u".pem"_s, name + u".key"_s);
    RunningService service(settings());
    QCOMPARE(service.service().url().scheme(), u"https"_s);
    TlsClient client(service.port(), trusting(authority));
    QVERIFY2(client.tls().isEncrypted(), qPrintable(client.tls().errorString()));
    QVERIFY(client.tls().sessionProtocol() >= QSsl::TlsV1_2);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(ask(client, "GET", "/healthz").status, 200);
    TlsClient stranger(service.port(), QSslConfiguration::defaultConfiguration());
    QVERIFY(!stranger.tls().isEncrypted());
    QVERIFY(client.tls().isEncrypted());
}

void TestTlsFront::agreesOnAProtocol_data()
{
    QTest::addColumn<QByteArrayList>("offered");
    QTest::addColumn<QByteArray>("agreed");
    QTest::newRow("none") << QByteArrayList() << QByteArray();
    QTest::newRow("HTTP/1.1") << QByteArrayList{"http/1.1"} << QByteArray("http/1.1");
    QTest::newRow("HTTP/1.0") << QByteArrayList{"http/1.0"} << QByteArray("http/1.0"); // curl --http1.0
    QTest::newRow("both") << QByteArrayList{"http/1.1", "http/1.0"} << QByteArray("http/1.1");
    QTest::newRow("HTTP/2 or 1.1") << QByteArrayList{"h2", "http/1.1"} << QByteArray("http/1.1");
}

void TestTlsFront::agreesOnAProtocol()
{
    QFETCH(QByteArrayList, offered);
    QFETCH(QByteArray, agreed);
    install(u"server.pem"_s, u"server.key"_s);
    RunningService service(settings());
    QSslConfiguration trusted = trusting(u"authority.pem"_s);
    trusted.setAllowedNextProtocols(offered);
    TlsClient client(service.port(), trusted);
    QVERIFY2(client.tls().isEncrypted(), qPrintable(client.tls().errorString()));
    QCOMPARE(client.tls().sslConfiguration().nextNegotiatedProtocol(), agreed);
    QCOMPARE(ask(client, "GET", "/healthz").status, 200);
}

void TestTlsFront::servesTheAdminApiApart()
{
    RunningService service(settings({{u"ADMIN_LISTEN"_s, u"0"_s}}));
    QCOMPARE(service.service().adminUrl().scheme(), u"https"_s);
    const QByteArray secret = service.createKey(); // by way of the admin listener
    QCOMPARE(ask(*service.connectTo(service.port()), "GET", "/v1/usage", bearer(secret)).status, 200);
    QCOMPARE(
        ask(*service.connectTo(service.port()), "GET", "/admin/keys", bearer(service.adminToken())).status,
        404);
    QCOMPARE(fetch(service.adminPort(), "GET", "/admin/keys", bearer(service.adminToken())).status, 400);
    const QJsonObject health = service.admin("GET", "/admin/health");
    const auto parts = health.value(u"parts"_s).toArray();
    QCOMPARE(parts.at(4)[u"name"_s].toString(), u"encryption"_s);
    QCOMPARE(parts.at(4)[u"state"_s].toString(), u"ok"_s);
    QVERIFY(parts.at(4)[u"message"_s].toString().contains("localhost"_L1));
}

void TestTlsFront::streams()
{
    FakeUpstream upstream;
    upstream.setAnswer([](const HttpRequest &) {
        Script script = Script::stream(FakeUpstream::chatEvents(3, false));
        script.paced = true;
        return script;
    });
    RunningService service(settings({{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(upstream.baseUrl())}}));
    const QByteArray secret = service.createKey();
    const auto client = service.connectTo(service.port());
    client->send(post(secret, chat));
    QVERIFY(client->until("\r\n\r\n").contains("200 OK"));
    upstream.release();
    QVERIFY(client->until("word0").contains("word0"));
    // Each event goes out when it comes, though the next one is not there yet.
    upstream.release();
    QVERIFY(client->until("word1").contains("word1"));
    upstream.release(10);
    QVERIFY(client->until("0\r\n\r\n").contains("[DONE]"));
    QCOMPARE(ask(*client, "GET", "/healthz").status, 200);
}

namespace
{

// An upstream that answers one request with as many bytes as it can get rid of, and counts them.
class Flood
{
public:
    explicit Flood(qint64 size)
        : m_size(size)
    {
        m_server.listen(QHostAddress::LocalHost);
        m_server.pauseAccepting();
        m_thread = std::thread([this] { run(int(m_server.socketDescriptor())); });
    }
    ~Flood()
    {
        ::shutdown(int(m_server.socketDescriptor()), SHUT_RDWR);
        m_thread.join();
    }
    QString baseUrl() const { return u"http://127.0.0.1:%1/v1"_s.arg(m_server.serverPort()); }

    std::atomic<qint64> sent = 0;

private:
    void run(int listener)
    {
        pollfd wanted{listener, POLLIN, 0};
        ::poll(&wanted, 1, -1);
        const int peer = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (peer < 0)
            return;
        char head[16 * 1024];
        if (::recv(peer, head, sizeof head, 0) > 0) {
            const QByteArray answer = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                                      "Content-Length: " +
                                      QByteArray::number(m_size) + "\r\n\r\n";
            ::send(peer, answer.constData(), size_t(answer.size()), MSG_NOSIGNAL);
            const QByteArray block(64 * 1024, 'x');
            while (sent < m_size) {
                const ssize_t size = ::send(peer, block.constData(),
                                            size_t(qMin<qint64>(block.size(), m_size - sent)), MSG_NOSIGNAL);
                if (size <= 0)
                    break;
                sent += size;
            }
        }
        ::recv(peer, head, sizeof head, 0);
        ::close(peer);
    }

    const qint64 m_size;
    QTcpServer m_server;
    std::thread m_thread;
};

}

void TestTlsFront::boundsWhatWaitsForASlowReader()
{
    constexpr qint64 size = 120 * 1024 * 1024;
    constexpr qint64 inKernels = 32 * 1024 * 1024; // buffers of four ends, at their largest
    Flood flood(size);
    RunningService service(settings({{u"DEEPSEEK_BASE_URL"_s, flood.baseUrl()}}));
    const QByteArray secret = service.createKey();
    const auto client = std::make_unique<TlsClient>(service.port(), trustingTestAuthority());
    client->tls().setReadBufferSize(64 * 1024);
    client->send(post(secret, chat));
    QTRY_VERIFY(flood.sent > 1024 * 1024); // which nobody has read yet
    qint64 received = 0;
    while (received < size && client->tls().state() == QAbstractSocket::ConnectedState) {
        QVERIFY(QTest::qWaitFor([&] { return client->tls().bytesAvailable() > 0; }, 10'000));
        received += client->tls().read(32 * 1024).size();
        QVERIFY2(flood.sent - received < inKernels, qPrintable(QString::number(flood.sent - received)));
    }
    QVERIFY(received >= size);
}

void TestTlsFront::uploads()
{
    FakeUpstream upstream;
    upstream.setAnswer(
        [](const HttpRequest &request) { return Script::json(QByteArray::number(request.body.size())); });
    RunningService service(settings({{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(upstream.baseUrl())}}));
    const QByteArray secret = service.createKey();
    const QByteArray body = R"({"model":"m","x":")" + QByteArray(5 * 1024 * 1024, 'x') + "\"}";
    const auto client = service.connectTo(service.port());
    const RawAnswer answer = ask(*client, "POST", "/v1/echo", bearer(secret), body);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, QByteArray::number(body.size()));
    // One that is refused is answered though the client sends it all first.
    const RawAnswer large = ask(*service.connectTo(service.port()), "POST", "/v1/echo", bearer(secret),
                                QByteArray(33 * 1024 * 1024, 'x'));
    QCOMPARE(large.status, 413);
}

void TestTlsFront::takesACutForWhatItIs_data()
{
    QTest::addColumn<bool>("reset");
    QTest::newRow("truncated") << false;
    QTest::newRow("reset") << true;
}

void TestTlsFront::takesACutForWhatItIs()
{
    QFETCH(bool, reset);
    FakeUpstream upstream;
    RunningService service(settings({{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(upstream.baseUrl())}}));
    const QByteArray secret = service.createKey({{u"limits"_s, QJsonArray()}, {u"concurrency"_s, 1}});
    const auto client = std::make_unique<TlsClient>(service.port(), trustingTestAuthority());
    client->send(post(secret, chat).chopped(5));
    QTRY_COMPARE(client->tls().encryptedBytesToWrite() + client->tls().bytesToWrite(), 0);
    if (reset) {
        const ::linger atOnce{1, 0};
        ::setsockopt(int(client->tls().socketDescriptor()), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
        client->leave();
    } else {
        ::shutdown(int(client->tls().socketDescriptor()), SHUT_WR); // TCP ends, TLS did not
        QVERIFY(client->waitForClose());
    }
    // The one place of the key is free again, and nothing went upstream.
    const auto next = service.connectTo(service.port());
    const auto isServed = [&] {
        return ask(*next, "POST", "/v1/chat/completions", bearer(secret), chat).status == 200;
    };
    QVERIFY(QTest::qWaitFor(isServed));
    QCOMPARE(upstream.requestCount(), 1);
}

void TestTlsFront::tellsWhoSpeaksPlainHttp_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("request") << QByteArray("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
    QTest::newRow("one letter") << QByteArray("G");
    QTest::newRow("upload") << "POST /v1/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" +
                                   QByteArray(1'000'000, 'x');
    QTest::newRow("noise") << QByteArray(3000, '\0');
}

void TestTlsFront::tellsWhoSpeaksPlainHttp()
{
    QFETCH(QByteArray, bytes);
    RunningService service(settings());
    RawClient client(service.port());
    client.send(bytes);
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 400);
    QVERIFY(answer.whole);
    QVERIFY2(answer.body.contains("write https:// instead of http://"), answer.body.constData());
    QVERIFY(client.waitForClose());
    QCOMPARE(ask(*service.connectTo(service.port()), "GET", "/healthz").status, 200);
}

void TestTlsFront::cutsSlowHandshakes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("silence") << QByteArray();
    QTest::newRow("half a hello") << QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
    QTest::newRow("a hello that is none") << QByteArray("\x16\x03\x01\x00\x05hello", 10);
}

void TestTlsFront::cutsSlowHandshakes()
{
    QFETCH(QByteArray, bytes);
    RunningService service(settings({{u"REQUEST_HEAD_TIMEOUT"_s, u"1"_s}}));
    RawClient client(service.port());
    client.send(bytes);
    QVERIFY(client.waitForClose());
    // After the handshake the time of a head begins anew with its first byte.
    const auto slow = service.connectTo(service.port());
    slow->send("GET /hea");
    QCOMPARE(slow->answer().status, 408);
    QVERIFY(slow->waitForClose());
}

void TestTlsFront::tellsWhoIsTooMuch()
{
    RunningService service(settings({{u"MAX_CONNECTIONS"_s, u"1"_s}, {u"LANES"_s, u"1"_s}}));
    const auto first = service.connectTo(service.port());
    QCOMPARE(ask(*first, "GET", "/healthz").status, 200);
    const auto second = service.connectTo(service.port());
    QCOMPARE(second->answer().status, 503);
    RawClient plain(service.port());
    plain.send("G");
    QCOMPARE(plain.answer().status, 503);
    QCOMPARE(plain.rest(), QByteArray()); // that is all it is told
    QCOMPARE(ask(*first, "GET", "/healthz").status, 200);
}

static QByteArray served(quint16 port)
{
    TlsClient client(port, trusting(u"root.pem"_s));
    return client.tls().peerCertificate().digest(QCryptographicHash::Sha256);
}

static QByteArray digest(const QString &name)
{
    return QSslCertificate(tlsFixture(name)).digest(QCryptographicHash::Sha256);
}

void TestTlsFront::changesItsCertificateWhileItRuns()
{
    RunningService service(settings({{u"LANES"_s, u"4"_s}, {u"ADMIN_LISTEN"_s, u"0"_s}}));
    std::vector<std::unique_ptr<RawClient>> before;
    for (int i = 0; i < 16; ++i) {
        before.push_back(service.connectTo(service.port()));
        QCOMPARE(ask(*before.back(), "GET", "/healthz").status, 200);
    }
    install(u"chain.pem"_s, u"chain.key"_s);
    service.service().reload();
    for (int i = 0; i < 16; ++i) // in every lane
        QCOMPARE(served(service.port()), digest(u"chain.pem"_s));
    QCOMPARE(served(service.adminPort()), digest(u"chain.pem"_s));
    for (const auto &client : before)
        QCOMPARE(ask(*client, "GET", "/healthz").status, 200);
}

void TestTlsFront::keepsItsCertificateWhenTheNewOneIsBad()
{
    RunningService service(settings());
    install(u"chain.pem"_s, u"server.key"_s);
    QTest::ignoreMessage(QtCriticalMsg,
                         QRegularExpression(u"the one before stays in use.*does not belong"_s));
    service.service().reload();
    QCOMPARE(served(service.port()), digest(u"server.pem"_s));
    QCOMPARE(ask(*service.connectTo(service.port()), "GET", "/healthz").status, 200);
}

void TestTlsFront::drains()
{
    FakeUpstream upstream;
    upstream.setAnswer([](const HttpRequest &) {
        Script script = Script::stream(FakeUpstream::chatEvents(2, false));
        script.paced = true;
        return script;
    });
    RunningService service(settings({{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(upstream.baseUrl())}}));
    const QByteArray secret = service.createKey();
    const auto client = service.connectTo(service.port());
    client->send(post(secret, chat));
    QVERIFY(client->until("\r\n\r\n").contains("200 OK"));
    RawClient undecided(service.port()); // has not said a word yet
    service.service().stop();
    upstream.release(10);
    QVERIFY(client->until("0\r\n\r\n").contains("[DONE]"));
    QVERIFY(client->waitForClose());
    QVERIFY(undecided.waitForClose());
    QTRY_VERIFY(service.service().isStopped());
}

QTEST_GUILESS_MAIN(TestTlsFront)
#include "tst_tlsfront.moc"

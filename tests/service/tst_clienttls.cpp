// SPDX-License-Identifier: GPL-3.0-or-later
#include "clientfixture.h"
#include "service/http/upstreamtls.h"
#include "tlsfixture.h"

#include <QPointer>
#include <QProcess>
#include <QRegularExpression>
#include <QSslKey>
#include <QSslServer>
#include <QSslSocket>
#include <QStandardPaths>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

// Upstreams over TLS: who is trusted and who is not, what is said then, and that a session is resumed.
class TestClientTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void speaksTls();
    void namesTheHostInTheHandshake();
    void carriesMuchBothWays();
    void trusts_data();
    void trusts();
    void explainsCertificates_data();
    void explainsCertificates();
    void saysThatItIsNoTls();
    void tellsATruncatedAnswer_data();
    void tellsATruncatedAnswer();
    void noticesACloseWhileIdle();
    void resumesSessions_data();
    void resumesSessions();
};

namespace
{

const QByteArray good("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecure");

// Answers what the test says to every request head.
class TlsServer : public QSslServer
{
public:
    explicit TlsServer(const QByteArray &answer = good, const QString &address = u"127.0.0.1"_s)
    {
        setSslConfiguration(tlsServerConfiguration());
        connect(this, &QTcpServer::pendingConnectionAvailable, this, [this, answer] {
            auto *socket = static_cast<QSslSocket *>(nextPendingConnection());
            sockets.append(socket);
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket, answer] {
                const QByteArray bytes = socket->readAll();
                received += bytes.size();
                m_tail = (m_tail + bytes).right(64);
                if (!m_tail.contains("the end") && !m_tail.startsWith("GET") && !bytes.startsWith("GET"))
                    return;
                m_tail.clear();
                socket->write(answer);
            });
        });
        if (!listen(QHostAddress(address)))
            qFatal("no port");
    }
    QUrl origin(const QString &host = {}) const
    {
        return QUrl(
            u"https://%1:%2"_s.arg(host.isEmpty() ? serverAddress().toString() : host).arg(serverPort()));
    }

    QList<QPointer<QSslSocket>> sockets;
    qint64 received = 0;

private:
    QByteArray m_tail; // of what came
};

ClientOptions withAuthority()
{
    ClientOptions options;
    options.privateAuthorities = {QSslCertificate(tlsFixture(u"authority.pem"_s))};
    return options;
}

UpstreamRequest privately(UpstreamRequest request)
{
    request.route.privateAuthority = true;
    return request;
}

}

void TestClientTls::speaksTls()
{
    TlsServer server;
    ClientUnderTest under(withAuthority());
    for (int i = 0; i < 3; ++i) {
        Outcome outcome(under.client.start(privately(get(server.origin()))));
        QVERIFY(outcome.wait());
        QVERIFY2(!outcome.error, qPrintable(outcome.message()));
        QCOMPARE(outcome.body, QByteArray("secure"));
        QCOMPARE(outcome.connected, 1);
    }
    QCOMPARE(server.sockets.size(), 1);
}

void TestClientTls::namesTheHostInTheHandshake()
{
    // The bytes of the first flight, as they are on the wire, carry the name in clear.
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    ClientOptions options;
    options.resolve = [](const QString &, QObject *context, auto found) {
        QMetaObject::invokeMethod(
            context, [found] { found({QHostAddress(QHostAddress::LocalHost)}, {}); }, Qt::QueuedConnection);
    };
    ClientUnderTest under(options);
    Outcome outcome(
        under.client.start(get(QUrl(u"https://api.upstream.example:%1"_s.arg(server.serverPort())))));
    QTRY_VERIFY(server.hasPendingConnections());
    QTcpSocket *socket = server.nextPendingConnection();
    QTRY_VERIFY(socket->bytesAvailable() > 100);
    const QByteArray hello = socket->readAll();
    QVERIFY(hello.contains("api.upstream.example"));
    QVERIFY(hello.contains("http/1.1"));
    QVERIFY(!hello.contains("h2"));
}

void TestClientTls::carriesMuchBothWays()
{
    const QByteArray large(3 * 1024 * 1024, 'y');
    TlsServer server("HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(large.size()) + "\r\n\r\n" +
                     large);
    ClientUnderTest under(withAuthority());
    UpstreamRequest request = privately(post(server.origin(), {}));
    request.streamedLength = UpstreamRequest::unknownLength;
    Outcome outcome(under.client.start(request));
    const QByteArray piece(100'000, 'x');
    qint64 given = 0;
    const auto give = [&] {
        while (given < 3'000'000 && !outcome.call->congested()) {
            outcome.call->send(piece);
            given += piece.size();
        }
        if (given == 3'000'000) {
            given = 4'000'000; // no more
            outcome.call->send("the end");
            outcome.call->endBody();
        }
    };
    outcome.whenDrained = give;
    give();
    QVERIFY(outcome.wait());
    QVERIFY2(!outcome.error, qPrintable(outcome.message()));
    QVERIFY(outcome.body == large);
    QVERIFY(outcome.drained > 0);
}

void TestClientTls::trusts_data()
{
    QTest::addColumn<QString>("address"); // the server's
    QTest::addColumn<QString>("host");    // that is called
    QTest::addColumn<bool>("privately");
    QTest::addColumn<bool>("hasAuthority");
    QTest::addColumn<QString>("words"); // of the refusal; empty: it is trusted
    const QString home = u"127.0.0.1"_s;
    QTest::newRow("by address") << home << home << true << true << QString();
    QTest::newRow("by name") << home << u"localhost"_s << true << true << QString();
    QTest::newRow("by nobody") << home << home << false << true << u"UPSTREAM_CA_FILE"_s;
    QTest::newRow("no authority given") << home << home << true << false << u"UPSTREAM_CA_FILE"_s;
    QTest::newRow("not for this host")
        << u"127.0.0.2"_s << u"127.0.0.2"_s << true << true << u"does not name"_s;
}

void TestClientTls::trusts()
{
    QFETCH(QString, address);
    QFETCH(QString, host);
    QFETCH(bool, privately);
    QFETCH(bool, hasAuthority);
    QFETCH(QString, words);
    TlsServer server(good, address);
    ClientUnderTest under(hasAuthority ? withAuthority() : ClientOptions());
    UpstreamRequest request = get(server.origin(host));
    request.route.privateAuthority = privately;
    Outcome outcome(under.client.start(request));
    QVERIFY(outcome.wait());
    QVERIFY2(!outcome.error == words.isEmpty(), qPrintable(outcome.message()));
    if (words.isEmpty())
        return;
    QVERIFY(outcome.error->code == ErrorCode::Unreachable);
    QVERIFY2(outcome.message().contains(words) && outcome.message().contains(host),
             qPrintable(outcome.message()));
    QCOMPARE(outcome.connected, 0);
    QCOMPARE(server.received, 0);
}

void TestClientTls::explainsCertificates_data()
{
    QTest::addColumn<QSslError::SslError>("error");
    QTest::addColumn<bool>("privately");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("expired") << QSslError::CertificateExpired << false
                             << QStringList{u"expired on"_s, u"renewed"_s};
    QTest::newRow("too early") << QSslError::CertificateNotYetValid << false
                               << QStringList{u"valid from"_s, u"clock"_s};
    QTest::newRow("host") << QSslError::HostNameMismatch << false
                          << QStringList{u"localhost"_s, u"base URL"_s};
    QTest::newRow("authority, public")
        << QSslError::UnableToGetLocalIssuerCertificate << false
        << QStringList{u"Quota Proxy test authority"_s, u"UPSTREAM_CA_FILE"_s, u"on"_s};
    QTest::newRow("authority, private")
        << QSslError::SelfSignedCertificateInChain << true
        << QStringList{u"Quota Proxy test authority"_s, u"add that authority"_s};
    QTest::newRow("other") << QSslError::InvalidPurpose << false << QStringList{u"refused"_s};
}

void TestClientTls::explainsCertificates()
{
    QFETCH(QSslError::SslError, error);
    QFETCH(bool, privately);
    QFETCH(QStringList, words);
    const Origin origin(QUrl(u"https://api.example"_s), {privately, {}}, {});
    const QString text =
        UpstreamTls::explain(origin, {QSslError(error, QSslCertificate(tlsFixture(u"server.pem"_s)))});
    QVERIFY(text.contains(u"https://api.example:443"_s));
    for (const QString &word : words)
        QVERIFY2(text.contains(word), qPrintable(text));
}

void TestClientTls::saysThatItIsNoTls()
{
    QTcpServer server;
    connect(&server, &QTcpServer::newConnection, this,
            [&] { server.nextPendingConnection()->write("HTTP/1.1 400 Bad Request\r\n\r\n"); });
    QVERIFY(server.listen(QHostAddress::LocalHost));
    ClientUnderTest under;
    Outcome outcome(under.client.start(get(QUrl(u"https://127.0.0.1:%1"_s.arg(server.serverPort())))));
    QVERIFY(outcome.wait());
    QVERIFY(outcome.error);
    QVERIFY(outcome.error->code == ErrorCode::Unreachable);
    QVERIFY2(outcome.message().contains(u"TLS handshake failed"_s), qPrintable(outcome.message()));
}

void TestClientTls::tellsATruncatedAnswer_data()
{
    QTest::addColumn<bool>("goodbye");
    QTest::newRow("goodbye") << true;
    QTest::newRow("cut") << false;
}

void TestClientTls::tellsATruncatedAnswer()
{
    QFETCH(bool, goodbye);
    TlsServer server("HTTP/1.1 200 OK\r\n\r\nuntil the end");
    ClientUnderTest under(withAuthority());
    Outcome outcome(under.client.start(privately(get(server.origin()))));
    QTRY_COMPARE(outcome.body, QByteArray("until the end"));
    if (goodbye)
        server.sockets.first()->disconnectFromHost();
    else
        server.sockets.first()->abort();
    QVERIFY(outcome.wait());
    QCOMPARE(!outcome.error, goodbye);
}

void TestClientTls::noticesACloseWhileIdle()
{
    TlsServer server;
    ClientUnderTest under(withAuthority());
    for (int i = 1; i <= 3; ++i) {
        Outcome outcome(under.client.start(privately(post(server.origin(), "the end"))));
        QVERIFY(outcome.wait());
        QVERIFY2(!outcome.error, qPrintable(outcome.message()));
        QCOMPARE(server.sockets.size(), i);
        server.sockets.last()->abort(); // and no turn of the event loop before the next
    }
}

void TestClientTls::resumesSessions_data()
{
    QTest::addColumn<QString>("version");
    QTest::newRow("TLS 1.3") << u"-tls1_3"_s;
    QTest::newRow("TLS 1.2") << u"-tls1_2"_s;
}

// Qt's own server keeps nothing that could be resumed, so that OpenSSL's has to help out. Its page says whether the
// session is new.
void TestClientTls::resumesSessions()
{
    QFETCH(QString, version);
    const QString program = QStandardPaths::findExecutable(u"openssl"_s);
    if (program.isEmpty())
        QSKIP("There is no openssl program here.");
    QProcess server;
    server.setProcessChannelMode(QProcess::MergedChannels);
    server.start(program,
                 {u"s_server"_s, u"-accept"_s, u"127.0.0.1:0"_s, u"-cert"_s, tlsFixturePath(u"server.pem"_s),
                  u"-key"_s, tlsFixturePath(u"server.key"_s), u"-www"_s, version});
    QByteArray output;
    static const QRegularExpression listening(u"ACCEPT 127\\.0\\.0\\.1:(\\d+)"_s);
    QTRY_VERIFY((output += server.readAll(), QString::fromLatin1(output).contains(listening)));
    const QString port = listening.match(QString::fromLatin1(output)).captured(1);
    ClientUnderTest under(withAuthority());
    for (const QByteArray &expected : {QByteArray("New, "), QByteArray("Reused, "), QByteArray("Reused, ")}) {
        Outcome outcome(under.client.start(privately(get(QUrl(u"https://localhost:"_s + port), "/"))));
        QVERIFY(outcome.wait());
        QVERIFY2(!outcome.error, qPrintable(outcome.message()));
        QVERIFY2(outcome.body.contains(expected), outcome.body.constData());
    }
    // A session that somebody else vouched for is of no use: trust is asked for anew with another route.
    Outcome stranger(under.client.start(get(QUrl(u"https://localhost:"_s + port), "/")));
    QVERIFY(stranger.wait());
    QVERIFY(stranger.error);
    server.kill();
    server.waitForFinished();
}

QTEST_GUILESS_MAIN(TestClientTls)
#include "tst_clienttls.moc"

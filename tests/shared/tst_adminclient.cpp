// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/adminclient.h"

#include <QBuffer>
#include <QJsonDocument>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QtTest>

using namespace quota;
using namespace Qt::StringLiterals;

// Takes one request per connection as text and answers with the bytes that the test gave.
class ScriptedServer : public QTcpServer
{
public:
    ScriptedServer()
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = nextPendingConnection();
            ++m_connections;
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
            connect(socket, &QTcpSocket::disconnected, this, [this] { ++m_left; });
        });
        if (!listen(QHostAddress::LocalHost))
            qFatal("cannot listen: %s", qPrintable(errorString()));
    }

    void answer(int status, const QByteArray &body, const QByteArray &headers = {})
    {
        m_answer = "HTTP/1.1 " + QByteArray::number(status) + " Word\r\nContent-Type: application/json\r\n" +
                   headers + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    }
    void answer(int status, const QJsonObject &body) { answer(status, QJsonDocument(body).toJson()); }
    void answerBytes(const QByteArray &bytes, bool close)
    {
        m_answer = bytes;
        m_close = close;
    }
    void stayMute() { m_mute = true; }

    QUrl url(const QString &path = {}) const
    {
        QUrl url;
        url.setScheme(u"http"_s);
        url.setHost(u"127.0.0.1"_s);
        url.setPort(serverPort());
        url.setPath(path);
        return url;
    }
    const QList<QByteArray> &requests() const { return m_requests; }
    QByteArray request() const { return m_requests.value(0); }
    QByteArray line() const { return request().left(request().indexOf("\r\n")); }
    QByteArray body() const { return request().mid(request().indexOf("\r\n\r\n") + 4); }
    bool has(const QByteArray &name, const QByteArray &value) const { return has(request(), name, value); }
    // The letters of a field's name do not matter: Qt 6.8 writes them all small.
    static bool has(const QByteArray &request, const QByteArray &name, const QByteArray &value)
    {
        for (const QByteArray &line : request.split('\n')) {
            const qsizetype colon = line.indexOf(": ");
            if (line.first(qMax<qsizetype>(colon, 0)).compare(name, Qt::CaseInsensitive) == 0 &&
                line.sliced(colon + 2).trimmed() == value)
                return true;
        }
        return false;
    }
    int left() const { return m_left; }
    int connections() const { return m_connections; }

private:
    void read(QTcpSocket *socket)
    {
        QByteArray &buffer = m_buffers[socket];
        buffer += socket->readAll();
        const qsizetype end = buffer.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        const qsizetype at = buffer.toLower().indexOf("\r\ncontent-length:");
        const qsizetype length =
            at < 0 || at > end
                ? 0
                : buffer.mid(at + 17, buffer.indexOf('\r', at + 2) - at - 17).trimmed().toLongLong();
        if (buffer.size() < end + 4 + length)
            return;
        m_requests.append(std::exchange(buffer, {}));
        if (m_mute)
            return;
        const bool lastOne = has(m_requests.last(), "Connection", "close");
        QByteArray answer = m_answer;
        if (lastOne)
            answer.replace("\r\nContent-Type:", "\r\nConnection: close\r\nContent-Type:");
        socket->write(answer);
        if (m_close || lastOne)
            socket->disconnectFromHost();
    }

    QHash<QTcpSocket *, QByteArray> m_buffers;
    QList<QByteArray> m_requests;
    QByteArray m_answer;
    bool m_close = false;
    bool m_mute = false;
    int m_left = 0;
    int m_connections = 0;
};

template <class T>
static Result<T> wait(const QFuture<Result<T>> &future)
{
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }, 15'000))
        return failure(ErrorCode::Internal, u"the future did not finish"_s);
    return future.result();
}

static KeyOverview sampleKey(const QString &id = u"key_1"_s)
{
    KeyOverview overview;
    overview.key.id = KeyId{id};
    overview.key.prefix = u"sk-"_s;
    overview.key.tail = u"e41f"_s;
    overview.key.createdAt = overview.key.updatedAt = fromMilliseconds(1'000);
    return overview;
}

static QJsonObject answerOf(QJsonObject object, const QString &secret = {})
{
    object[u"success"_s] = true;
    if (!secret.isEmpty())
        object[u"key"_s] = secret;
    return object;
}

// Says how much of it was wanted at a time.
class PatientBuffer : public QIODevice
{
public:
    explicit PatientBuffer(QByteArray bytes)
        : m_bytes(std::move(bytes))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    qint64 size() const override { return m_bytes.size(); }
    qint64 largestRead() const { return m_largest; }

protected:
    qint64 readData(char *data, qint64 maximum) override
    {
        m_largest = qMax(m_largest, maximum);
        const qint64 size = qMin(maximum, m_bytes.size() - pos());
        std::copy_n(m_bytes.constData() + pos(), size, data);
        return size;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    const QByteArray m_bytes;
    qint64 m_largest = 0;
};

static const QString token = u"T0ken-of-the-operator"_s;

class AdminClientTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksForHealthWithoutTheToken()
    {
        ScriptedServer server;
        server.answer(200, QByteArray(R"({"ok":true,"status":"ok","version":"1.2.3"})"));
        AdminClient client(server.url(), token);
        const auto answer = wait(client.healthz());
        QVERIFY2(answer, qPrintable(answer ? QString() : answer.error().message));
        QVERIFY(answer->ok);
        QCOMPARE(answer->version, u"1.2.3"_s);
        QCOMPARE(server.line(), "GET /healthz HTTP/1.1"_ba);
        QVERIFY(!server.request().contains(token.toLatin1()));
    }

    void aServiceThatCannotWriteStillAnswers()
    {
        ScriptedServer server;
        server.answer(503, QByteArray(R"({"ok":false,"status":"store","version":"1"})"));
        AdminClient client(server.url(), token);
        const auto answer = wait(client.healthz());
        QVERIFY(answer);
        QVERIFY(!answer->ok);
    }

    void sendsWhatBelongsToARequest()
    {
        ScriptedServer server;
        server.answer(200, answerOf(toJson(sampleKey())));
        AdminClient client(server.url(u"/behind/proxy/"_s), u" "_s + token + u"\n"_s);
        client.setLanguage(u"zh"_s);
        const auto key = wait(client.key(KeyId{u"key/1 ?#"_s}));
        QVERIFY2(key, qPrintable(key ? QString() : key.error().message));
        QVERIFY(*key == sampleKey());
        QCOMPARE(server.line(), "GET /behind/proxy/admin/keys/key%2F1%20%3F%23 HTTP/1.1"_ba);
        QVERIFY(server.has("Authorization", "Bearer " + token.toLatin1()));
        QVERIFY(server.has("Accept", "application/json"));
        QVERIFY(server.has("Accept-Language", "zh"));
        QVERIFY(server.has("Accept-Encoding", "identity"));
        QVERIFY(!server.line().contains(token.toLatin1()));
        QVERIFY(!client.baseUrl().toString().contains(token));
    }

    void keepsNothingSecretInTheAddress()
    {
        AdminClient client(QUrl(u"http://u:p@h:1/x/?token=abc#f"_s), token);
        QCOMPARE(client.baseUrl(), QUrl(u"http://h:1/x"_s));
    }

    void keepsNoCookies()
    {
        ScriptedServer server;
        server.answer(200, QByteArray(R"({"success":true,"total":0,"providers":[]})"), "Set-Cookie: a=b\r\n");
        AdminClient client(server.url(), token);
        QVERIFY(wait(client.providers()));
        QVERIFY(wait(client.providers()));
        QCOMPARE(server.requests().size(), 2);
        QVERIFY(!server.requests().at(1).toLower().contains("cookie"));
    }

    void routes_data()
    {
        using Ask = std::function<void(AdminClient &)>;
        QTest::addColumn<Ask>("ask");
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("body");
        const KeyId key{u"k"_s};
        const ProviderId provider{u"p"_s};
        NewKey fresh;
        fresh.label = u"密"_s;
        KeyChange change;
        change.clearExpiry = true;
        ProviderChange providerChange;
        providerChange.enabled = false;
        UsageQuery usage;
        usage.to = fromMilliseconds(1);
        QTest::newRow("health") << Ask([](AdminClient &c) { c.health(); }) << "GET /admin/health"_ba
                                << ""_ba;
        QTest::newRow("keys") << Ask([](AdminClient &c) { c.keys({}); })
                              << "GET /admin/keys?sort=-created&limit=100"_ba
                              << ""_ba;
        QTest::newRow("key") << Ask([key](AdminClient &c) { c.key(key); }) << "GET /admin/keys/k"_ba
                             << ""_ba;
        QTest::newRow("create") << Ask([fresh](AdminClient &c) { c.createKeys(fresh); })
                                << "POST /admin/keys"_ba << QByteArray(R"({"count":1,"label":"密"})");
        QTest::newRow("update") << Ask([key, change](AdminClient &c) { c.updateKey(key, change); })
                                << "PATCH /admin/keys/k"_ba << QByteArray(R"({"expires_at":null})");
        QTest::newRow("disable") << Ask([key](AdminClient &c) { c.disableKey(key); })
                                 << "POST /admin/keys/k/disable"_ba
                                 << "{}"_ba;
        QTest::newRow("enable") << Ask([key](AdminClient &c) { c.enableKey(key); })
                                << "POST /admin/keys/k/enable"_ba
                                << "{}"_ba;
        QTest::newRow("rotate") << Ask([key](AdminClient &c) { c.rotateKey(key); })
                                << "POST /admin/keys/k/rotate"_ba
                                << "{}"_ba;
        QTest::newRow("delete") << Ask([key](AdminClient &c) { c.deleteKey(key); })
                                << "DELETE /admin/keys/k"_ba
                                << ""_ba;
        QTest::newRow("restore") << Ask([key](AdminClient &c) { c.restoreKey(key); })
                                 << "POST /admin/keys/k/restore"_ba
                                 << "{}"_ba;
        QTest::newRow("usage") << Ask([usage](AdminClient &c) {
            c.usage(usage);
        }) << "GET /admin/usage?from=1970-01-01T00%3A00%3A00.000Z&to=1970-01-01T00%3A00%3A00.001Z&bucket=day"_ba
                               << ""_ba;
        QTest::newRow("providers") << Ask([](AdminClient &c) { c.providers(); }) << "GET /admin/providers"_ba
                                   << ""_ba;
        QTest::newRow("create provider")
            << Ask([providerChange](AdminClient &c) { c.createProvider(providerChange); })
            << "POST /admin/providers"_ba << QByteArray(R"({"enabled":false})");
        QTest::newRow("update provider")
            << Ask([provider, providerChange](AdminClient &c) { c.updateProvider(provider, providerChange); })
            << "PATCH /admin/providers/p"_ba << QByteArray(R"({"enabled":false})");
        QTest::newRow("delete provider") << Ask([provider](AdminClient &c) { c.deleteProvider(provider); })
                                         << "DELETE /admin/providers/p"_ba
                                         << ""_ba;
        QTest::newRow("test provider") << Ask([provider](AdminClient &c) { c.testProvider(provider); })
                                       << "POST /admin/providers/p/test"_ba
                                       << "{}"_ba;
    }
    void routes()
    {
        QFETCH(std::function<void(AdminClient &)>, ask);
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, body);
        ScriptedServer server;
        server.answer(500, "{}");
        AdminClient client(server.url(), token);
        ask(client);
        QTRY_COMPARE(server.requests().size(), 1);
        QCOMPARE(server.line(), line + " HTTP/1.1");
        QCOMPARE(server.body(), body);
        QCOMPARE(server.has("Content-Type", "application/json"), !body.isEmpty());
        QVERIFY(server.has("Authorization", "Bearer " + token.toLatin1()));
    }

    void readsAPage()
    {
        ScriptedServer server;
        server.answer(200, {{u"success"_s, true},
                            {u"total"_s, 7},
                            {u"count"_s, 1},
                            {u"mode"_s, u"sqlite"_s},
                            {u"keys"_s, QJsonArray{toJson(sampleKey()), toJson(sampleKey(u"key_2"_s))}},
                            {u"pagination"_s, QJsonObject{{u"limit"_s, 2}, {u"next"_s, u"c2"_s}}}});
        AdminClient client(server.url(), token);
        const auto page = wait(client.keys({}));
        QVERIFY(page);
        QCOMPARE(page->total, 7);
        QCOMPARE(page->keys.size(), 2);
        QCOMPARE(page->keys.at(1).key.id.value, u"key_2"_s);
        QCOMPARE(page->mode, u"sqlite"_s);
        QCOMPARE(page->next, u"c2"_s);
        server.answer(
            200, QByteArray(R"({"total":0,"mode":"memory","keys":[],"pagination":{"limit":1,"next":null}})"));
        const auto last = wait(client.keys({}));
        QVERIFY(last);
        QVERIFY(last->next.isEmpty());
    }

    void readsCreatedKeys()
    {
        ScriptedServer server;
        server.answer(200, answerOf(toJson(sampleKey()), u"sk-secret"_s));
        AdminClient client(server.url(), token);
        const auto one = wait(client.createKeys({}));
        QVERIFY(one);
        QCOMPARE(one->size(), 1);
        QCOMPARE(one->first().secret, u"sk-secret"_s);
        QVERIFY(one->first().overview == sampleKey());
        const auto rotated = wait(client.rotateKey(KeyId{u"key_1"_s}));
        QVERIFY(rotated);
        QCOMPARE(rotated->secret, u"sk-secret"_s);
        server.answer(200, {{u"success"_s, true},
                            {u"count"_s, 2},
                            {u"keys"_s, QJsonArray{answerOf(toJson(sampleKey()), u"sk-a"_s),
                                                   answerOf(toJson(sampleKey(u"key_2"_s)), u"sk-b"_s)}}});
        const auto two = wait(client.createKeys({}));
        QVERIFY(two);
        QCOMPARE(two->size(), 2);
        QCOMPARE(two->last().secret, u"sk-b"_s);
        server.answer(200, answerOf(toJson(sampleKey())));
        QCOMPARE(toString(wait(client.createKeys({})).error().code), u"protocol_error"_s);
    }

    void readsTheRest()
    {
        ScriptedServer server;
        AdminClient client(server.url(), token);
        Provider provider;
        provider.id = ProviderId{u"p"_s};
        server.answer(200, answerOf(toJson(provider)));
        QVERIFY(*wait(client.createProvider({})) == provider);
        QVERIFY(*wait(client.updateProvider(provider.id, {})) == provider);
        server.answer(200, {{u"providers"_s, QJsonArray{toJson(provider)}}, {u"total"_s, 1}});
        QCOMPARE(wait(client.providers())->size(), 1);
        server.answer(200, QByteArray(R"({"success":true,"deleted":true})"));
        QVERIFY(*wait(client.deleteProvider(provider.id)));
        server.answer(200, answerOf(toJson(ProviderTest{true, {{u"connect"_s, true, {}, 1}}})));
        QCOMPARE(wait(client.testProvider(provider.id))->steps.size(), 1);
        server.answer(200, answerOf(toJson(UsageReport())));
        QVERIFY(*wait(client.usage({})) == UsageReport());
        server.answer(200, answerOf(toJson(Health())));
        QVERIFY(*wait(client.health()) == Health());
    }

    void refusals_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("field");
        const auto error = [](const QByteArray &code, const QByteArray &param = "null") {
            return "{\"error\":{\"message\":\"Word.\",\"type\":\"t\",\"param\":" + param + ",\"code\":\"" +
                   code + "\"}}";
        };
        QTest::newRow("field") << 400 << error("invalid_field", R"("limits[0].amount")") << u"invalid_field"_s
                               << u"Word."_s << u"limits[0].amount"_s;
        QTest::newRow("word wins over status")
            << 400 << error("version_conflict") << u"version_conflict"_s << u"Word."_s << u""_s;
        QTest::newRow("internal stays internal")
            << 503 << error("internal_error") << u"internal_error"_s << u"Word."_s << u""_s;
        QTest::newRow("401") << 401 << error("missing_token") << u"unauthorized"_s << u"Word."_s << u""_s;
        QTest::newRow("403") << 403 << error("new_word") << u"forbidden"_s << u"Word."_s << u""_s;
        QTest::newRow("404") << 404 << error("new_word") << u"not_found"_s << u"Word."_s << u""_s;
        QTest::newRow("409") << 409 << error("new_word") << u"version_conflict"_s << u"Word."_s << u""_s;
        QTest::newRow("413") << 413 << error("request_too_large") << u"invalid_field"_s << u"Word."_s
                             << u""_s;
        QTest::newRow("429") << 429 << error("new_word") << u"too_many_attempts"_s << u"Word."_s << u""_s;
        QTest::newRow("503") << 503 << error("shutting_down") << u"unavailable"_s << u"Word."_s << u""_s;
        QTest::newRow("500") << 500 << error("new_word") << u"internal_error"_s << u"Word."_s << u""_s;
        const QByteArray html = "<html>nginx</html>";
        QTest::newRow("strange 401") << 401 << html << u"unauthorized"_s << u""_s << u""_s;
        QTest::newRow("strange 403") << 403 << html << u"forbidden"_s << u""_s << u""_s;
        QTest::newRow("strange 404") << 404 << html << u"protocol_error"_s << u""_s << u""_s;
        QTest::newRow("strange 500") << 500 << html << u"protocol_error"_s << u""_s << u""_s;
        QTest::newRow("strange 502") << 502 << html << u"unavailable"_s << u""_s << u""_s;
        QTest::newRow("error is a text")
            << 404 << QByteArray(R"({"error":"gone"})") << u"protocol_error"_s << u""_s << u""_s;
        QTest::newRow("good but not JSON") << 200 << html << u"protocol_error"_s << u""_s << u""_s;
        QTest::newRow("good but empty") << 200 << QByteArray() << u"protocol_error"_s << u""_s << u""_s;
        QTest::newRow("good but another object")
            << 200 << QByteArray("{}") << u"protocol_error"_s << u""_s << u""_s;
        QTest::newRow("good but a bad key inside")
            << 200 << QByteArray(R"({"total":1,"keys":[{"id":1}]})") << u"protocol_error"_s << u""_s << u""_s;
    }
    void refusals()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QString, code);
        QFETCH(QString, message);
        QFETCH(QString, field);
        ScriptedServer server;
        server.answer(status, body, status == 401 ? "WWW-Authenticate: Bearer realm=\"admin\"\r\n" : "");
        AdminClient client(server.url(), token);
        const auto page = wait(client.keys({}));
        QVERIFY(!page);
        QCOMPARE(toString(page.error().code), code);
        if (!message.isEmpty())
            QCOMPARE(page.error().message, message);
        QVERIFY(!page.error().message.isEmpty());
        QVERIFY(!page.error().message.contains(token) && !page.error().detail.contains(token));
        QCOMPARE(page.error().field, field);
        QCOMPARE(server.requests().size(), 1);
    }

    void anotherProgramOnThePortIsNoService()
    {
        ScriptedServer server;
        server.answer(200, QByteArray(R"({"status":"up"})"));
        AdminClient client(server.url(), token);
        QCOMPARE(toString(wait(client.healthz()).error().code), u"protocol_error"_s);
        server.answerBytes("SSH-2.0-OpenSSH_9.2\r\n", true);
        AdminClient other(server.url(), token);
        const auto answer = wait(other.healthz());
        QVERIFY(!answer);
    }

    void redirectsAreNotFollowed()
    {
        ScriptedServer elsewhere;
        elsewhere.answer(200, QByteArray(R"({"ok":true,"version":"1"})"));
        ScriptedServer server;
        server.answer(302, {}, "Location: " + elsewhere.url(u"/admin/keys"_s).toEncoded() + "?secret=1\r\n");
        AdminClient client(server.url(), token);
        const auto page = wait(client.keys({}));
        QVERIFY(!page);
        QCOMPARE(toString(page.error().code), u"protocol_error"_s);
        QVERIFY(page.error().message.contains(QString::number(elsewhere.serverPort())));
        QVERIFY(!page.error().message.contains(u"secret"));
        QCOMPARE(elsewhere.requests().size(), 0);
    }

    void nobodyListens()
    {
        QUrl url;
        {
            ScriptedServer server;
            url = server.url();
        }
        AdminClient client(url, token);
        const auto answer = wait(client.healthz());
        QCOMPARE(toString(answer.error().code), u"unreachable"_s);
        QVERIFY(answer.error().message.contains(url.authority()));
    }

    void anUnknownSchemeIsNamed()
    {
        AdminClient client(QUrl(u"gopher://127.0.0.1/"_s), token);
        QCOMPARE(toString(wait(client.healthz()).error().code), u"invalid_field"_s);
    }

    void aMuteServiceTimesOut()
    {
        ScriptedServer server;
        server.stayMute();
        AdminClient client(server.url(), token);
        client.setTimeout(std::chrono::milliseconds(100));
        QCOMPARE(toString(wait(client.keys({})).error().code), u"timed_out"_s);
        QCOMPARE(server.requests().size(), 1);
    }

    void anAnswerThatBreaksOffIsNotTaken()
    {
        ScriptedServer server;
        server.answerBytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"total\":0", true);
        AdminClient client(server.url(), token);
        QCOMPARE(toString(wait(client.keys({})).error().code), u"unreachable"_s);
    }

    void aPostIsNeverSentTwice()
    {
        ScriptedServer server;
        server.answerBytes({}, true); // takes the request, closes without a word
        AdminClient client(server.url(), token);
        QCOMPARE(toString(wait(client.createKeys({})).error().code), u"unreachable"_s);
        QCOMPARE(toString(wait(client.rotateKey(KeyId{u"k"_s})).error().code), u"unreachable"_s);
        QCOMPARE(server.requests().size(), 2);
    }

    void changesHaveConnectionsOfTheirOwn()
    {
        ScriptedServer server;
        server.answer(200, answerOf(toJson(sampleKey()), u"sk-a"_s));
        AdminClient client(server.url(), token);
        QVERIFY(wait(client.key(KeyId{u"key_1"_s})));
        QVERIFY(wait(client.key(KeyId{u"key_1"_s})));
        QCOMPARE(server.connections(), 1);
        QVERIFY(wait(client.createKeys({})));
        QCOMPARE(server.connections(), 2);
        QVERIFY(server.has(server.requests().last(), "Connection", "close"));
        QVERIFY(wait(client.rotateKey(KeyId{u"key_1"_s})));
        QCOMPARE(server.connections(), 3);
        QCOMPARE(server.requests().size(), 4);
    }

    void hugeAnswersAreRefused_data()
    {
        QTest::addColumn<bool>("announced");
        QTest::newRow("announced") << true;
        QTest::newRow("not announced") << false;
    }
    void hugeAnswersAreRefused()
    {
        QFETCH(bool, announced);
        ScriptedServer server;
        if (announced)
            server.answerBytes("HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n{", false);
        else
            server.answerBytes(
                "HTTP/1.1 200 OK\r\n\r\n" + QByteArray(AdminClient::maximumAnswerBytes + 1, ' '), true);
        AdminClient client(server.url(), token);
        const auto page = wait(client.keys({}));
        QVERIFY(!page);
        QCOMPARE(toString(page.error().code), u"protocol_error"_s);
        QVERIFY2(page.error().message.contains(u"64 MB"), qPrintable(page.error().message));
    }

    void uploadsFromADeviceInPieces()
    {
        ScriptedServer server;
        BackupInfo taken;
        taken.id = u"quota-proxy-20261127T141107Z-foreign.tar.gz"_s;
        taken.kind = BackupKind::Foreign;
        taken.state = BackupState::Good;
        server.answer(201, answerOf(toJson(taken)));
        AdminClient client(server.url(), token);
        QByteArray bytes(3 * 1024 * 1024 + 7, 'b');
        PatientBuffer source(bytes);
        QVERIFY(source.seek(2));
        const auto uploaded = wait(client.uploadBackup(source));
        QVERIFY2(uploaded, qPrintable(uploaded ? QString() : uploaded.error().message));
        QCOMPARE(uploaded->id, taken.id);
        QVERIFY(uploaded->kind == taken.kind);
        // Asked before: whether it would be taken.
        QCOMPARE(server.requests().size(), 2);
        QVERIFY(server.line().startsWith("GET /admin/backups "));
        const QByteArray sent = server.requests().last();
        QVERIFY(sent.startsWith("POST /admin/backups/upload HTTP/1.1\r\n"));
        QVERIFY(server.has(sent, "Content-Type", "application/octet-stream"));
        QVERIFY(server.has(sent, "Authorization", "Bearer " + token.toLatin1()));
        QCOMPARE(sent.size() - sent.indexOf("\r\n\r\n") - 4, bytes.size() - 2);
        QVERIFY2(source.largestRead() <= 64 * 1024, qPrintable(QString::number(source.largestRead())));
    }

    void anUploadThatIsRefusedSaysWhy()
    {
        ScriptedServer server;
        server.answer(413,
                      QByteArray(R"({"error":{"message":"BACKUP_MAX_SIZE","code":"request_too_large"}})"));
        AdminClient client(server.url(), token);
        QBuffer source;
        source.setData("small");
        QVERIFY(source.open(QIODevice::ReadOnly));
        const auto refused = wait(client.uploadBackup(source));
        QVERIFY(!refused);
        QCOMPARE(refused.error().message, u"BACKUP_MAX_SIZE"_s);
        QBuffer closed;
        QCOMPARE(wait(client.uploadBackup(closed)).error().field, u"source"_s);
        QCOMPARE(server.requests().size(), 1);
        // What is too large is not even sent.
        server.answer(200, answerOf({{u"backups"_s, QJsonArray()}, {u"maximum_bytes"_s, 4}}));
        const auto large = wait(client.uploadBackup(source));
        QVERIFY(!large && large.error().message.contains(u"BACKUP_MAX_SIZE"_s));
        QCOMPARE(server.requests().size(), 2);
    }

    void cancelsABackup()
    {
        ScriptedServer server;
        server.answer(200, answerOf({{u"cancelled"_s, true}}));
        AdminClient client(server.url(), token);
        QVERIFY(wait(client.cancelBackup()).value());
        QCOMPARE(server.line(), "POST /admin/backups/cancel HTTP/1.1");
        server.answer(200, answerOf({{u"cancelled"_s, false}}));
        QVERIFY(!wait(client.cancelBackup()).value());
    }

    void deletingCancels()
    {
        ScriptedServer server;
        server.stayMute();
        auto client = std::make_unique<AdminClient>(server.url(), token);
        const auto keys = client->keys({});
        const auto created = client->createKeys({});
        QTRY_COMPARE(server.requests().size(), 2);
        QVERIFY(!keys.isFinished());
        client.reset();
        QVERIFY(keys.isFinished() && created.isFinished());
        QCOMPARE(toString(keys.result().error().code), u"cancelled"_s);
        QCOMPARE(toString(created.result().error().code), u"cancelled"_s);
        QTRY_COMPARE(server.left(), 2);
    }

    void whoWaitsMayDeleteTheClient()
    {
        ScriptedServer server;
        server.answer(200, QByteArray(R"({"ok":true,"version":"1"})"));
        QPointer<AdminClient> client = new AdminClient(server.url(), token, this);
        bool called = false;
        client->healthz().then(this, [&called, client](const Result<ServiceAnswer> &answer) {
            called = answer.has_value();
            delete client.data();
        });
        QTRY_VERIFY(called);
        QVERIFY(!client);
    }

    void refusesBeforeSending()
    {
        ScriptedServer server;
        AdminClient client(server.url(), token);
        QCOMPARE(wait(client.deleteKey(KeyId())).error().field, u"id"_s);
        QCOMPARE(wait(client.deleteProvider(ProviderId())).error().field, u"id"_s);
        AdminClient broken(server.url(), u"one\ntwo"_s);
        const auto page = wait(broken.keys({}));
        QCOMPARE(page.error().field, u"token"_s);
        QVERIFY(!page.error().message.contains(u"two"));
        QCOMPARE(server.requests().size(), 0);
    }
};

QTEST_GUILESS_MAIN(AdminClientTest)
#include "tst_adminclient.moc"

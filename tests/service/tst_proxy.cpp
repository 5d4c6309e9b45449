// SPDX-License-Identifier: GPL-3.0-or-later
#include "compressed.h"
#include "fakeclock.h"
#include "fakeupstream.h"
#include "runningservice.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QScopeGuard>
#include <QTest>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <random>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

// The path of a request through the real service, over sockets: every refusal, every way to end, settled once.
class TestProxy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void refuses_data();
    void refuses();
    void passesAnAnswerUnchanged();
    void passesAnErrorUnchanged();
    void keepsSecretsAndHopsApart();
    void takesTheKeyFromEachHeader_data();
    void takesTheKeyFromEachHeader();
    void streamsEachChunkAtOnce();
    void hidesTheUsageItAskedFor();
    void readsUsageOutOfCompressedAnswers();
    void asksForIdentityWhereItHides();
    void showsTheUsageThatWasAskedFor();
    void cancelsTheUpstreamWhenTheClientLeaves();
    void answersPipelinedRequestsInOrder();
    void endsWhenTheUpstreamFails_data();
    void endsWhenTheUpstreamFails();
    void passesExactlyTheLimit();
    void letsExactlyOneOfManyThrough();
    void freesConcurrency();
    void countsBySuccess();
    void resetsAtMidnight();
    void keepsTheBooksAcrossARestart();
    void pausesAFloodForASlowReader();
    void survivesClientsThatLeaveAtRandom();
    void holdsKeysToTheirModels_data();
    void holdsKeysToTheirModels();
    void saysWhatIsLeftInRefusals();
    void showsThatAnAnswerWasCut();
    void reachesAnUpstreamWithoutAPath();
    void stopsWhileAProviderIsTested();
    void listsModels();
    void drainsOpenStreams();

private:
    RawAnswer chat(const QByteArray &secret, const QByteArray &body = chatQuestion,
                   const QByteArray &headers = {});
    QString idOf(const QByteArray &secret);

    static const QByteArray chatQuestion;
    std::unique_ptr<FakeUpstream> m_upstream;
    std::unique_ptr<RunningService> m_service;
};

const QByteArray TestProxy::chatQuestion = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";

static const QByteArray streamQuestion =
    R"({"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]})";

static QHash<QString, QString> settingsFor(const FakeUpstream &upstream)
{
    return {{u"DEEPSEEK_BASE_URL"_s, QString::fromLatin1(upstream.baseUrl())},
            {u"DEEPSEEK_API_KEY"_s, u"upstream-secret-value"_s}};
}

static QJsonObject errorOf(const RawAnswer &answer)
{
    return QJsonDocument::fromJson(answer.body).object().value(u"error"_s).toObject();
}

static QJsonArray limitsOf(const QString &window, qint64 amount)
{
    return {QJsonObject{{u"unit"_s, u"requests"_s}, {u"window"_s, window}, {u"amount"_s, amount}}};
}

void TestProxy::init()
{
    m_upstream = std::make_unique<FakeUpstream>();
    m_service = std::make_unique<RunningService>(settingsFor(*m_upstream));
}

void TestProxy::cleanup()
{
    m_service.reset();
    m_upstream.reset();
}

RawAnswer TestProxy::chat(const QByteArray &secret, const QByteArray &body, const QByteArray &headers)
{
    return fetch(m_service->port(), "POST", "/v1/chat/completions", bearer(secret) + headers, body);
}

QString TestProxy::idOf(const QByteArray &secret)
{
    return m_service->admin("GET", "/admin/keys?search=" + secret)
        .value(u"keys"_s)
        .toArray()
        .first()
        .toObject()
        .value(u"id"_s)
        .toString();
}

void TestProxy::refuses_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::newRow("no key") << u"none"_s << chatQuestion << 401 << u"missing_api_key"_s;
    QTest::newRow("unknown key") << u"unknown"_s << chatQuestion << 401 << u"invalid_api_key"_s;
    QTest::newRow("deleted key") << u"deleted"_s << chatQuestion << 401 << u"invalid_api_key"_s;
    QTest::newRow("disabled key") << u"disabled"_s << chatQuestion << 403 << u"key_disabled"_s;
    QTest::newRow("model not allowed") << u"models"_s << chatQuestion << 403 << u"model_not_allowed"_s;
    QTest::newRow("not JSON") << u"good"_s << QByteArray("{\"model\":") << 400 << u"invalid_json"_s;
    QTest::newRow("not an object") << u"good"_s << QByteArray("[1]") << 400 << u"invalid_json"_s;
    QTest::newRow("blocked") << u"blocked"_s << chatQuestion << 429 << u"insufficient_quota"_s;
    QTest::newRow("blocked this minute") << u"minute"_s << chatQuestion << 429 << u"rate_limit_exceeded"_s;
}

void TestProxy::refuses()
{
    QFETCH(QString, kind);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QString, code);
    QByteArray secret = "sk-unknown-unknown-unknown";
    if (kind == "models"_L1)
        secret = m_service->createKey({{u"models"_s, QJsonArray{u"other"_s}}});
    else if (kind == "blocked"_L1)
        secret = m_service->createKey({{u"limits"_s, limitsOf(u"day"_s, 0)}});
    else if (kind == "minute"_L1)
        secret = m_service->createKey({{u"limits"_s, limitsOf(u"minute"_s, 0)}});
    else if (kind != "none"_L1 && kind != "unknown"_L1)
        secret = m_service->createKey();
    if (kind == "disabled"_L1)
        m_service->admin("POST", "/admin/keys/" + idOf(secret).toLatin1() + "/disable");
    if (kind == "deleted"_L1)
        m_service->admin("DELETE", "/admin/keys/" + idOf(secret).toLatin1());

    for (const QByteArray &language : {QByteArray("en"), QByteArray("zh-CN")}) {
        const QByteArray header = "Accept-Language: " + language + "\r\n";
        const RawAnswer answer = kind == "none"_L1
                                     ? fetch(m_service->port(), "POST", "/v1/chat/completions", header, body)
                                     : chat(secret, body, header);
        QCOMPARE(answer.status, status);
        QCOMPARE(errorOf(answer).value(u"code"_s).toString(), code);
        const QString message = errorOf(answer).value(u"message"_s).toString();
        const bool chinese =
            std::any_of(message.begin(), message.end(), [](QChar c) { return c.unicode() >= 0x4e00; });
        QCOMPARE(chinese, language == "zh-CN");
        QVERIFY(!answer.header("x-request-id").isEmpty());
        if (status == 429) {
            QVERIFY(answer.header("Retry-After").toInt() >= 1);
            QVERIFY(errorOf(answer).contains(u"resets_at"_s));
        }
        if (status == 401)
            QVERIFY(answer.header("WWW-Authenticate").startsWith("Bearer"));
        QVERIFY(!answer.body.contains(secret));
    }
    QCOMPARE(m_upstream->requestCount(), 0);
}

void TestProxy::passesAnAnswerUnchanged()
{
    const QByteArray secret = m_service->createKey();
    const RawAnswer answer = chat(secret);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, FakeUpstream::chatBody());
    QCOMPARE(answer.header("Content-Type"), QByteArray("application/json"));
    QCOMPARE(answer.header("x-ratelimit-limit-requests"), QByteArray("200"));
    QCOMPARE(answer.header("x-ratelimit-remaining-requests"), QByteArray("199"));
    QCOMPARE(m_upstream->requests().constFirst().body, chatQuestion);
    QCOMPARE(m_upstream->requests().constFirst().target, QByteArray("/v1/chat/completions"));
    const QJsonObject report = m_service->admin("GET", "/admin/usage?key=" + idOf(secret).toLatin1());
    const QJsonObject sums = report.value(u"sums"_s).toObject();
    QCOMPARE(sums.value(u"requests"_s).toInt(), 1);
    QCOMPARE(sums.value(u"prompt_tokens"_s).toInt(), 7);
    QCOMPARE(sums.value(u"completion_tokens"_s).toInt(), 5);
}

void TestProxy::passesAnErrorUnchanged()
{
    m_upstream->setAnswer(
        [](const HttpRequest &) { return Script::json(R"({"error":{"message":"no"}})", 422); });
    const RawAnswer answer = chat(m_service->createKey());
    QCOMPARE(answer.status, 422);
    QCOMPARE(answer.body, QByteArray(R"({"error":{"message":"no"}})"));
}

void TestProxy::keepsSecretsAndHopsApart()
{
    m_upstream->setAnswer([](const HttpRequest &) {
        Script script = Script::json("{}");
        script.pieces.first().replace(
            "\r\n\r\n", "\r\nSet-Cookie: a=b\r\nX-Hop: 1\r\nConnection: X-Hop\r\nKeep-Alive: timeout=9\r\n"
                        "x-ratelimit-limit-requests: 7\r\nX-Fine: yes\r\nx-request-id: up-1\r\n\r\n");
        return script;
    });
    const QByteArray secret = m_service->createKey();
    const RawAnswer answer =
        chat(secret, chatQuestion,
             "Cookie: a=b\r\nX-Mine: 1\r\nX-Gone: 1\r\nConnection: X-Gone\r\nTE: trailers\r\n"
             "x-api-key: " +
                 secret + "\r\nx-trial-key: " + secret + "\r\n");
    QCOMPARE(answer.status, 200);
    const HttpRequest sent = m_upstream->requests().constFirst();
    QCOMPARE(sent.headers.value("Authorization").toByteArray(), QByteArray("Bearer upstream-secret-value"));
    QCOMPARE(sent.headers.value("X-Mine").toByteArray(), QByteArray("1"));
    for (const char *gone : {"Cookie", "X-Gone", "TE", "x-api-key", "x-trial-key", "Connection"})
        QVERIFY2(!sent.headers.contains(gone), gone);
    for (const HeaderField field : sent.headers)
        QVERIFY(!field.value.contains(secret));
    QCOMPARE(answer.header("X-Fine"), QByteArray("yes"));
    QCOMPARE(answer.header("x-upstream-request-id"), QByteArray("up-1"));
    QVERIFY(answer.header("x-request-id").startsWith("req_"));
    QCOMPARE(answer.header("x-ratelimit-limit-requests"), QByteArray("200"));
    for (const char *gone : {"Set-Cookie", "X-Hop", "Keep-Alive"})
        QVERIFY2(answer.header(gone).isEmpty(), gone);
}

void TestProxy::takesTheKeyFromEachHeader_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("bearer") << QByteArray("Authorization: Bearer ");
    QTest::newRow("bearer without case") << QByteArray("authorization: bEARER   ");
    QTest::newRow("x-api-key") << QByteArray("X-Api-Key: ");
    QTest::newRow("x-trial-key") << QByteArray("x-trial-key: ");
}

void TestProxy::takesTheKeyFromEachHeader()
{
    QFETCH(QByteArray, header);
    const QByteArray secret = m_service->createKey();
    QCOMPARE(fetch(m_service->port(), "POST", "/v1/chat/completions", header + secret + "\r\n", chatQuestion)
                 .status,
             200);
}

void TestProxy::streamsEachChunkAtOnce()
{
    const QList<QByteArray> events = FakeUpstream::chatEvents(5, false);
    m_upstream->setAnswer([&](const HttpRequest &) {
        Script script = Script::stream(events);
        script.paced = true;
        return script;
    });
    RawClient client(m_service->port());
    client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(m_service->createKey()) +
                "Content-Length: " + QByteArray::number(streamQuestion.size()) + "\r\n\r\n" + streamQuestion);
    // The head alone arrives before any event exists; each event arrives before the next one is sent.
    QVERIFY(client.until("\r\n\r\n").startsWith("HTTP/1.1 200 OK\r\n"));
    for (const QByteArray &event : events) {
        m_upstream->release();
        QVERIFY(client.until(event).endsWith(event));
    }
    m_upstream->release();
    QCOMPARE(client.until("0\r\n\r\n"), QByteArray("\r\n0\r\n\r\n"));
}

void TestProxy::hidesTheUsageItAskedFor()
{
    m_upstream->setAnswer([](const HttpRequest &request) {
        return Script::stream(FakeUpstream::chatEvents(3, request.body.contains("\"include_usage\":true")));
    });
    const QByteArray secret = m_service->createKey();
    const RawAnswer answer = chat(secret, streamQuestion);
    QCOMPARE(answer.body, FakeUpstream::chatEvents(3, false).join());
    const QJsonObject sums =
        m_service->admin("GET", "/admin/usage?key=" + idOf(secret).toLatin1()).value(u"sums"_s).toObject();
    QCOMPARE(sums.value(u"prompt_tokens"_s).toInt(), 7);
    QCOMPARE(sums.value(u"completion_tokens"_s).toInt(), 3);
    QCOMPARE(sums.value(u"estimated"_s).toInt(), 0);
}

void TestProxy::readsUsageOutOfCompressedAnswers()
{
    const QByteArray body = compressed(ContentCoding::Gzip, FakeUpstream::chatBody());
    m_upstream->setAnswer([&](const HttpRequest &) {
        return Script{{"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
                       "Content-Length: " +
                       QByteArray::number(body.size()) + "\r\n\r\n" + body}};
    });
    const QByteArray secret = m_service->createKey();
    const RawAnswer answer = chat(secret, chatQuestion, "Accept-Encoding: gzip, br;q=0.5, compress\r\n");
    QCOMPARE(answer.header("Content-Encoding"), QByteArray("gzip"));
    QCOMPARE(answer.body, body);
    QCOMPARE(m_upstream->requests().constFirst().headers.value("Accept-Encoding").toByteArray(),
             QByteArray("gzip, br;q=0.5"));
    const QJsonObject sums =
        m_service->admin("GET", "/admin/usage?key=" + idOf(secret).toLatin1()).value(u"sums"_s).toObject();
    QCOMPARE(sums.value(u"prompt_tokens"_s).toInt(), 7);
    QCOMPARE(sums.value(u"completion_tokens"_s).toInt(), 5);
    QCOMPARE(sums.value(u"estimated"_s).toInt(), 0);
}

void TestProxy::asksForIdentityWhereItHides()
{
    // This upstream compresses all the same: nothing can be taken out of that, and all of it passes.
    const QByteArray stream = compressed(ContentCoding::Gzip, FakeUpstream::chatEvents(3, true).join());
    m_upstream->setAnswer([&](const HttpRequest &) {
        return Script{{"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n"
                       "Content-Length: " +
                       QByteArray::number(stream.size()) + "\r\n\r\n" + stream}};
    });
    const QByteArray secret = m_service->createKey();
    const RawAnswer answer = chat(secret, streamQuestion, "Accept-Encoding: gzip\r\n");
    QCOMPARE(answer.body, stream);
    QCOMPARE(m_upstream->requests().constFirst().headers.value("Accept-Encoding").toByteArray(),
             QByteArray("identity"));
    const QJsonObject sums =
        m_service->admin("GET", "/admin/usage?key=" + idOf(secret).toLatin1()).value(u"sums"_s).toObject();
    QCOMPARE(sums.value(u"prompt_tokens"_s).toInt(), 7);
    QCOMPARE(sums.value(u"completion_tokens"_s).toInt(), 3);
}

void TestProxy::showsTheUsageThatWasAskedFor()
{
    m_upstream->setAnswer(
        [](const HttpRequest &) { return Script::stream(FakeUpstream::chatEvents(3, true)); });
    const QByteArray question =
        R"({"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[]})";
    const RawAnswer answer = chat(m_service->createKey(), question);
    QCOMPARE(answer.body, FakeUpstream::chatEvents(3, true).join());
    QCOMPARE(m_upstream->requests().constFirst().body, question);
}

void TestProxy::cancelsTheUpstreamWhenTheClientLeaves()
{
    m_upstream->setAnswer([](const HttpRequest &) {
        Script script = Script::stream(FakeUpstream::chatEvents(50, true));
        script.paced = true;
        return script;
    });
    const QByteArray secret = m_service->createKey({{u"concurrency"_s, 1}});
    RawClient client(m_service->port());
    client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
                "Content-Length: " + QByteArray::number(streamQuestion.size()) + "\r\n\r\n" + streamQuestion);
    client.until("\r\n\r\n");
    m_upstream->release(3);
    client.until("word2");
    client.leave();
    QTRY_COMPARE(m_upstream->cancelled(), 1);
    QTRY_COMPARE(m_service->countedRequests(idOf(secret)), 1);
    // Its place is free again.
    m_upstream->setAnswer([](const HttpRequest &) { return Script::json(FakeUpstream::chatBody()); });
    QCOMPARE(chat(secret).status, 200);
}

void TestProxy::answersPipelinedRequestsInOrder()
{
    m_upstream->setAnswer(
        [](const HttpRequest &request) { return Script::json("{\"target\":\"" + request.target + "\"}"); });
    const QByteArray secret = m_service->createKey();
    RawClient client(m_service->port());
    QByteArray bytes;
    for (int i = 0; i < 20; ++i)
        bytes +=
            "GET /v1/files/" + QByteArray::number(i) + " HTTP/1.1\r\nHost: h\r\n" + bearer(secret) + "\r\n";
    client.send(bytes);
    for (int i = 0; i < 20; ++i)
        QCOMPARE(client.answer().body, "{\"target\":\"/v1/files/" + QByteArray::number(i) + "\"}");
}

void TestProxy::endsWhenTheUpstreamFails_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<bool>("resets");
    QTest::addColumn<int>("status"); // 0: the answer is cut
    QTest::addColumn<QString>("code");
    QTest::newRow("closes without a word") << QByteArray() << false << 502 << u"upstream_unreachable"_s;
    QTest::newRow("resets") << QByteArray() << true << 502 << u"upstream_unreachable"_s;
    QTest::newRow("garbage") << QByteArray("hello\r\n\r\n") << false << 502 << u"upstream_unreachable"_s;
    QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\nConte") << false << 502
                                 << u"upstream_unreachable"_s;
    QTest::newRow("smuggled lengths")
        << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\nab") << false << 502
        << u"upstream_unreachable"_s;
    QTest::newRow("half a body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc") << false
                                 << 0 << QString();
    QTest::newRow("half a stream")
        << QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: "
                      "chunked\r\n\r\n6\r\ndata: \r\n")
        << true << 0 << QString();
}

void TestProxy::endsWhenTheUpstreamFails()
{
    QFETCH(QByteArray, answer);
    QFETCH(bool, resets);
    QFETCH(int, status);
    QFETCH(QString, code);
    m_upstream->setAnswer([&](const HttpRequest &) {
        return Script{{answer}, resets ? Script::Ending::Reset : Script::Ending::Close, false};
    });
    const QByteArray secret = m_service->createKey({{u"concurrency"_s, 1}});
    const RawAnswer given = chat(secret);
    if (status == 0) {
        QVERIFY(!given.whole);
        QCOMPARE(given.status, 200);
    } else {
        QCOMPARE(given.status, status);
        QCOMPARE(errorOf(given).value(u"code"_s).toString(), code);
    }
    QTRY_COMPARE(m_service->countedRequests(idOf(secret)), 1);
    m_upstream->setAnswer([](const HttpRequest &) { return Script::json("{}"); });
    QCOMPARE(chat(secret).status, 200);
}

void TestProxy::passesExactlyTheLimit()
{
    const QByteArray secret = m_service->createKey({{u"quota"_s, 5}});
    for (int i = 0; i < 5; ++i)
        QCOMPARE(chat(secret).status, 200);
    for (int i = 0; i < 3; ++i) {
        const RawAnswer refused = chat(secret);
        QCOMPARE(refused.status, 429);
        QCOMPARE(refused.header("x-should-retry"), QByteArray("false"));
        QCOMPARE(errorOf(refused).value(u"type"_s).toString(), u"insufficient_quota"_s);
        QCOMPARE(errorOf(refused).value(u"used"_s).toInt(), 5);
        QCOMPARE(errorOf(refused).value(u"limit"_s).toInt(), 5);
    }
    QCOMPARE(m_upstream->requestCount(), 5);
    const QJsonObject sums =
        m_service->admin("GET", "/admin/usage?key=" + idOf(secret).toLatin1()).value(u"sums"_s).toObject();
    QCOMPARE(sums.value(u"requests"_s).toInt(), 5);
    QCOMPARE(sums.value(u"refused"_s).toInt(), 3);
}

void TestProxy::letsExactlyOneOfManyThrough()
{
    const QByteArray secret = m_service->createKey({{u"quota"_s, 1}});
    constexpr int many = 500;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < many; ++i)
        clients.push_back(std::make_unique<RawClient>(m_service->port()));
    const QByteArray bytes = "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
                             "Content-Length: " + QByteArray::number(chatQuestion.size()) + "\r\n\r\n" +
                             chatQuestion;
    for (const auto &client : clients)
        client->send(bytes);
    int passed = 0;
    int refused = 0;
    for (const auto &client : clients) {
        const int status = client->answer().status;
        passed += status == 200;
        refused += status == 429;
    }
    QCOMPARE(passed, 1);
    QCOMPARE(refused, many - 1);
    QCOMPARE(m_upstream->requestCount(), 1);
}

void TestProxy::freesConcurrency()
{
    m_upstream->setAnswer([](const HttpRequest &) {
        Script script = Script::stream(FakeUpstream::chatEvents(1, false));
        script.paced = true;
        return script;
    });
    const QByteArray secret = m_service->createKey({{u"concurrency"_s, 1}});
    RawClient first(m_service->port());
    first.send("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
               "Content-Length: " + QByteArray::number(streamQuestion.size()) + "\r\n\r\n" + streamQuestion);
    first.until("\r\n\r\n");
    const RawAnswer second = chat(secret);
    QCOMPARE(second.status, 429);
    QCOMPARE(errorOf(second).value(u"code"_s).toString(), u"rate_limit_exceeded"_s);
    m_upstream->release(10);
    first.until("0\r\n\r\n");
    m_upstream->setAnswer([](const HttpRequest &) { return Script::json("{}"); });
    QCOMPARE(chat(secret).status, 200);
}

void TestProxy::countsBySuccess()
{
    auto settings = settingsFor(*m_upstream);
    settings[u"COUNT_POLICY"_s] = u"successes"_s;
    m_service = std::make_unique<RunningService>(settings);
    const QByteArray secret = m_service->createKey({{u"quota"_s, 1}});
    m_upstream->setAnswer([](const HttpRequest &) { return Script::json("{}", 500); });
    QCOMPARE(chat(secret).status, 500);
    QCOMPARE(chat(secret).status, 500);
    m_upstream->setAnswer([](const HttpRequest &) { return Script::json("{}"); });
    QCOMPARE(chat(secret).status, 200);
    QCOMPARE(chat(secret).status, 429);
}

void TestProxy::resetsAtMidnight()
{
    // 23:59:30 in Shanghai.
    FakeClock clock(*timestampFromIso(u"2026-11-23T15:59:30Z"_s));
    auto settings = settingsFor(*m_upstream);
    settings[u"QUOTA_TIMEZONE"_s] = u"Asia/Shanghai"_s;
    m_service = std::make_unique<RunningService>(settings, &clock);
    const QByteArray secret = m_service->createKey({{u"limits"_s, limitsOf(u"day"_s, 1)}});
    QCOMPARE(chat(secret).status, 200);
    const RawAnswer refused = chat(secret);
    QCOMPARE(refused.status, 429);
    QCOMPARE(refused.header("Retry-After"), QByteArray("30"));
    QCOMPARE(errorOf(refused).value(u"resets_at"_s).toString().left(19), u"2026-11-23T16:00:00"_s);
    clock.advance(std::chrono::seconds(30));
    QCOMPARE(chat(secret).status, 200);
    m_service.reset(); // before its clock
}

void TestProxy::keepsTheBooksAcrossARestart()
{
    const QByteArray secret = m_service->createKey({{u"quota"_s, 7}});
    for (int i = 0; i < 5; ++i)
        QCOMPARE(chat(secret).status, 200);
    m_service->stop();
    m_service->start();
    QCOMPARE(m_service->countedRequests(idOf(secret)), 5);
    for (int i = 0; i < 2; ++i)
        QCOMPARE(chat(secret).status, 200);
    QCOMPARE(chat(secret).status, 429);
}

void TestProxy::pausesAFloodForASlowReader()
{
    constexpr int pieces = 600;
    m_upstream->setAnswer([](const HttpRequest &) {
        Script script;
        const QByteArray piece(256 * 1024, 'x');
        script.pieces.append("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: " +
                             QByteArray::number(piece.size() * pieces) + "\r\n\r\n");
        for (int i = 0; i < pieces; ++i)
            script.pieces.append(piece);
        return script;
    });
    RawClient client(m_service->port(), 64 * 1024);
    client.send("GET /v1/files/x/content HTTP/1.1\r\nHost: h\r\n" + bearer(m_service->createKey()) + "\r\n");
    qint64 received = 0;
    const qint64 expected = qint64(pieces) * 256 * 1024;
    while (received < expected) {
        const QByteArray bytes = client.read(64 * 1024);
        QVERIFY(!bytes.isEmpty());
        received += bytes.size();
    }
    QVERIFY(received >= expected);
}

void TestProxy::survivesClientsThatLeaveAtRandom()
{
    // The upstream never ends by itself: only a cancelled one is not answering any more.
    m_upstream->setAnswer([](const HttpRequest &) {
        Script script = Script::stream(FakeUpstream::chatEvents(40, true));
        script.ending = Script::Ending::Hang;
        script.pieces.removeLast();
        return script;
    });
    const QByteArray secret = m_service->createKey({{u"limits"_s, limitsOf(u"day"_s, -1)}});
    const QByteArray bytes = "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
                             "Content-Length: " + QByteArray::number(streamQuestion.size()) + "\r\n\r\n" +
                             streamQuestion;
    const int clients = qEnvironmentVariableIntValue("QUOTA_LEAVING_CLIENTS") > 0
                            ? qEnvironmentVariableIntValue("QUOTA_LEAVING_CLIENTS")
                            : 1000;
    std::mt19937 random(42);
    for (int i = 0; i < clients; ++i) {
        RawClient client(m_service->port());
        if (random() % 4 == 0) {
            client.send(bytes.first(qsizetype(random() % size_t(bytes.size()))));
        } else {
            client.send(bytes);
            if (random() % 3 != 0)
                client.until("word" + QByteArray::number(qint64(random() % 40)));
        }
        client.leave();
    }
    QTRY_COMPARE_WITH_TIMEOUT(m_upstream->answering(), 0, 20'000);
    QVERIFY(m_upstream->cancelled() > clients / 2);
    const QJsonObject key = m_service->admin("GET", "/admin/keys/" + idOf(secret).toLatin1());
    m_upstream->setAnswer([](const HttpRequest &) { return Script::json("{}"); });
    QCOMPARE(key.value(u"active"_s).toInt(-1), 0);
    const QJsonObject limit = key.value(u"limits"_s).toArray().first().toObject();
    QCOMPARE(limit.value(u"reserved"_s).toInt(-1), 0);
    QCOMPARE(chat(secret).status, 200);
}

void TestProxy::holdsKeysToTheirModels_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("contentType");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const QByteArray &path, const QByteArray &type,
                        const QString &code = u"model_not_allowed"_s) {
        QTest::newRow(name) << path << type << code;
    };
    row("JSON", "/v1/chat/completions", "application/json");
    row("no type", "/v1/responses/", {});
    row("called bytes elsewhere", "/v1/audio/transcriptions", "application/octet-stream");
    row("called a form elsewhere", "/v1/audio/transcriptions", "multipart/form-data; boundary=x",
        u"invalid_form"_s);
    // What an upstream might take for something else than JSON is nobody's, whatever its model.
    row("called bytes", "/v1/chat/completions", "application/octet-stream", u"invalid_json"_s);
    row("called a form", "/v1/embeddings", "Multipart/form-data; boundary=x", u"invalid_json"_s);
    row("called a web form", "/v1/completions", "application/x-www-form-urlencoded", u"invalid_json"_s);
    row("another charset", "/v1/chat/completions", "application/json; charset=utf-7", u"invalid_json"_s);
}

void TestProxy::holdsKeysToTheirModels()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, contentType);
    const QByteArray secret = m_service->createKey({{u"models"_s, QJsonArray{u"other"_s}}});
    RawClient client(m_service->port());
    client.send("POST " + path + " HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
                (contentType.isEmpty() ? QByteArray() : "Content-Type: " + contentType + "\r\n") +
                "Content-Length: " + QByteArray::number(chatQuestion.size()) + "\r\n\r\n" + chatQuestion);
    const RawAnswer answer = client.answer();
    QFETCH(QString, code);
    QCOMPARE(answer.status, code.startsWith(u"invalid_"_s) ? 400 : 403);
    QCOMPARE(errorOf(answer).value(u"code"_s).toString(), code);
    QCOMPARE(m_upstream->requestCount(), 0);
}

void TestProxy::saysWhatIsLeftInRefusals()
{
    const QByteArray secret = m_service->createKey({{u"quota"_s, 1}});
    m_upstream->setAnswer([](const HttpRequest &) { return Script{{}, Script::Ending::Close, false}; });
    const RawAnswer failed = chat(secret);
    QCOMPARE(failed.status, 502);
    QCOMPARE(failed.header("x-ratelimit-limit-requests"), QByteArray("1"));
    const RawAnswer refused = chat(secret);
    QCOMPARE(refused.status, 429);
    QCOMPARE(refused.header("x-ratelimit-remaining-requests"), QByteArray("0"));
    const RawAnswer wrong = chat(secret, R"({"model":7})", "Accept-Language: zh\r\n");
    QCOMPARE(wrong.status, 400);
    QVERIFY(!errorOf(wrong).value(u"message"_s).toString().contains(u"must be"_s));
}

void TestProxy::showsThatAnAnswerWasCut()
{
    // HTTP/1.0 without a length: only the way the connection ends tells half an answer from a whole one.
    m_upstream->setAnswer([](const HttpRequest &) {
        return Script{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"},
                      Script::Ending::Close,
                      false};
    });
    const QByteArray request = "GET /v1/files/x HTTP/1.0\r\n" + bearer(m_service->createKey()) + "\r\n";
    // Qt tells both ends with the same error. Blocking is fine here: the lanes have threads of their own.
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    const auto closing = qScopeGuard([descriptor] { ::close(descriptor); });
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(m_service->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    QCOMPARE(::connect(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    QCOMPARE(::send(descriptor, request.constData(), size_t(request.size()), 0), ssize_t(request.size()));
    char block[4096];
    ssize_t size = 0;
    while ((size = ::recv(descriptor, block, sizeof block, 0)) > 0) {
    }
    QCOMPARE(size, ssize_t(-1));
    QCOMPARE(errno, ECONNRESET);
}

void TestProxy::reachesAnUpstreamWithoutAPath()
{
    auto settings = settingsFor(*m_upstream);
    settings[u"DEEPSEEK_BASE_URL"_s] = u"http://127.0.0.1:%1"_s.arg(m_upstream->port());
    m_service = std::make_unique<RunningService>(settings);
    const QByteArray secret = m_service->createKey();
    QCOMPARE(fetch(m_service->port(), "GET", "/v1?x=1", bearer(secret)).status, 200);
    QCOMPARE(m_upstream->requests().constLast().target, QByteArray("/?x=1"));
    QCOMPARE(chat(secret).status, 200);
    QCOMPARE(m_upstream->requests().constLast().target, QByteArray("/chat/completions"));
}

void TestProxy::stopsWhileAProviderIsTested()
{
    m_upstream->setAnswer([](const HttpRequest &) { return Script::hang(); });
    RawClient client(m_service->port());
    client.send("POST /admin/providers/settings/test HTTP/1.1\r\nHost: h\r\n" +
                bearer(m_service->adminToken()) + "\r\n");
    QTRY_COMPARE(m_upstream->answering(), 1);
    m_service->service().stop(); // drains: the test is under way
    m_service->stop();           // cuts
    QTRY_COMPARE(m_upstream->answering(), 0);
    m_service->start();
    QCOMPARE(fetch(m_service->port(), "GET", "/healthz").status, 200);
}

void TestProxy::listsModels()
{
    m_upstream->setAnswer([](const HttpRequest &) {
        return Script::json(
            R"({"object":"list","data":[{"id":"a","object":"model"},{"id":"b/c","object":"model"}]})");
    });
    const QByteArray all = m_service->createKey({{u"quota"_s, 1}});
    const QByteArray one = m_service->createKey({{u"models"_s, QJsonArray{u"b/c"_s}}});
    const auto list = [&](const QByteArray &secret, const QByteArray &path) {
        return fetch(m_service->port(), "GET", path, bearer(secret));
    };
    QCOMPARE(QJsonDocument::fromJson(list(all, "/v1/models").body).object().value(u"data"_s).toArray().size(),
             2);
    QCOMPARE(QJsonDocument::fromJson(list(one, "/v1/models").body).object().value(u"data"_s).toArray().size(),
             1);
    QCOMPARE(list(all, "/v1/models/b%2Fc").status, 200);
    QCOMPARE(list(one, "/v1/models/a").status, 404);
    QCOMPARE(fetch(m_service->port(), "GET", "/v1/models").status, 401);
    QCOMPARE(m_service->countedRequests(idOf(all)), 0);
}

void TestProxy::drainsOpenStreams()
{
    m_upstream->setAnswer([](const HttpRequest &) {
        Script script = Script::stream(FakeUpstream::chatEvents(3, false));
        script.paced = true;
        return script;
    });
    const QByteArray secret = m_service->createKey();
    RawClient client(m_service->port());
    RawClient idle(m_service->port());
    idle.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
    QCOMPARE(idle.answer().status, 200);
    client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
                "Content-Length: " + QByteArray::number(streamQuestion.size()) + "\r\n\r\n" + streamQuestion);
    client.until("\r\n\r\n");
    m_service->service().stop();
    QVERIFY(idle.waitForClose());
    m_upstream->release(10);
    QVERIFY(client.until("0\r\n\r\n").contains("[DONE]"));
    QVERIFY(client.waitForClose());
    m_service->stop();
    m_service->start();
    m_upstream->setAnswer([](const HttpRequest &) { return Script::json("{}"); });
    QCOMPARE(m_service->countedRequests(idOf(secret)), 1);
}

QTEST_GUILESS_MAIN(TestProxy)
#include "tst_proxy.moc"

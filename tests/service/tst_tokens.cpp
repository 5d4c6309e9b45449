// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeupstream.h"
#include "runningservice.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <random>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

// Tokens through the real service, against an upstream that bills: what is reserved, what is charged, and what becomes
// of both when an answer or its holder ends too early.
class TestTokens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void chargesTheBill_data();
    void chargesTheBill();
    void chargesWhatIsCutAtEveryByte();
    void readsStreamsCutAtEveryByte();
    void neverPassesALimit();
    void chargesABillBeyondTheReservation();
    void reservesWithoutAModel_data();
    void reservesWithoutAModel();
    void reservesByBytes();
    void takesTheCeilingOfTheModel();
    void putsTheCeilingIntoTheBody_data();
    void putsTheCeilingIntoTheBody();
    void holdsTheTargetToTheModels_data();
    void holdsTheTargetToTheModels();
    void chargesNoLookUps();
    void chargesWhatALeavingHolderGot();
    void readsOnForALeavingHolder_data();
    void readsOnForALeavingHolder();
    void holdsTheReservationWhileItReadsOn();
    void settlesWhatItReadsOnAtTheStop();

private:
    void start(QHash<QString, QString> settings = {});
    QByteArray keyWith(qint64 tokens, QJsonObject more = {});
    RawAnswer post(const QByteArray &secret, const QByteArray &body,
                   const QByteArray &target = "/v1/chat/completions");
    QJsonObject sums(); // of all keys
    QJsonObject limitOf(const QByteArray &secret);

    std::unique_ptr<FakeUpstream> m_upstream;
    std::unique_ptr<RunningService> m_service;
};

static const QByteArray question =
    R"({"model":"m","max_tokens":50,"messages":[{"role":"user","content":"hi"}]})";
static const QByteArray streamQuestion =
    R"({"model":"m","stream":true,"max_tokens":50,"messages":[{"role":"user","content":"hi"}]})";

void TestTokens::init()
{
    m_upstream = std::make_unique<FakeUpstream>();
    start();
}

void TestTokens::cleanup()
{
    m_service.reset();
    m_upstream.reset();
}

void TestTokens::start(QHash<QString, QString> settings)
{
    m_service.reset();
    settings[u"DEEPSEEK_BASE_URL"_s] = QString::fromLatin1(m_upstream->baseUrl());
    settings[u"LANES"_s] = u"1"_s;
    m_service = std::make_unique<RunningService>(settings);
}

QByteArray TestTokens::keyWith(qint64 tokens, QJsonObject more)
{
    more[u"limits"_s] =
        QJsonArray{QJsonObject{{u"unit"_s, u"tokens"_s}, {u"window"_s, u"day"_s}, {u"amount"_s, tokens}}};
    return m_service->createKey(more);
}

RawAnswer TestTokens::post(const QByteArray &secret, const QByteArray &body, const QByteArray &target)
{
    return fetch(m_service->port(), "POST", target, bearer(secret), body);
}

QJsonObject TestTokens::sums()
{
    return m_service->admin("GET", "/admin/usage").value(u"sums"_s).toObject();
}

QJsonObject TestTokens::limitOf(const QByteArray &secret)
{
    const RawAnswer answer = fetch(m_service->port(), "GET", "/v1/usage", bearer(secret));
    return QJsonDocument::fromJson(answer.body)[u"limits"_s][0].toObject();
}

static qint64 tokensOf(const QJsonObject &sums)
{
    return sums.value(u"prompt_tokens"_s).toInteger() + sums.value(u"completion_tokens"_s).toInteger();
}

static Script chunkedStream(const QByteArray &bytes)
{
    return Script{{"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: " +
                   QByteArray::number(bytes.size()) + "\r\n\r\n" + bytes}};
}

void TestTokens::chargesTheBill_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<bool>("streams");
    QTest::addColumn<int>("prompt");
    QTest::addColumn<int>("completion");
    const auto row = [](const char *name, const QByteArray &target, const QByteArray &answer, bool streams,
                        int prompt, int completion) {
        QTest::newRow(name) << target << answer << streams << prompt << completion;
    };
    row("chat", "/v1/chat/completions",
        R"({"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":20,"completion_tokens":30,"total_tokens":50,)"
        R"("prompt_tokens_details":{"cached_tokens":8},"completion_tokens_details":{"reasoning_tokens":25}}})",
        false, 20, 30);
    row("completions", "/v1/completions",
        R"({"choices":[{"text":"x"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}})",
        false, 3, 4);
    row("embeddings", "/v1/embeddings",
        R"({"data":[{"embedding":[0.1]}],"usage":{"prompt_tokens":9,"total_tokens":9}})", false, 9, 0);
    row("responses", "/v1/responses",
        R"({"output":[],"usage":{"input_tokens":11,"input_tokens_details":{"cached_tokens":4},"output_tokens":12,)"
        R"("output_tokens_details":{"reasoning_tokens":5},"total_tokens":23}})",
        false, 11, 12);
    row("streamed responses", "/v1/responses",
        "event: response.output_text.delta\ndata: "
        "{\"type\":\"response.output_text.delta\",\"delta\":\"x\"}\n\n"
        "event: response.completed\ndata: "
        "{\"type\":\"response.completed\",\"response\":{\"usage\":{\"input_tokens\":11,"
        "\"output_tokens\":12,\"total_tokens\":23}}}\n\n",
        true, 11, 12);
    row("messages", "/v1/messages",
        R"({"content":[{"type":"text","text":"x"}],"usage":{"input_tokens":5,"cache_read_input_tokens":7,)"
        R"("cache_creation_input_tokens":2,"output_tokens":6}})",
        false, 14, 6);
    row("streamed messages", "/v1/messages",
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":5,"
        "\"cache_read_input_tokens\":7,\"output_tokens\":1}}}\n\n"
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"x\"}}\n\n"
        "event: message_delta\ndata: "
        "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"output_tokens\":6}}\n\n",
        true, 12, 6);
}

void TestTokens::chargesTheBill()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, answer);
    QFETCH(bool, streams);
    QFETCH(int, prompt);
    QFETCH(int, completion);
    m_upstream->setAnswer(
        [&](const HttpRequest &) { return streams ? chunkedStream(answer) : Script::json(answer); });
    const QByteArray secret = keyWith(100'000);
    QCOMPARE(post(secret, question, target).body, answer);
    const QJsonObject charged = sums();
    QCOMPARE(charged.value(u"prompt_tokens"_s).toInt(), prompt);
    QCOMPARE(charged.value(u"completion_tokens"_s).toInt(), completion);
    QCOMPARE(charged.value(u"estimated"_s).toInt(), 0);
    QCOMPARE(limitOf(secret).value(u"used"_s).toInt(), prompt + completion);
    QCOMPARE(limitOf(secret).value(u"reserved"_s).toInt(-1), 0);
}

void TestTokens::chargesWhatIsCutAtEveryByte()
{
    // The upstream breaks off behind each byte. It bills ten tokens, once it has said so.
    const QByteArray stream = FakeUpstream::chatEvents(3, true).join();
    const qsizetype billed = stream.indexOf("}}\n") + 2; // the end of what tells the usage
    qsizetype cut = 0;
    m_upstream->setAnswer([&](const HttpRequest &) {
        Script script = chunkedStream(stream);
        script.pieces.first().chop(stream.size() - cut);
        script.ending = Script::Ending::Close;
        return script;
    });
    const QByteArray secret = keyWith(10'000'000);
    qint64 estimatedBefore = 0;
    qint64 tokensBefore = 0;
    for (cut = 0; cut <= stream.size(); ++cut) {
        const RawAnswer answer = post(secret, streamQuestion);
        QCOMPARE(answer.whole, cut == stream.size());
        QJsonObject now;
        // An answer that was cut reaches the client before the books do.
        QTRY_COMPARE((now = sums()).value(u"requests"_s).toInteger(), cut + 1);
        const bool estimated = now.value(u"estimated"_s).toInteger() >
                               std::exchange(estimatedBefore, now.value(u"estimated"_s).toInteger());
        const qint64 tokens = tokensOf(now) - std::exchange(tokensBefore, tokensOf(now));
        QVERIFY2(estimated == (cut < billed), qPrintable(QString::number(cut)));
        if (estimated)
            QVERIFY2(tokens >= 1 && tokens <= 51, qPrintable(QString::number(tokens)));
        else
            QCOMPARE(tokens, 10);
    }
    QCOMPARE(limitOf(secret).value(u"used"_s).toInteger(), tokensBefore);
    QCOMPARE(limitOf(secret).value(u"reserved"_s).toInt(-1), 0);
}

void TestTokens::readsStreamsCutAtEveryByte()
{
    const QByteArray stream = FakeUpstream::chatEvents(3, true).join();
    const QByteArray shown = FakeUpstream::chatEvents(3, false).join();
    qsizetype cut = 0;
    m_upstream->setAnswer([&](const HttpRequest &) {
        Script script = chunkedStream(stream);
        const QByteArray all = script.pieces.takeFirst();
        const qsizetype head = all.size() - stream.size();
        script.pieces = {all.first(head + cut), all.sliced(head + cut)};
        return script;
    });
    const QByteArray secret = keyWith(10'000'000);
    for (cut = 0; cut < stream.size(); ++cut)
        QCOMPARE(post(secret, streamQuestion).body, shown);
    const QJsonObject charged = sums();
    QCOMPARE(tokensOf(charged), 10 * stream.size());
    QCOMPARE(charged.value(u"estimated"_s).toInt(), 0);
    QCOMPARE(limitOf(secret).value(u"used"_s).toInteger(), 10 * stream.size());
}

void TestTokens::neverPassesALimit()
{
    // It bills as much as the request allows, and a token for every byte of the prompt: more no text has.
    start({{u"PROMPT_RESERVATION"_s, u"bytes"_s}});
    std::atomic<qint64> billed{0};
    m_upstream->setAnswer([&](const HttpRequest &request) {
        const int completion = int(QJsonDocument::fromJson(request.body)[u"max_tokens"_s].toInteger());
        const int prompt =
            int(QJsonDocument::fromJson(request.body)[u"messages"_s][0][u"content"_s].toString().size());
        billed += prompt + completion;
        return Script::json(FakeUpstream::chatBody(prompt, completion));
    });
    constexpr qint64 limit = 20'000;
    const QByteArray secret = keyWith(limit);
    std::mt19937 random(7);
    int refused = 0;
    for (int round = 0; round < 30; ++round) {
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 8; ++i) {
            const QByteArray body =
                "{\"model\":\"m\",\"max_tokens\":" + QByteArray::number(qint64(random() % 300)) +
                ",\"messages\":[{\"role\":\"user\",\"content\":\"" +
                QByteArray(qsizetype(random() % 500), 'x') + "\"}]}";
            clients.push_back(std::make_unique<RawClient>(m_service->port()));
            clients.back()->send("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
                                 "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        }
        for (const auto &client : clients)
            refused += client->answer().status == 429;
        QVERIFY(billed <= limit);
    }
    QVERIFY(refused > 0);
    QVERIFY2(billed > limit - 1000, qPrintable(QString::number(billed)));
    QCOMPARE(limitOf(secret).value(u"used"_s).toInteger(), billed.load());
    QCOMPARE(tokensOf(sums()), billed.load());
}

void TestTokens::chargesABillBeyondTheReservation()
{
    m_upstream->setAnswer([](const HttpRequest &) { return Script::json(FakeUpstream::chatBody(900, 500)); });
    const QByteArray secret = keyWith(1000);
    QCOMPARE(post(secret, question).status, 200);
    // The books say what the bill says, and the limit meets the next request.
    QCOMPARE(tokensOf(sums()), 1400);
    QCOMPARE(limitOf(secret).value(u"used"_s).toInt(), 1400);
    QCOMPARE(post(secret, question).status, 429);
    const QByteArray metrics = fetch(m_service->port(), "GET", "/metrics").body;
    QVERIFY(metrics.contains("\nquota_proxy_tokens_beyond_reservation_total 1349\n")); // 1 + 50 were reserved
}

void TestTokens::reservesWithoutAModel_data()
{
    QTest::addColumn<QByteArray>("target");
    for (const char *target : {"/v1/chat/completions", "/v1/chat/completions/", "/v1//chat/completions",
                               "/v1/chat%2fcompletions", "/v1/Responses", "/v1/engines/m/completions"})
        QTest::newRow(target) << QByteArray(target);
}

void TestTokens::reservesWithoutAModel()
{
    QFETCH(QByteArray, target);
    const QByteArray body = R"({"max_tokens":50,"messages":[{"role":"user","content":"hi"}]})";
    QCOMPARE(post(keyWith(50), body, target).status, 429);
    QCOMPARE(m_upstream->requestCount(), 0);
    QCOMPARE(post(keyWith(51), body, target).status, 200);
}

void TestTokens::reservesByBytes()
{
    start({{u"PROMPT_RESERVATION"_s, u"bytes"_s}});
    QCOMPARE(post(keyWith(question.size() + 49), question).status, 429);
    QCOMPARE(post(keyWith(question.size() + 50), question).status, 200);
}

void TestTokens::takesTheCeilingOfTheModel()
{
    start({{u"MODEL_MAX_TOKENS"_s, u"m=10, n-*=20"_s}, {u"DEFAULT_MAX_TOKENS"_s, u"30"_s}});
    const auto fits = [&](const QByteArray &model, qint64 tokens) {
        return post(keyWith(tokens), "{\"model\":\"" + model + "\",\"prompt\":\"\"}", "/v1/completions")
                   .status == 200;
    };
    for (const auto &[model, tokens] :
         {std::pair(QByteArray("m"), 10), std::pair(QByteArray("n-1"), 20), std::pair(QByteArray("o"), 30)}) {
        QVERIFY2(!fits(model, tokens - 1), model.constData());
        QVERIFY2(fits(model, tokens), model.constData());
    }
}

void TestTokens::putsTheCeilingIntoTheBody_data()
{
    QTest::addColumn<QString>("policy");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("forwarded");
    const auto row = [](const char *name, const QString &policy, const QByteArray &target,
                        const QByteArray &body, const QByteArray &forwarded) {
        QTest::newRow(name) << policy << target << body << forwarded;
    };
    const QString plain = u"max_tokens"_s;
    const QByteArray chat = "/v1/chat/completions";
    row("left alone", u"leave"_s, chat, R"({"model":"m"})", R"({"model":"m"})");
    row("chat", plain, chat, R"({"model":"m"} )", R"({"model":"m","max_tokens":77} )");
    row("by the other name", u"max_completion_tokens"_s, chat, R"({"model":"m"})",
        R"({"model":"m","max_completion_tokens":77})");
    row("empty", plain, chat, "{ }", R"({ "max_tokens":77})");
    row("its own stays", plain, chat, R"({"model":"m","max_completion_tokens":5})",
        R"({"model":"m","max_completion_tokens":5})");
    row("in the place of null", plain, chat, R"({"max_tokens": null,"model":"m"})",
        R"({"max_tokens": 77,"model":"m"})");
    row("null of another name", plain, chat, R"({"max_completion_tokens":null,"model":"m"})",
        R"({"max_completion_tokens":null,"model":"m","max_tokens":77})");
    row("a stream", plain, chat, R"({"model":"m","stream":true})",
        R"({"model":"m","stream":true,"max_tokens":77,"stream_options":{"include_usage":true}})");
    row("a stream with options", plain, chat, R"({"stream_options":{},"model":"m","stream":true})",
        R"({"stream_options":{"include_usage":true},"model":"m","stream":true,"max_tokens":77})");
    row("responses", plain, "/v1/responses", R"({"model":"m"})", R"({"model":"m","max_output_tokens":77})");
    row("messages", u"max_completion_tokens"_s, "/v1/messages", R"({"model":"m"})",
        R"({"model":"m","max_tokens":77})");
    row("embeddings have none", plain, "/v1/embeddings", R"({"model":"m"})", R"({"model":"m"})");
}

void TestTokens::putsTheCeilingIntoTheBody()
{
    QFETCH(QString, policy);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, forwarded);
    start({{u"MISSING_MAX_TOKENS"_s, policy}, {u"DEFAULT_MAX_TOKENS"_s, u"77"_s}});
    QCOMPARE(post(keyWith(1000), body, target).status, 200);
    QCOMPARE(m_upstream->requests().constLast().body, forwarded);
    // Who has no limit of tokens needs no ceiling.
    QCOMPARE(post(m_service->createKey(), body, target).status, 200);
    QVERIFY(!m_upstream->requests().constLast().body.contains("77"));
}

void TestTokens::holdsTheTargetToTheModels_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const QByteArray &method, const QByteArray &target,
                        const QByteArray &body,
                        int status) { QTest::newRow(name) << method << target << body << status; };
    const QByteArray a = R"({"model":"a"})";
    row("the same", "POST", "/v1/chat/completions?model=a", a, 200);
    row("only there", "POST", "/v1/chat/completions?model=a", "{}", 200);
    row("another", "POST", "/v1/chat/completions?model=b", a, 400);
    row("another, alone", "POST", "/v1/chat/completions?model=b", "{}", 403);
    row("another, escaped", "POST", "/v1/chat/completions?%6Dodel=%62", "{}", 403);
    row("twice", "POST", "/v1/chat/completions?model=a&model=b", a, 400);
    row("in other letters", "POST", "/v1/chat/completions?MODEL=b", a, 400);
    row("of an engine", "POST", "/v1/engines/b/completions", a, 400);
    row("of an engine, alone", "POST", "/v1/engines/b/completions", "{}", 403);
    row("of its engine", "POST", "/v1/engines/a/completions", "{}", 200);
    row("nowhere", "POST", "/v1/chat/completions", "{}", 403);
    row("looked up", "GET", "/v1/evals?model=b", {}, 403);
    row("its own looked up", "GET", "/v1/evals?model=a", {}, 200);
    row("removed", "DELETE", "/v1/models/b", {}, 403);
    row("of bytes", "GET", "/v1/files", {}, 200);
}

void TestTokens::holdsTheTargetToTheModels()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const QByteArray secret = m_service->createKey({{u"models"_s, QJsonArray{u"a"_s}}});
    const RawAnswer answer = fetch(m_service->port(), method, target, bearer(secret), body);
    QCOMPARE(answer.status, status);
    QCOMPARE(m_upstream->requestCount(), status == 200 ? 1 : 0);
    if (status == 400)
        QVERIFY(answer.body.contains("ambiguous_model"));
}

void TestTokens::chargesNoLookUps()
{
    // A stored response tells the usage that was paid when it was made.
    const QByteArray secret = keyWith(1000);
    QCOMPARE(fetch(m_service->port(), "GET", "/v1/responses/resp_1", bearer(secret)).status, 200);
    QCOMPARE(tokensOf(sums()), 0);
    QCOMPARE(sums().value(u"requests"_s).toInt(), 1);
    QCOMPARE(limitOf(secret).value(u"used"_s).toInt(), 0);
}

// An upstream that streams word by word, as the test says.
static Script pacedStream(int words)
{
    Script script = Script::stream(FakeUpstream::chatEvents(words, true));
    script.paced = true;
    return script;
}

static void leaveAfterTwoWords(FakeUpstream &upstream, quint16 port, const QByteArray &secret)
{
    RawClient client(port);
    client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\n" + bearer(secret) +
                "Content-Length: " + QByteArray::number(streamQuestion.size()) + "\r\n\r\n" + streamQuestion);
    client.until("\r\n\r\n");
    upstream.release(2);
    client.until("word1");
    client.leave();
}

void TestTokens::chargesWhatALeavingHolderGot()
{
    m_upstream->setAnswer([](const HttpRequest &) { return pacedStream(20); });
    const QByteArray secret = keyWith(1000);
    leaveAfterTwoWords(*m_upstream, m_service->port(), secret);
    QTRY_COMPARE(m_upstream->cancelled(), 1);
    QTRY_COMPARE(sums().value(u"requests"_s).toInt(), 1);
    QCOMPARE(sums().value(u"estimated"_s).toInt(), 1);
    QCOMPARE(sums().value(u"prompt_tokens"_s).toInt(), 1);
    QCOMPARE(sums().value(u"completion_tokens"_s).toInt(), 3); // «word0 word1 »
}

void TestTokens::readsOnForALeavingHolder_data()
{
    QTest::addColumn<QByteArray>("setting");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("measured");
    QTest::newRow("to the end") << QByteArray() << QByteArray() << true;
    QTest::newRow("not beyond the size") << QByteArray("LEFT_ANSWER_SIZE") << QByteArray("1kb") << false;
    QTest::newRow("not beyond the time") << QByteArray("LEFT_ANSWER_TIME") << QByteArray("50ms") << false;
}

void TestTokens::readsOnForALeavingHolder()
{
    QFETCH(QByteArray, setting);
    QFETCH(QByteArray, value);
    QFETCH(bool, measured);
    QHash<QString, QString> settings{{u"LEFT_ANSWERS"_s, u"drain"_s}};
    if (!setting.isEmpty())
        settings[QString::fromLatin1(setting)] = QString::fromLatin1(value);
    start(settings);
    // Long enough for either bound.
    m_upstream->setAnswer([measured](const HttpRequest &) { return pacedStream(measured ? 20 : 100); });
    const QByteArray secret = keyWith(1000);
    leaveAfterTwoWords(*m_upstream, m_service->port(), secret);
    // What passes before the leaving is seen does not count for the bound: more comes until it is reached.
    const int atATime = setting == "LEFT_ANSWER_SIZE" ? 4 : 0;
    if (measured)
        m_upstream->release(100);
    else
        QTRY_VERIFY((m_upstream->release(atATime), m_upstream->cancelled() == 1));
    QTRY_COMPARE(sums().value(u"requests"_s).toInt(), 1);
    QTRY_COMPARE(m_upstream->answering(), 0);
    QTRY_COMPARE(m_upstream->cancelled(), measured ? 0 : 1);
    QCOMPARE(sums().value(u"estimated"_s).toInt(), measured ? 0 : 1);
    if (measured)
        QCOMPARE(tokensOf(sums()), 27);
    else
        QVERIFY(tokensOf(sums()) < 107);
    QCOMPARE(limitOf(secret).value(u"reserved"_s).toInt(-1), 0);
    QCOMPARE(limitOf(secret).value(u"used"_s).toInteger(), tokensOf(sums()));
}

void TestTokens::holdsTheReservationWhileItReadsOn()
{
    start({{u"LEFT_ANSWERS"_s, u"drain"_s}});
    m_upstream->setAnswer([](const HttpRequest &) { return pacedStream(20); });
    const QByteArray secret = keyWith(1000, {{u"concurrency"_s, 1}});
    leaveAfterTwoWords(*m_upstream, m_service->port(), secret);
    const auto connections = [&] {
        return fetch(m_service->port(), "GET", "/metrics")
            .body.contains("\nquota_proxy_connections_active 1\n");
    };
    QTRY_VERIFY(connections()); // the one that asks: the holder's is gone
    QCOMPARE(limitOf(secret).value(u"reserved"_s).toInt(), 51);
    QCOMPARE(post(secret, question).status, 429);
    m_upstream->release(100);
    QTRY_COMPARE(limitOf(secret).value(u"reserved"_s).toInt(), 0);
    m_upstream->setAnswer([](const HttpRequest &) { return Script::json(FakeUpstream::chatBody()); });
    QCOMPARE(post(secret, question).status, 200);
}

void TestTokens::settlesWhatItReadsOnAtTheStop()
{
    start({{u"LEFT_ANSWERS"_s, u"drain"_s}});
    m_upstream->setAnswer([](const HttpRequest &) { return pacedStream(20); });
    const QByteArray secret = keyWith(1000);
    leaveAfterTwoWords(*m_upstream, m_service->port(), secret);
    m_service->stop();
    QTRY_COMPARE(m_upstream->cancelled(), 1);
    m_service->start();
    QCOMPARE(sums().value(u"requests"_s).toInt(), 1);
    QCOMPARE(sums().value(u"estimated"_s).toInt(), 1);
    QVERIFY(tokensOf(sums()) > 0);
}

QTEST_GUILESS_MAIN(TestTokens)
#include "tst_tokens.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/demoprovider.h"
#include "service/proxy/demotext.h"
#include "service/proxy/usagemeter.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QtEndian>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;

class TestDemoProvider : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersChat();
    void answersChinese();
    void answersTheSameAlways();
    void streamsWhatItAnswers_data();
    void streamsWhatItAnswers();
    void respectsTheCeiling();
    void givesSeveralChoices();
    void answersCompletions_data();
    void answersCompletions();
    void embeds();
    void listsModels();
    void refuses_data();
    void refuses();
    void splitsIntoPieces_data();
    void splitsIntoPieces();
    void isMeteredAsItSays();
};

static constexpr qint64 created = 1'795'000'000;

static DemoAnswer post(const QByteArray &path, const QByteArray &body)
{
    return demoAnswer("POST", path, body, created);
}

static QJsonObject jsonOf(const DemoAnswer &answer)
{
    return answer.chunks.size() == 1 ? QJsonDocument::fromJson(answer.chunks.first()).object()
                                     : QJsonObject();
}

static QList<QJsonObject> eventsOf(const DemoAnswer &answer)
{
    QList<QJsonObject> events;
    for (const QByteArray &chunk : answer.chunks.first(answer.chunks.size() - 1))
        events += QJsonDocument::fromJson(chunk.sliced(6)).object();
    return events;
}

static QString textOf(const QJsonObject &answer)
{
    return answer["choices"_L1][0]["message"_L1]["content"_L1].toString();
}

void TestDemoProvider::answersChat()
{
    const DemoAnswer answer = post("/chat/completions", R"({"model":"gpt-4o","messages":[
        {"role":"system","content":"Be brief."},{"role":"user","content":"old"},
        {"role":"user","content":[{"type":"text","text":"What is up?"}]}]})");
    QCOMPARE(answer.status, 200);
    QVERIFY(!answer.streamed);
    QCOMPARE(answer.headers.value("content-type"), "application/json");
    QCOMPARE(answer.headers.value("x-quota-proxy-demo"), "true");
    const QJsonObject object = jsonOf(answer);
    QCOMPARE(object["object"_L1].toString(), u"chat.completion"_s);
    QCOMPARE(object["model"_L1].toString(), u"gpt-4o"_s);
    QCOMPARE(object["created"_L1].toInteger(), created);
    QVERIFY(object["id"_L1].toString().startsWith("chatcmpl-"_L1));
    const QJsonObject choice = object["choices"_L1][0].toObject();
    QCOMPARE(choice["index"_L1].toInt(-1), 0);
    QCOMPARE(choice["finish_reason"_L1].toString(), u"stop"_s);
    QCOMPARE(choice["message"_L1]["role"_L1].toString(), u"assistant"_s);
    const QString text = textOf(object);
    QVERIFY(text.startsWith("[Quota Proxy demo]"_L1));
    QVERIFY(text.contains("DEEPSEEK_API_KEY"_L1));
    QVERIFY(text.endsWith(u"“What is up?”"_s));
    const QJsonObject usage = object["usage"_L1].toObject();
    QCOMPARE(usage["prompt_tokens"_L1].toInt(), 6); // Be brief. old What is up?
    QCOMPARE(usage["completion_tokens"_L1].toInt(), int(piecesOf(text).size()));
    QCOMPARE(usage["total_tokens"_L1].toInt(), 6 + int(piecesOf(text).size()));
}

void TestDemoProvider::answersChinese()
{
    const QString text =
        textOf(jsonOf(post("/chat/completions", R"({"messages":[{"role":"user","content":"你好"}]})")));
    QVERIFY2(text.startsWith(u"【Quota Proxy 演示】"_s), qPrintable(text));
    QVERIFY(text.contains(u"“你好”"_s));
}

void TestDemoProvider::answersTheSameAlways()
{
    const QByteArray body = R"({"messages":[{"role":"user","content":"a"}],"stream":true})";
    QCOMPARE(post("/chat/completions", body).chunks, post("/chat/completions", body).chunks);
    QVERIFY(post("/chat/completions", body).chunks != post("/chat/completions", body + ' ').chunks);
}

void TestDemoProvider::streamsWhatItAnswers_data()
{
    QTest::addColumn<QByteArray>("options");
    QTest::addColumn<bool>("hasUsage");
    QTest::newRow("plain") << QByteArray() << false;
    QTest::newRow("declined") << QByteArray(R"(,"stream_options":{"include_usage":false})") << false;
    QTest::newRow("asked for") << QByteArray(R"(,"stream_options":{"include_usage":true})") << true;
}

void TestDemoProvider::streamsWhatItAnswers()
{
    QFETCH(QByteArray, options);
    QFETCH(bool, hasUsage);
    const QByteArray body = R"({"model":"m","messages":[{"role":"user","content":"Hi \"you\""}])";
    const DemoAnswer answer = post("/chat/completions", body + R"(,"stream":true)" + options + '}');
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.streamed);
    QVERIFY(answer.headers.value("content-type").startsWith("text/event-stream"));
    QCOMPARE(answer.headers.value("x-quota-proxy-demo"), "true");
    QCOMPARE(answer.chunks.last(), "data: [DONE]\n\n");
    for (const QByteArray &chunk : answer.chunks) {
        QVERIFY(chunk.startsWith("data: ") && chunk.endsWith("\n\n"));
        QCOMPARE(chunk.count('\n'), 2);
    }
    QList<QJsonObject> events = eventsOf(answer);
    if (hasUsage) {
        const QJsonObject last = events.takeLast();
        QVERIFY(last["choices"_L1].isArray() && last["choices"_L1].toArray().isEmpty());
        QCOMPARE(last["usage"_L1], jsonOf(post("/chat/completions", body + '}'))["usage"_L1]);
    }
    QCOMPARE(events.first()["choices"_L1][0]["delta"_L1]["role"_L1].toString(), u"assistant"_s);
    QCOMPARE(events.last()["choices"_L1][0]["finish_reason"_L1].toString(), u"stop"_s);
    QVERIFY(events.last()["choices"_L1][0]["delta"_L1].toObject().isEmpty());
    QVERIFY(events.size() > 5);
    QString text;
    for (const QJsonObject &event : std::as_const(events)) {
        QCOMPARE(event["object"_L1].toString(), u"chat.completion.chunk"_s);
        QCOMPARE(event["model"_L1].toString(), u"m"_s);
        QCOMPARE(event["id"_L1], events.first()["id"_L1]);
        QCOMPARE(event.contains("usage"_L1), hasUsage);
        QVERIFY(event["usage"_L1].isNull() || event["usage"_L1].isUndefined());
        text += event["choices"_L1][0]["delta"_L1]["content"_L1].toString();
    }
    QCOMPARE(text, textOf(jsonOf(post("/chat/completions", body + '}'))));
}

void TestDemoProvider::respectsTheCeiling()
{
    for (const QByteArray &name : {QByteArray("max_tokens"), QByteArray("max_completion_tokens")}) {
        const QByteArray body = R"({"messages":[{"role":"user","content":"a"}],")" + name + "\":3";
        const QJsonObject object = jsonOf(post("/chat/completions", body + '}'));
        QCOMPARE(object["usage"_L1]["completion_tokens"_L1].toInt(), 3);
        QCOMPARE(object["choices"_L1][0]["finish_reason"_L1].toString(), u"length"_s);
        QCOMPARE(textOf(object), u"[Quota Proxy demo]"_s);
        const QList<QJsonObject> events = eventsOf(post("/chat/completions", body + ",\"stream\":true}"));
        QCOMPARE(events.size(), 5);
        QCOMPARE(events.last()["choices"_L1][0]["finish_reason"_L1].toString(), u"length"_s);
    }
    const QJsonObject none =
        jsonOf(post("/chat/completions", R"({"messages":[{"role":"user","content":"a"}],"max_tokens":0})"));
    QCOMPARE(textOf(none), QString());
    QCOMPARE(none["usage"_L1]["completion_tokens"_L1].toInt(-1), 0);
}

void TestDemoProvider::givesSeveralChoices()
{
    const QJsonObject object = jsonOf(
        post("/chat/completions", R"({"messages":[{"role":"user","content":"a"}],"n":2,"max_tokens":4})"));
    QCOMPARE(object["choices"_L1].toArray().size(), 2);
    QCOMPARE(object["choices"_L1][1]["index"_L1].toInt(), 1);
    QCOMPARE(object["usage"_L1]["completion_tokens"_L1].toInt(), 8);
}

void TestDemoProvider::answersCompletions_data()
{
    QTest::addColumn<QByteArray>("prompt");
    QTest::addColumn<int>("tokens");
    QTest::addColumn<QString>("echo");
    QTest::newRow("string") << QByteArray(R"("one two")") << 2 << u"one two"_s;
    QTest::newRow("strings") << QByteArray(R"(["one","two"])") << 2 << u"two"_s;
    QTest::newRow("numbers") << QByteArray("[5,6,7]") << 3 << u"5 6 7"_s;
    QTest::newRow("lists of numbers") << QByteArray("[[5],[6,7]]") << 3 << u"6 7"_s;
}

void TestDemoProvider::answersCompletions()
{
    QFETCH(QByteArray, prompt);
    QFETCH(QString, echo);
    const QByteArray body = R"({"model":"m","prompt":)" + prompt;
    const QJsonObject object = jsonOf(post("/completions", body + '}'));
    QCOMPARE(object["object"_L1].toString(), u"text_completion"_s);
    const QString text = object["choices"_L1][0]["text"_L1].toString();
    QVERIFY2(text.endsWith(u"“%1”"_s.arg(echo)), qPrintable(text));
    QTEST(object["usage"_L1]["prompt_tokens"_L1].toInt(), "tokens");
    QString streamed;
    const QList<QJsonObject> events = eventsOf(post("/completions", body + ",\"stream\":true}"));
    for (const QJsonObject &event : events)
        streamed += event["choices"_L1][0]["text"_L1].toString();
    QCOMPARE(streamed, text);
}

void TestDemoProvider::embeds()
{
    const QByteArray body = R"({"model":"e","input":["one","two words"],"dimensions":5)";
    const QJsonObject object = jsonOf(post("/embeddings", body + '}'));
    QCOMPARE(object["object"_L1].toString(), u"list"_s);
    QCOMPARE(object["model"_L1].toString(), u"e"_s);
    QCOMPARE(object["usage"_L1]["prompt_tokens"_L1].toInt(), 3);
    QCOMPARE(object["usage"_L1]["total_tokens"_L1].toInt(), 3);
    const QJsonArray data = object["data"_L1].toArray();
    QCOMPARE(data.size(), 2);
    const QJsonObject packed = jsonOf(post("/embeddings", body + R"(,"encoding_format":"base64"})"));
    for (qsizetype i = 0; i < data.size(); ++i) {
        QCOMPARE(data[i]["index"_L1].toInt(), int(i));
        const QJsonArray vector = data[i]["embedding"_L1].toArray();
        QCOMPARE(vector.size(), 5);
        const QByteArray bytes =
            QByteArray::fromBase64(packed["data"_L1][i]["embedding"_L1].toString().toLatin1());
        QCOMPARE(bytes.size(), qsizetype(5 * sizeof(float)));
        double squares = 0;
        for (qsizetype k = 0; k < vector.size(); ++k) {
            squares += vector[k].toDouble() * vector[k].toDouble();
            QCOMPARE(qFromLittleEndian<float>(bytes.constData() + k * 4), float(vector[k].toDouble()));
        }
        QVERIFY(std::abs(squares - 1) < 1e-6);
    }
    QVERIFY(data[0]["embedding"_L1] != data[1]["embedding"_L1]);
    QCOMPARE(jsonOf(post("/embeddings", R"({"input":"x","dimensions":1})"))["data"_L1][0]["embedding"_L1]
                 .toArray()
                 .size(),
             1);
}

void TestDemoProvider::listsModels()
{
    const DemoAnswer answer = demoAnswer("GET", "/models", {}, created);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.headers.value("x-quota-proxy-demo"), "true");
    const QJsonObject object = jsonOf(answer);
    QCOMPARE(object["object"_L1].toString(), u"list"_s);
    QCOMPARE(object["data"_L1].toArray().size(), 1);
    QCOMPARE(object["data"_L1][0]["id"_L1].toString(), u"demo-chat"_s);
    QCOMPARE(object["data"_L1][0]["object"_L1].toString(), u"model"_s);
    QCOMPARE(object["data"_L1][0]["owned_by"_L1].toString(), u"quota-proxy-demo"_s);
}

void TestDemoProvider::refuses_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("param");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const QByteArray &path, const QByteArray &body,
                        const QString &param, const QString &code = u"invalid_value"_s) {
        QTest::newRow(name) << QByteArray("POST") << path << body << 400 << param << code;
    };
    const QByteArray chat = "/chat/completions";
    const QByteArray hello = R"({"messages":[{"role":"user","content":"a"}])";
    row("no body", chat, "", {}, u"invalid_json"_s);
    row("broken", chat, "{\"messages\":", {}, u"invalid_json"_s);
    row("list", chat, "[]", {}, u"invalid_json"_s);
    row("no messages", chat, R"({"model":"m"})", u"messages"_s);
    row("empty messages", chat, R"({"messages":[]})", u"messages"_s);
    row("messages text", chat, R"({"messages":"a"})", u"messages"_s);
    row("message text", chat, R"({"messages":["a"]})", u"messages[0]"_s);
    row("no role", chat, R"({"messages":[{"role":"user","content":"a"},{"content":"a"}]})", u"messages[1]"_s);
    row("content number", chat, R"({"messages":[{"role":"user","content":1}]})", u"messages[0].content"_s);
    row("part text", chat, R"({"messages":[{"role":"user","content":["a"]}]})", u"messages[0].content"_s);
    row("model", chat, hello + ",\"model\":1}", u"model"_s);
    row("stream", chat, hello + ",\"stream\":1}", u"stream"_s);
    row("ceiling", chat, hello + ",\"max_tokens\":-1}", u"max_tokens"_s);
    row("n zero", chat, hello + ",\"n\":0}", u"n"_s);
    row("n large", chat, hello + ",\"n\":1000}", u"n"_s);
    row("n text", chat, hello + ",\"n\":\"2\"}", u"n"_s);
    row("no prompt", "/completions", "{}", u"prompt"_s);
    row("prompt number", "/completions", R"({"prompt":5})", u"prompt"_s);
    row("prompt mixed", "/completions", R"({"prompt":[5,"a"]})", u"prompt"_s);
    row("no input", "/embeddings", "{}", u"input"_s);
    row("empty input", "/embeddings", R"({"input":[]})", u"input"_s);
    row("dimensions", "/embeddings", R"({"input":"a","dimensions":0})", u"dimensions"_s);
    row("format", "/embeddings", R"({"input":"a","encoding_format":"int8"})", u"encoding_format"_s);
    QTest::newRow("unknown path") << QByteArray("POST") << QByteArray("/images") << QByteArray("{}") << 404
                                  << QString() << u"not_found"_s;
    QTest::newRow("method") << QByteArray("GET") << chat << QByteArray() << 404 << QString()
                            << u"not_found"_s;
}

void TestDemoProvider::refuses()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    const DemoAnswer answer = demoAnswer(method, path, body, created);
    QTEST(answer.status, "status");
    QVERIFY(!answer.streamed);
    QCOMPARE(answer.headers.value("content-type"), "application/json");
    QCOMPARE(answer.headers.value("x-quota-proxy-demo"), "true");
    const QJsonObject error = jsonOf(answer)["error"_L1].toObject();
    QVERIFY(!error["message"_L1].toString().isEmpty());
    QCOMPARE(error["type"_L1].toString(), u"invalid_request_error"_s);
    QVERIFY(error.contains("param"_L1));
    QTEST(error["param"_L1].toString(), "param");
    QTEST(error["code"_L1].toString(), "code");
}

void TestDemoProvider::splitsIntoPieces_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("pieces");
    QTest::newRow("empty") << QString() << QStringList();
    QTest::newRow("words") << u"one two  three"_s << QStringList{u"one"_s, u" two"_s, u"  three"_s};
    QTest::newRow("cjk") << u"用GPT吧 好"_s << QStringList{u"用"_s, u"GPT"_s, u"吧"_s, u" 好"_s};
    QTest::newRow("space at the end") << u"a \n"_s << QStringList{u"a"_s, u" \n"_s};
    QTest::newRow("pairs") << u"a😀b 𠀀"_s << QStringList{u"a😀b"_s, u" 𠀀"_s};
}

void TestDemoProvider::splitsIntoPieces()
{
    QFETCH(QString, text);
    QTEST(piecesOf(text), "pieces");
    QCOMPARE(piecesOf(text).join(QString()), text);
}

void TestDemoProvider::isMeteredAsItSays()
{
    const QByteArray body = R"({"messages":[{"role":"user","content":"Hi"}])";
    const DemoAnswer whole = post("/chat/completions", body + '}');
    UsageMeter json(UsageMeter::shapeOf(whole.headers.value("content-type")));
    json.feed(whole.chunks.first());
    json.finish();
    const DemoAnswer stream =
        post("/chat/completions", body + R"(,"stream":true,"stream_options":{"include_usage":true}})");
    UsageMeter events(UsageMeter::shapeOf(stream.headers.value("content-type")), true);
    QByteArray passed;
    for (const QByteArray &chunk : stream.chunks)
        passed += events.feed(chunk);
    passed += events.finish();
    QVERIFY(json.usage(0).measure == Measure::Measured);
    QVERIFY(json.usage(0) == events.usage(0));
    QVERIFY(!passed.contains("\"usage\":{"));
    QCOMPARE(passed.count("data: "), stream.chunks.size() - 1);
}

QTEST_GUILESS_MAIN(TestDemoProvider)
#include "tst_demoprovider.moc"

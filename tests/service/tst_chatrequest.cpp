// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/chatrequest.h"
#include "service/proxy/jsonhead.h"
#include "shared/limit.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;

class TestChatRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void estimates_data();
    void estimates();
    void refuses_data();
    void refuses();
    void refusesInChinese();
    void refusesEveryCut();
    void modelOutlivesTheBody();
    void asksForUsage_data();
    void asksForUsage();
    void reservesAtMost_data();
    void reservesAtMost();
    void checksTheHead_data();
    void checksTheHead();
};

void TestChatRequest::reads_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("model");
    QTest::addColumn<bool>("stream");
    QTest::addColumn<bool>("includeUsage");
    QTest::addColumn<qint64>("maximum"); // -1: none
    const auto row = [](const char *name, const QByteArray &body, const QByteArray &model,
                        bool stream = false, bool includeUsage = false, qint64 maximum = -1) {
        QTest::newRow(name) << body << model << stream << includeUsage << maximum;
    };
    row("empty object", "{}", "");
    row("model", R"({"model":"gpt-4o"})", "gpt-4o");
    row("escaped name and model", R"({"mod\u0065l":"\u6df1\/a"})", "深/a");
    row("stream", R"({"stream":true})", "", true);
    row("stream null", R"({"stream":null})", "");
    row("usage asked for", R"({"stream":true,"stream_options":{"include_usage":true}})", "", true, true);
    row("usage declined", R"({"stream":true,"stream_options":{"include_usage":false}})", "", true);
    row("usage null", R"({"stream_options":{"include_usage":null}})", "");
    row("options null", R"({"stream_options":null})", "");
    row("max_tokens", R"({"max_tokens":100})", "", false, false, 100);
    row("zero", R"({"max_tokens":0})", "", false, false, 0);
    row("null", R"({"max_tokens":null})", "");
    row("max_completion_tokens", R"({"max_completion_tokens":7})", "", false, false, 7);
    row("max_output_tokens", R"({"max_output_tokens":9})", "", false, false, 9);
    row("the largest", R"({"max_tokens":5,"max_completion_tokens":50,"max_output_tokens":20})", "", false,
        false, 50);
    row("names that are only like ours", R"({"models":1,"streams":"x","nn":2,"model_id":3,"\u017f":4})", "");
    row("twice what is not read", R"({"user":"a","user":"b","model":"m"})", "m");
    row("whole with a point", R"({"max_tokens":5.0})", "", false, false, 5);
    row("whole with an exponent", R"({"max_tokens":1e3})", "", false, false, 1000);
    row("nested names are not ours", R"({"metadata":{"model":1,"stream":"x","max_tokens":-1}})", "");
    row("unknown members", R"({"tools":[{"type":"function"}],"temperature":0.2,"model":"m"})", "m");
}

void TestChatRequest::reads()
{
    QFETCH(QByteArray, body);
    QFETCH(qint64, maximum);
    const Result<ChatRequest> request = ChatRequest::parse(body);
    QVERIFY2(request, qPrintable(request ? QString() : request.error().message));
    QTEST(request->model, "model");
    QTEST(request->stream, "stream");
    QTEST(request->includeUsage, "includeUsage");
    QCOMPARE(request->maximumTokens.value_or(-1), maximum);
}

void TestChatRequest::estimates_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<qint64>("tokens");
    const auto row = [](const char *name, const QByteArray &body, qint64 tokens) {
        QTest::newRow(name) << body << tokens;
    };
    row("nothing", "{}", 0);
    row("eight bytes", R"({"messages":[{"role":"user","content":"12345678"}]})", 2);
    row("rounded up once",
        R"({"messages":[{"role":"user","content":"12345"},{"role":"user","content":"678"}]})", 2);
    row("cjk", R"({"messages":[{"role":"user","content":"中文字"}]})", 3);
    row("cjk escaped", R"({"messages":[{"role":"user","content":"\u4e2d\u6587"}]})", 2);
    row("beyond the basic plane", R"({"messages":[{"role":"user","content":"𠀀😀"}]})", 2);
    row("parts", R"({"messages":[{"role":"user","content":[{"type":"text","text":"1234"},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAAAAAAAAAAAAAAAAAAAAAA"}}]}]})",
        1);
    row("files do not count",
        R"({"messages":[{"role":"user","content":[{"type":"file","file":{"file_data":"AAAAAAAAAAAA"}}]}]})",
        0);
    row("prompt", R"({"prompt":"12345678"})", 2);
    row("prompts", R"({"prompt":["1234","5678"]})", 2);
    row("token numbers", R"({"prompt":[[1,2,3],[4]]})", 4);
    row("input", R"({"input":["12345678",""]})", 2);
    row("responses input", R"({"instructions":"1234","input":[{"role":"user","content":
        [{"type":"input_text","text":"5678"}]}]})",
        2);
    row("system", R"({"system":[{"type":"text","text":"1234"}],"messages":[]})", 1);
    row("texts elsewhere", R"({"user":"12345678","metadata":{"text":"12345678"}})", 0);
}

void TestChatRequest::estimates()
{
    QFETCH(QByteArray, body);
    const Result<ChatRequest> request = ChatRequest::parse(body);
    QVERIFY2(request, qPrintable(request ? QString() : request.error().message));
    QTEST(request->promptEstimate, "tokens");
}

void TestChatRequest::refuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("part");
    const auto row = [](const char *name, const QByteArray &body, const QString &field, const QString &part) {
        QTest::newRow(name) << body << field << part;
    };
    const QString twice = u"is there twice"_s;
    row("model twice", R"({"model":"a","model":"b"})", u"model"_s, twice);
    row("model twice, the same", R"({"model":"a","model":"a"})", u"model"_s, twice);
    row("model twice, escaped", R"({"model":"a","mod\u0065l":"b"})", u"model"_s, twice);
    row("model twice, far apart", R"({"model":"a","metadata":{"model":"c"},"\u006dodel":"b"})", u"model"_s,
        twice);
    row("stream twice", R"({"stream":true,"stream":false})", u"stream"_s, twice);
    row("options twice", R"({"stream_options":{"include_usage":true},"stream_options":{}})",
        u"stream_options"_s, twice);
    row("usage twice", R"({"stream_options":{"include_usage":true,"include_usage":false}})",
        u"stream_options.include_usage"_s, twice);
    row("ceiling twice", R"({"max_tokens":50,"max_tokens":5})", u"max_tokens"_s, twice);
    row("messages twice", R"({"messages":[],"messages":[]})", u"messages"_s, twice);
    row("n twice", R"({"n":1,"n":2})", u"n"_s, twice);
    row("model in capitals", R"({"Model":"a"})", u"Model"_s, u"must be written “model”"_s);
    row("model also in capitals", R"({"model":"a","MODEL":"b"})", u"MODEL"_s, u"must be written “model”"_s);
    row("capitals escaped", R"({"model":"a","\u004dodel":"b"})", u"Model"_s, u"must be written “model”"_s);
    row("long s", R"({"\u017ftream":true})", u"ſtream"_s, u"must be written “stream”"_s);
    row("long s, unescaped", R"({"ſtream":true})", u"ſtream"_s, u"must be written “stream”"_s);
    row("kelvin", R"({"max_to\u212aens":5})", u"max_to\u212aens"_s, u"must be written “max_tokens”"_s);
    row("usage in capitals", R"({"stream_options":{"Include_Usage":true}})", u"Include_Usage"_s,
        u"must be written “include_usage”"_s);
    row("NUL behind a name", R"({"model":"a","model\u0000":"b"})", u"model"_s + QChar(u'\0'),
        u"holds a NUL"_s);
    row("half a pair in a name", R"({"model":"a","mod\ud800el":"b"})", u"mod\ufffdel"_s, u"broken"_s);
    row("NUL in the model", R"({"model":"a\u0000b"})", u"model"_s, u"control characters"_s);
    row("line end in the model", R"({"model":"a\n"})", u"model"_s, u"control characters"_s);
    row("half a pair in the model", R"({"model":"a\ud800"})", u"model"_s, u"control characters"_s);
    row("empty model", R"({"model":""})", u"model"_s, u"1 to 256 bytes"_s);
    row("long model", R"({"model":")" + QByteArray(257, 'm') + "\"}", u"model"_s, u"1 to 256 bytes"_s);
    row("byte order mark", "\xef\xbb\xbf{}", {}, u"at byte 0"_s);
    row("utf-16", QByteArray("{\0\"\0a\0\"\0:\0001\0}\0", 14), {}, u"at byte 1"_s);
    row("raw NUL", QByteArray("{\"model\":\"a\0\"}", 14), {}, u"control character"_s);
    row("overlong utf-8",
        "{\"m\xc1\xaf"
        "del\":\"a\"}",
        {}, u"not UTF-8"_s);
    row("infinite ceiling", R"({"max_tokens":1e999})", u"max_tokens"_s, u"whole number"_s);
    row("not a number", R"({"max_tokens":NaN})", {}, u"a value is missing"_s);
    row("no answers", R"({"n":0})", u"n"_s, u"from 1 to 128"_s);
    row("many answers", R"({"n":129})", u"n"_s, u"from 1 to 128"_s);
    row("answers as text", R"({"n":"2"})", u"n"_s, u"from 1 to 128"_s);
    row("half an answer", R"({"n":1.5})", u"n"_s, u"from 1 to 128"_s);
    row("many of the best", R"({"best_of":1e18})", u"best_of"_s, u"from 1 to 128"_s);
    row("nothing", "", {}, u"at byte 0"_s);
    row("text", "hello", {}, u"a value is missing at byte 0"_s);
    row("array", "[]", {}, u"must be a JSON object"_s);
    row("broken array", "[1,", {}, u"ends too early at byte 3"_s);
    row("string", "\"a\"", {}, u"must be a JSON object"_s);
    row("cut", R"({"model":"a")", {}, u"ends too early at byte 12"_s);
    row("behind the end", R"({"model":"a"} x)", {}, u"follows the end at byte 14"_s);
    row("not utf-8", "{\"model\":\"\xff\"}", {}, u"not UTF-8 at byte 10"_s);
    row("too deep", "{\"a\":" + QByteArray(128, '[') + QByteArray(128, ']') + '}', {}, u"128 levels"_s);
    row("model number", R"({"model":5})", u"model"_s, u"“model” must be a string"_s);
    row("model null", R"({"model":null})", u"model"_s, u"string"_s);
    row("model object", R"({"model":{"a":[1]},"stream":true})", u"model"_s, u"string"_s);
    row("stream text", R"({"stream":"true"})", u"stream"_s, u"true or false"_s);
    row("stream number", R"({"stream":1})", u"stream"_s, u"true or false"_s);
    row("options list", R"({"stream_options":[]})", u"stream_options"_s, u"an object"_s);
    row("usage text", R"({"stream_options":{"include_usage":"yes"}})", u"stream_options.include_usage"_s,
        u"true or false"_s);
    row("negative ceiling", R"({"max_tokens":-1})", u"max_tokens"_s, u"whole number"_s);
    row("fraction", R"({"max_completion_tokens":1.5})", u"max_completion_tokens"_s, u"whole number"_s);
    row("text ceiling", R"({"max_output_tokens":"10"})", u"max_output_tokens"_s, u"whole number"_s);
    row("huge ceiling", R"({"max_tokens":1e30})", u"max_tokens"_s, u"whole number"_s);
    row("broken after a wrong field", R"({"stream":1,)", {}, u"not JSON"_s);
}

void TestChatRequest::refuses()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, part);
    const Result<ChatRequest> request = ChatRequest::parse(body);
    QVERIFY(!request);
    QVERIFY(request.error().code == ErrorCode::InvalidField);
    QTEST(request.error().field, "field");
    QVERIFY2(request.error().message.contains(part), qPrintable(request.error().message));
}

void TestChatRequest::refusesInChinese()
{
    const Result<ChatRequest> request = ChatRequest::parse("{\"model\":", Language::Chinese);
    QVERIFY(!request);
    QCOMPARE(request.error().message, u"请求体不是 JSON：第 9 字节处内容提前结束。"_s);
}

void TestChatRequest::refusesEveryCut()
{
    const QByteArray body = R"({"model":"gpt\u00e9é","stream":true,"x":-1.5e3,"a":[true,null,{"b":"\n"}]})";
    QVERIFY(ChatRequest::parse(body));
    for (qsizetype size = 0; size < body.size(); ++size)
        QVERIFY2(!ChatRequest::parse(body.first(size)), qPrintable(QString::number(size)));
}

void TestChatRequest::modelOutlivesTheBody()
{
    QByteArray body = R"({"model":"deepseek-chat"})";
    const Result<ChatRequest> request = ChatRequest::parse(body);
    body.fill('x');
    QVERIFY(request);
    QCOMPARE(request->model, "deepseek-chat");
}

void TestChatRequest::asksForUsage_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const QByteArray &body, const QByteArray &expected) {
        QTest::newRow(name) << body << expected;
    };
    row("none", R"({"stream":true})", R"({"stream":true,"stream_options":{"include_usage":true}})");
    row("empty object", "{}", R"({"stream_options":{"include_usage":true}})");
    row("space kept", "{ \"stream\" : true , \"a\":[1,  2] \n}\n",
        "{ \"stream\" : true , \"a\":[1,  2] \n,\"stream_options\":{\"include_usage\":true}}\n");
    row("false", R"({"stream_options":{"include_usage" : false },"b":1})",
        R"({"stream_options":{"include_usage" : true },"b":1})");
    row("null inside", R"({"stream_options":{"include_usage":null}})",
        R"({"stream_options":{"include_usage":true}})");
    row("options null", R"({"stream_options": null,"b":1})",
        R"({"stream_options": {"include_usage":true},"b":1})");
    row("options empty", R"({"stream_options":{}})", R"({"stream_options":{"include_usage":true}})");
    row("other options", R"({"stream_options":{ "x":{"include_usage":false}}})",
        R"({"stream_options":{"include_usage":true, "x":{"include_usage":false}}})");
    row("already true", R"({"stream_options":{"include_usage":true}})",
        R"({"stream_options":{"include_usage":true}})");
    row("escaped name", R"({"stream\u005foptions":{}})", R"({"stream\u005foptions":{"include_usage":true}})");
    row("nested name is another's", R"({"a":{"stream_options":null}})",
        R"({"a":{"stream_options":null},"stream_options":{"include_usage":true}})");
    row("numbers and escapes kept", R"({"n":1.00e+02,"m":"\u0041"})",
        R"({"n":1.00e+02,"m":"\u0041","stream_options":{"include_usage":true}})");
}

void TestChatRequest::asksForUsage()
{
    QFETCH(QByteArray, body);
    const Result<ChatRequest> request = ChatRequest::parse(body);
    QVERIFY(request);
    const QByteArray edited = askForUsage(body, *request);
    QTEST(edited, "expected");
    const Result<ChatRequest> again = ChatRequest::parse(edited);
    QVERIFY(again);
    QVERIFY(again->includeUsage);
    QVERIFY(QJsonDocument::fromJson(edited).isObject());
    QCOMPARE(askForUsage(edited, *again), edited);
}

void TestChatRequest::reservesAtMost_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<qint64>("tokens");
    const auto row = [](const char *name, const QByteArray &body, qint64 tokens) {
        QTest::newRow(name) << body << tokens;
    };
    row("nothing said", R"({"prompt":"12345678"})", 2 + 1000);
    row("ceiling", R"({"prompt":"12345678","max_tokens":10})", 2 + 10);
    row("none", R"({"max_tokens":0})", 0);
    row("n", R"({"prompt":"12345678","max_tokens":10,"n":3})", 2 + 30);
    row("n null", R"({"max_tokens":10,"n":null})", 10);
    row("n at its most", R"({"max_tokens":10,"n":128})", 1280);
    row("the best of more", R"({"max_tokens":10,"n":2,"best_of":5})", 50);
    row("the best of fewer", R"({"max_tokens":10,"n":5,"best_of":2})", 50);
    row("n of the default", R"({"n":2})", 2000);
    row("prompts", R"({"prompt":["1234","5678"],"max_tokens":10})", 2 + 20);
    row("prompts of numbers, n", R"({"prompt":[[1,2],[3]],"max_tokens":10,"n":2})", 3 + 40);
    row("one prompt of numbers", R"({"prompt":[1,2,3],"max_tokens":10})", 3 + 10);
    row("no prompts", R"({"prompt":[],"max_tokens":10})", 10);
    row("tools", R"({"prompt":"12345678","max_tokens":10,"tools":[{"a":"b"}]})", 5 + 10);
    row("no tools", R"({"prompt":"12345678","max_tokens":10,"tools":null,"functions":[]})", 4 + 10);
    row("more than a limit holds", R"({"max_tokens":999999999999999,"n":128})", maximumAmount);
    row("just as much", R"({"max_tokens":500000000000000,"n":2})", maximumAmount);
}

void TestChatRequest::reservesAtMost()
{
    QFETCH(QByteArray, body);
    const Result<ChatRequest> request = ChatRequest::parse(body);
    QVERIFY2(request, qPrintable(request ? QString() : request.error().message));
    QTEST(request->tokensAtMost(1000), "tokens");
}

void TestChatRequest::checksTheHead_data()
{
    QTest::addColumn<QByteArrayList>("types");
    QTest::addColumn<QByteArrayList>("codings");
    QTest::addColumn<bool>("isGood");
    const auto row = [](const char *name, const QByteArrayList &types, bool isGood,
                        const QByteArrayList &codings = {}) {
        QTest::newRow(name) << types << codings << isGood;
    };
    row("nothing", {}, true);
    row("json", {"application/json"}, true);
    row("capitals", {"Application/JSON; Charset=UTF-8"}, true);
    row("quoted charset", {"application/json;charset=\"utf-8\""}, true);
    row("of a vendor", {"application/vnd.api+json"}, true);
    row("empty parameter", {"application/json;"}, true);
    row("other parameter", {"application/json; profile=x"}, true);
    row("utf-16", {"application/json; charset=utf-16"}, false);
    row("utf-7", {"application/json; charset=utf-7"}, false);
    row("latin", {"application/json; charset=iso-8859-1"}, false);
    row("two charsets", {"application/json; charset=utf-8; charset=utf-7"}, false);
    row("charset with a star", {"application/json; charset*=utf-7''utf-7"}, false);
    row("form", {"application/x-www-form-urlencoded"}, false);
    row("text", {"text/plain"}, false);
    row("multipart", {"multipart/form-data; boundary=x"}, false);
    row("two types", {"application/json", "application/x-www-form-urlencoded"}, false);
    row("two in one", {"application/json, text/plain"}, false);
    row("identity", {"application/json"}, true, {"identity"});
    row("gzip", {"application/json"}, false, {"gzip"});
    row("br, no type", {}, false, {"br"});
    row("two codings", {}, false, {"identity", "gzip"});
}

void TestChatRequest::checksTheHead()
{
    QFETCH(QByteArrayList, types);
    QFETCH(QByteArrayList, codings);
    QFETCH(bool, isGood);
    HeaderList headers;
    for (const QByteArray &type : types)
        headers.append("content-type", type);
    for (const QByteArray &coding : codings)
        headers.append("content-encoding", coding);
    const Done done = checkJsonHead(headers);
    QCOMPARE(bool(done), isGood);
    if (!done)
        QVERIFY(done.error().message.contains(u"Content-"_s));
}

QTEST_GUILESS_MAIN(TestChatRequest)
#include "tst_chatrequest.moc"

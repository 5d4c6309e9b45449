// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/usagemeter.h"

#include "compressed.h"

#include <QTest>

using namespace quota;
using namespace quota::service;
using quota::test::compressed;
using Shape = UsageMeter::Shape;

class TestUsageMeter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsShapes_data();
    void knowsShapes();
    void readsBodies_data();
    void readsBodies();
    void readsTheTailOfLargeBodies();
    void readsStreams_data();
    void readsStreams();
    void hides_data();
    void hides();
    void passesEventsAtOnce();
    void estimatesWhatAClientGot();
    void passesLargeEventsUnread_data();
    void passesLargeEventsUnread();
    void readsCompressedAnswers_data();
    void readsCompressedAnswers();
    void passesWhatItCannotDecode_data();
    void passesWhatItCannotDecode();
    void takesNothingOutOfCompressedStreams();
};

// What came out, and what was read, of bytes fed in pieces.
struct Outcome
{
    QByteArray output;
    TokenUsage usage;
};

static Outcome feedAll(UsageMeter meter, const QByteArrayList &pieces)
{
    Outcome outcome;
    for (const QByteArray &piece : pieces)
        outcome.output += meter.feed(piece);
    outcome.output += meter.finish();
    outcome.usage = meter.usage(77);
    return outcome;
}

static QByteArrayList singleBytes(const QByteArray &bytes)
{
    QByteArrayList pieces;
    for (const char c : bytes)
        pieces += QByteArray(1, c);
    return pieces;
}

static QByteArray describe(const TokenUsage &usage)
{
    return QByteArray::number(usage.prompt) + '/' + QByteArray::number(usage.completion) + " cached " +
           QByteArray::number(usage.cached) + " reasoning " + QByteArray::number(usage.reasoning) +
           " measure " + QByteArray::number(int(usage.measure));
}

static TokenUsage measured(qint64 prompt, qint64 completion, qint64 cached = 0, qint64 reasoning = 0)
{
    return {prompt, completion, cached, reasoning, Measure::Measured};
}

static TokenUsage estimated(qint64 prompt, qint64 completion)
{
    return {prompt, completion, 0, 0, Measure::Estimated};
}

void TestUsageMeter::knowsShapes_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<int>("shape");
    QTest::newRow("json") << QByteArray("application/json") << int(Shape::Json);
    QTest::newRow("json parameters") << QByteArray("Application/JSON ; charset=utf-8") << int(Shape::Json);
    QTest::newRow("problem") << QByteArray("application/problem+JSON") << int(Shape::Json);
    QTest::newRow("stream") << QByteArray("text/event-stream;charset=utf-8") << int(Shape::EventStream);
    QTest::newRow("audio") << QByteArray("audio/mpeg") << int(Shape::Opaque);
    QTest::newRow("nothing") << QByteArray() << int(Shape::Opaque);
    QTest::newRow("lines") << QByteArray("application/jsonlines") << int(Shape::Opaque);
}

void TestUsageMeter::knowsShapes()
{
    QFETCH(QByteArray, type);
    QTEST(int(UsageMeter::shapeOf(type)), "shape");
}

void TestUsageMeter::readsBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<TokenUsage>("usage");
    const auto row = [](const char *name, const QByteArray &body, const TokenUsage &usage) {
        QTest::newRow(name) << body << usage;
    };
    row("chat",
        R"({"choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":12,"completion_tokens":34,
        "total_tokens":46,"prompt_tokens_details":{"cached_tokens":8,"audio_tokens":0},
        "completion_tokens_details":{"reasoning_tokens":5}}})",
        measured(12, 34, 8, 5));
    row("deepseek", R"({"usage":{"prompt_tokens":12,"completion_tokens":3,"total_tokens":15,
        "prompt_cache_hit_tokens":7,"prompt_cache_miss_tokens":5}})",
        measured(12, 3, 7));
    row("embeddings", R"({"object":"list","data":[{"embedding":[0.1,-2e-3]}],
        "usage":{"prompt_tokens":8,"total_tokens":8}})",
        measured(8, 0));
    row("total only", R"({"usage":{"total_tokens":9}})", measured(9, 0));
    row("reasoning beside the completion",
        R"({"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":35,
        "completion_tokens_details":{"reasoning_tokens":20}}})",
        measured(10, 25, 0, 20));
    row("responses", R"({"object":"response","output":[{"content":[{"text":"hi"}]}],
        "usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":4},"output_tokens":87,
        "output_tokens_details":{"reasoning_tokens":64},"total_tokens":123}})",
        measured(36, 87, 4, 64));
    row("anthropic", R"({"type":"message","content":[{"type":"text","text":"Hi"}],
        "usage":{"input_tokens":10,"cache_creation_input_tokens":20,"cache_read_input_tokens":30,
        "output_tokens":6}})",
        measured(60, 6, 30));
    row("details null", R"({"usage":{"prompt_tokens":1,"completion_tokens":2,"prompt_tokens_details":null}})",
        measured(1, 2));
    row("no usage: words", R"({"choices":[{"message":{"content":"12345678","role":"assistant"}}]})",
        estimated(77, 2));
    row("usage null: words", R"({"choices":[{"text":"中文"}],"usage":null})", estimated(77, 2));
    row("negative counts", R"({"usage":{"prompt_tokens":-1,"completion_tokens":-5}})", {});
    row("counts as text", R"({"usage":{"prompt_tokens":"12"}})", {});
    row("by duration", R"({"text":"hello","usage":{"type":"duration","seconds":3}})",
        {77, 2, 0, 0, Measure::Estimated}); // by the words of the transcript
    row("error", R"({"error":{"message":"no","usage":{"prompt_tokens":1}}})", {});
    row("list", R"([{"usage":{"prompt_tokens":1}}])", {});
    row("not json", "<html>\"usage\":{\"prompt_tokens\":1}", {});
    row("cut", R"({"usage":{"prompt_tokens":12,"completion_tokens":34}, "a")", {});
    row("empty", "", {});
}

void TestUsageMeter::readsBodies()
{
    QFETCH(QByteArray, body);
    QFETCH(TokenUsage, usage);
    for (const QByteArrayList &pieces : {QByteArrayList{body}, singleBytes(body)}) {
        const Outcome outcome = feedAll(UsageMeter(Shape::Json), pieces);
        QCOMPARE(outcome.output, body);
        QCOMPARE(describe(outcome.usage), describe(usage));
    }
    const Outcome opaque = feedAll(UsageMeter(Shape::Opaque), {body});
    QCOMPARE(opaque.output, body);
    QCOMPARE(describe(opaque.usage), describe({}));
}

void TestUsageMeter::readsTheTailOfLargeBodies()
{
    const QByteArray filling(UsageMeter::maximumKept + 100, 'x');
    const QByteArray body = R"({"usage":{"prompt_tokens":1,"completion_tokens":1},"data":")" + filling +
                            R"(","note":"\"usage\":{\"prompt_tokens\":9}","usage":{"prompt_tokens":21,)"
                            R"("completion_tokens":4},"after":{"usage":"none"}})";
    QByteArrayList pieces;
    for (qsizetype begin = 0; begin < body.size(); begin += 10'000)
        pieces += body.mid(begin, 10'000);
    for (const QByteArrayList &cut : {pieces, QByteArrayList{body}}) {
        const Outcome outcome = feedAll(UsageMeter(Shape::Json), cut);
        QVERIFY(outcome.output == body);
        QCOMPARE(describe(outcome.usage), describe(measured(21, 4)));
    }
    const QByteArray without = "{\"data\":\"" + filling + "\"}";
    QCOMPARE(describe(feedAll(UsageMeter(Shape::Json), {without}).usage), describe({}));
}

static const QByteArray roleChunk =
    R"({"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":null})";
static const QByteArray helloChunk = R"({"id":"c","choices":[{"index":0,"delta":{"content":"12345678"}}]})";
static const QByteArray stopChunk =
    R"({"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null})";
static const QByteArray usageChunk =
    R"({"id":"c","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}})";

static QByteArray eventOf(const QByteArray &data, const QByteArray &end = "\n")
{
    return "data: " + data + end + end;
}

void TestUsageMeter::readsStreams_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<TokenUsage>("usage");
    const auto row = [](const char *name, const QByteArray &stream, const TokenUsage &usage) {
        QTest::newRow(name) << stream << usage;
    };
    const QByteArray done = eventOf("[DONE]");
    row("chat", eventOf(roleChunk) + eventOf(helloChunk) + eventOf(stopChunk) + eventOf(usageChunk) + done,
        measured(9, 2));
    row("usage in the last choice",
        eventOf(helloChunk) +
            eventOf(R"({"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,
"completion_tokens":6}})")
                .replace("\n\"", "\ndata:\"") +
            done,
        measured(5, 6));
    row("usage in each chunk: the last",
        eventOf(R"({"choices":[{}],"usage":{"prompt_tokens":5,"completion_tokens":1}})") +
            eventOf(R"({"choices":[{}],"usage":{"prompt_tokens":5,"completion_tokens":2}})"),
        measured(5, 2));
    row("no usage",
        eventOf(roleChunk) + eventOf(helloChunk) + eventOf(helloChunk) + eventOf(stopChunk) + done,
        estimated(77, 4));
    row("reasoning and tools count as words",
        eventOf(R"({"choices":[{"delta":{"reasoning_content":"1234"}}]})") +
            eventOf(
                R"({"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":"5678"}}]}}]})"),
        estimated(77, 2));
    row("completions", eventOf(R"({"choices":[{"text":"中文"}]})") + done, estimated(77, 2));
    row("nothing", "", estimated(77, 0));
    row("error event", eventOf(R"({"error":{"message":"overloaded"}})"), estimated(77, 0));
    row("cut data is not read", "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9", estimated(77, 0));
    row("responses",
        "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"usage\":null}}\n\n"
        "event: response.output_text.delta\ndata: "
        "{\"type\":\"response.output_text.delta\",\"delta\":\"hello\"}\n\n"
        "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"usage\":"
        "{\"input_tokens\":37,\"output_tokens\":11,\"output_tokens_details\":{\"reasoning_tokens\":3},"
        "\"input_tokens_details\":{\"cached_tokens\":32},\"total_tokens\":48}}}\n\n",
        measured(37, 11, 32, 3));
    row("responses cut", eventOf(R"({"type":"response.output_text.delta","delta":"12345678"})"),
        estimated(77, 2));
    row("sounds are no words", eventOf(R"({"type":"response.audio.delta","delta":"12345678"})"),
        estimated(77, 0));
    row("anthropic",
        eventOf(R"({"type":"message_start","message":{"usage":{"input_tokens":25,"cache_read_input_tokens":5,
"output_tokens":1}}})")
                .replace("\n\"", "\ndata: \"") +
            eventOf(
                R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}})") +
            eventOf(
                R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":15}})") +
            eventOf(R"({"type":"message_stop"})"),
        measured(30, 15, 5));
    row("anthropic cut",
        eventOf(R"({"type":"message_start","message":{"usage":{"input_tokens":25,"output_tokens":1}}})") +
            eventOf(R"({"type":"content_block_delta","delta":{"type":"text_delta","text":"123456789"}})"),
        estimated(25, 3));
    row("comments and other fields",
        ": OPENROUTER PROCESSING\n\nid: 7\nretry: 10\nevent: x\ndata:" + usageChunk + "\n: c\n\n",
        measured(9, 2));
    row("crlf", eventOf(helloChunk, "\r\n") + eventOf(usageChunk, "\r\n"), measured(9, 2));
    row("cr", eventOf(helloChunk, "\r") + eventOf(usageChunk, "\r"), measured(9, 2));
    row("mixed ends", "data: " + usageChunk + "\r\n\rdata: x\r\r\n", measured(9, 2));
    row("byte order mark", "\xef\xbb\xbf" + eventOf(usageChunk), measured(9, 2));
    row("mark later is no mark", eventOf(helloChunk) + "\xef\xbb\xbf" + eventOf(usageChunk),
        estimated(77, 2));
    row("data over lines", "data: {\"choices\":[],\ndata:\"usage\":\ndata: {\"prompt_tokens\":9}}\n\n",
        measured(9, 0));
    row("no end", "data: " + usageChunk, measured(9, 2));
    row("no blank line", "data: " + usageChunk + "\n", measured(9, 2));
    row("not utf-8", "data: {\"usage\":{\"prompt_tokens\":9},\"a\":\"\xff\"}\n\n", estimated(77, 0));
    row("bare data field", "data\ndata\n\ndata: " + usageChunk + "\n\n", measured(9, 2));
}

void TestUsageMeter::readsStreams()
{
    QFETCH(QByteArray, stream);
    QFETCH(TokenUsage, usage);
    for (qsizetype cut = 0; cut <= stream.size(); ++cut) {
        UsageMeter meter(Shape::EventStream);
        QCOMPARE(meter.feed(stream.first(cut)), stream.first(cut));
        QCOMPARE(meter.feed(stream.sliced(cut)), stream.sliced(cut));
        QCOMPARE(meter.finish(), QByteArray());
        QCOMPARE(describe(meter.usage(77)), describe(usage));
    }
    const Outcome outcome = feedAll(UsageMeter(Shape::EventStream), singleBytes(stream));
    QCOMPARE(outcome.output, stream);
    QCOMPARE(describe(outcome.usage), describe(usage));
}

void TestUsageMeter::hides_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const QByteArray &stream, const QByteArray &expected) {
        QTest::newRow(name) << stream << expected;
    };
    const auto same = [&](const char *name, const QByteArray &stream) { row(name, stream, stream); };
    const QByteArray before = eventOf(roleChunk) + eventOf(helloChunk) + eventOf(stopChunk);
    const QByteArray done = eventOf("[DONE]");
    row("usage chunk", before + eventOf(usageChunk) + done, before + done);
    row("crlf", eventOf(helloChunk, "\r\n") + eventOf(usageChunk, "\r\n") + eventOf("[DONE]", "\r\n"),
        eventOf(helloChunk, "\r\n") + eventOf("[DONE]", "\r\n"));
    row("cr", eventOf(helloChunk, "\r") + eventOf(usageChunk, "\r") + eventOf("[DONE]", "\r"),
        eventOf(helloChunk, "\r") + eventOf("[DONE]", "\r"));
    row("its other lines too", before + "id: 4\n: note\ndata:" + usageChunk + "\n\n" + done, before + done);
    row("a comment before it stays", before + ": ping\ndata: " + usageChunk + "\n\n" + done,
        before + ": ping\n" + done);
    row("without a blank line", before + "data: " + usageChunk + "\n", before);
    row("without an end", before + "data: " + usageChunk, before);
    row("first, after a mark", "\xef\xbb\xbf" + eventOf(usageChunk) + done, done);
    row("over lines", "data: {\"choices\":[],\ndata:\"usage\":{}}\n\n" + done, done);
    same("none", before + done);
    same("usage null", eventOf(R"({"choices":[],"usage":null})") + done);
    same("prompt filter", eventOf(R"({"choices":[],"prompt_filter_results":[]})") + done);
    same("usage beside a choice",
         eventOf(R"({"choices":[{"delta":{}}],"usage":{"prompt_tokens":1}})") + done);
    same("no choices at all", eventOf(R"({"usage":{"prompt_tokens":1}})"));
    same("nested", eventOf(R"({"a":{"choices":[],"usage":{"prompt_tokens":1}},"choices":[{}]})"));
    same("broken", eventOf(R"({"choices":[],"usage":{"prompt_tokens":1})"));
    same("comments", ": a\n\n: b\n\n\n\n:\r\n\r\n");
    same("no events", "hello\nworld");
    same("cut", eventOf(helloChunk) + "data: {\"choices\":[");
    same("lone returns", "data: x\r\r\ndata: y\r\n\n\r");
    same("empty", "");
}

void TestUsageMeter::hides()
{
    QFETCH(QByteArray, stream);
    QFETCH(QByteArray, expected);
    for (qsizetype cut = 0; cut <= stream.size(); ++cut) {
        const Outcome outcome =
            feedAll(UsageMeter(Shape::EventStream, true), {stream.first(cut), stream.sliced(cut)});
        QCOMPARE(outcome.output, expected);
    }
    QCOMPARE(feedAll(UsageMeter(Shape::EventStream, true), singleBytes(stream)).output, expected);
    // Other shapes hide nothing.
    QCOMPARE(feedAll(UsageMeter(Shape::Json, true), {stream}).output, stream);
    QCOMPARE(feedAll(UsageMeter(Shape::Opaque, true), {stream}).output, stream);
}

void TestUsageMeter::passesEventsAtOnce()
{
    UsageMeter meter(Shape::EventStream, true);
    QCOMPARE(meter.feed(eventOf(roleChunk)), eventOf(roleChunk));
    QCOMPARE(meter.feed(": ping\n"), QByteArray(": ping\n"));
    QCOMPARE(meter.feed("\n"), QByteArray("\n"));
    QCOMPARE(meter.feed("data: " + helloChunk), QByteArray());
    QCOMPARE(meter.feed("\n"), QByteArray());
    QCOMPARE(meter.feed("\ndata: "), eventOf(helloChunk));
    // A return alone ends the line: nobody waits for a line feed that may never come.
    QCOMPARE(meter.feed(stopChunk + "\r\r"), "data: " + stopChunk + "\r\r");
    QCOMPARE(meter.feed("\n"), QByteArray("\n"));
    QCOMPARE(meter.feed("data: " + usageChunk + "\r\n\r"), QByteArray());
    QCOMPARE(meter.feed("\n"), QByteArray());
    QCOMPARE(meter.feed(eventOf("[DONE]")), eventOf("[DONE]"));
    QCOMPARE(meter.finish(), QByteArray());
    QCOMPARE(describe(meter.usage(0)), describe(measured(9, 2)));
}

void TestUsageMeter::estimatesWhatAClientGot()
{
    UsageMeter meter(Shape::EventStream, true);
    meter.feed(eventOf(helloChunk) + eventOf(helloChunk) +
               "data: {\"choices\":[{\"delta\":{\"content\":\"half");
    QCOMPARE(describe(meter.usage(5)), describe(estimated(5, 4)));
}

void TestUsageMeter::passesLargeEventsUnread_data()
{
    QTest::addColumn<QByteArray>("large");
    const QByteArray filling(UsageMeter::maximumEvent, 'x');
    const QByteArray start = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1},\"a\":\"";
    QTest::newRow("one line") << start + filling + "\"}\n\n";
    QTest::newRow("crlf") << start + filling + "\"}\r\n\r\n";
    QTest::newRow("many lines") << (start + QByteArray(filling).replace(QByteArray(1000, 'x'), "x\ndata: ") +
                                    filling + "\"}\n\n");
    QTest::newRow("other field") << "id: " + filling + "\ndata: " + usageChunk + "\n\n";
    QTest::newRow("comment inside") << "id: 1\n:" + filling + "\ndata: " + usageChunk + "\n\n";
}

void TestUsageMeter::passesLargeEventsUnread()
{
    QFETCH(QByteArray, large);
    const QByteArray stream = eventOf(helloChunk) + large + eventOf(usageChunk) + eventOf("[DONE]");
    QByteArrayList pieces;
    for (qsizetype begin = 0; begin < stream.size(); begin += 4093)
        pieces += stream.mid(begin, 4093);
    for (const QByteArrayList &cut : {pieces, QByteArrayList{stream}}) {
        const Outcome plain = feedAll(UsageMeter(Shape::EventStream), cut);
        QVERIFY(plain.output == stream);
        QCOMPARE(describe(plain.usage), describe(measured(9, 2)));
        const Outcome hidden = feedAll(UsageMeter(Shape::EventStream, true), cut);
        QVERIFY(hidden.output == eventOf(helloChunk) + large + eventOf("[DONE]"));
        QCOMPARE(describe(hidden.usage), describe(measured(9, 2)));
    }
    // What is too large to be an event goes out while it comes.
    UsageMeter meter(Shape::EventStream, true);
    qsizetype passed = 0;
    for (int i = 0; i < 300; ++i)
        passed += meter.feed(QByteArray(4096, 'x')).size();
    QCOMPARE(passed, qsizetype(300 * 4096));
}

void TestUsageMeter::readsCompressedAnswers_data()
{
    QTest::addColumn<ContentCoding>("coding");
    QTest::newRow("gzip") << ContentCoding::Gzip;
    QTest::newRow("deflate") << ContentCoding::Deflate;
    QTest::newRow("br") << ContentCoding::Brotli;
    QTest::newRow("zstd") << ContentCoding::Zstd;
}

void TestUsageMeter::readsCompressedAnswers()
{
    QFETCH(ContentCoding, coding);
    const QByteArray body = compressed(
        coding,
        R"({"choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":12,"completion_tokens":34}})");
    const QByteArray stream =
        compressed(coding, eventOf(roleChunk) + eventOf(helloChunk) + eventOf(stopChunk) +
                               eventOf(usageChunk) + eventOf("[DONE]"));
    for (const auto &[shape, bytes, usage] : {std::tuple(Shape::Json, body, measured(12, 34)),
                                              std::tuple(Shape::EventStream, stream, measured(9, 2))}) {
        for (qsizetype cut = 0; cut <= bytes.size(); ++cut) {
            const Outcome outcome =
                feedAll(UsageMeter(shape, false, coding), {bytes.first(cut), bytes.sliced(cut)});
            QCOMPARE(outcome.output, bytes);
            QCOMPARE(describe(outcome.usage), describe(usage));
        }
        const Outcome outcome = feedAll(UsageMeter(shape, false, coding), singleBytes(bytes));
        QCOMPARE(outcome.output, bytes);
        QCOMPARE(describe(outcome.usage), describe(usage));
    }
    // A client that leaves had what came until then.
    const QByteArray events = eventOf(helloChunk) + eventOf(helloChunk);
    UsageMeter left(Shape::EventStream, false, coding);
    left.feed(compressed(coding, events));
    QCOMPARE(describe(left.usage(5)), describe(estimated(5, 4)));
    // What is large is read from its tail, as when it is plain.
    QByteArray large = "{\"data\":[";
    quint32 number = 1;
    while (large.size() < UsageMeter::maximumKept + UsageMeter::tailKept) {
        number = number * 1664525 + 1013904223;
        large += QByteArray::number(number) + ',';
    }
    large += R"(0],"usage":{"prompt_tokens":21,"completion_tokens":4}})";
    const QByteArray encoded = compressed(coding, large);
    const Outcome outcome = feedAll(UsageMeter(Shape::Json, false, coding), {encoded});
    QVERIFY(outcome.output == encoded);
    QCOMPARE(describe(outcome.usage), describe(measured(21, 4)));
}

void TestUsageMeter::passesWhatItCannotDecode_data()
{
    QTest::addColumn<ContentCoding>("coding");
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray stream = compressed(ContentCoding::Gzip, eventOf(helloChunk) + eventOf(usageChunk));
    const QByteArray bomb = compressed(ContentCoding::Gzip, eventOf(helloChunk) + eventOf(usageChunk) +
                                                                QByteArray(32 << 20, '\n'));
    QByteArray corrupt = stream;
    corrupt[stream.size() - 5] = char(~corrupt[stream.size() - 5]); // of the check sum
    QTest::newRow("another coding") << ContentCoding::Brotli << stream;
    QTest::newRow("plain after all") << ContentCoding::Gzip << eventOf(usageChunk);
    QTest::newRow("corrupt") << ContentCoding::Gzip << corrupt;
    QTest::newRow("swells") << ContentCoding::Gzip << bomb;
    QTest::newRow("unreadable") << ContentCoding::Unreadable << stream;
}

void TestUsageMeter::passesWhatItCannotDecode()
{
    QFETCH(ContentCoding, coding);
    QFETCH(QByteArray, bytes);
    for (const Shape shape : {Shape::Json, Shape::EventStream, Shape::Opaque}) {
        for (const QByteArrayList &pieces : {QByteArrayList{bytes}, singleBytes(bytes)}) {
            const Outcome outcome = feedAll(UsageMeter(shape, true, coding), pieces);
            QVERIFY(outcome.output == bytes);
            QVERIFY(shape == Shape::Opaque || describe(outcome.usage) == describe({}));
        }
    }
}

void TestUsageMeter::takesNothingOutOfCompressedStreams()
{
    const QByteArray stream =
        compressed(ContentCoding::Gzip, eventOf(helloChunk) + eventOf(usageChunk) + eventOf("[DONE]"));
    const Outcome outcome = feedAll(UsageMeter(Shape::EventStream, true, ContentCoding::Gzip), {stream});
    QCOMPARE(outcome.output, stream);
    QCOMPARE(describe(outcome.usage), describe(measured(9, 2)));
}

QTEST_GUILESS_MAIN(TestUsageMeter)
#include "tst_usagemeter.moc"

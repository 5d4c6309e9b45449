// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/repeatedevent.h"

#include <QTest>

using namespace quota::service;

// An event that is recognised says what reading all of it would have said.
class TestRepeatedEvent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recognises_data();
    void recognises();
    void learnsTheLastOne();
};

static std::optional<TokenEstimate> wordsAfter(const QByteArray &first, const QByteArray &second)
{
    RepeatedEvent repeated;
    if (const auto reading = readUsage(first, true))
        repeated.learn(first, *reading);
    return repeated.wordsOf(second);
}

void TestRepeatedEvent::recognises_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("second");
    QTest::addColumn<bool>("isLike");
    const auto row = [](const char *name, const QByteArray &first, const QByteArray &second, bool isLike) {
        QTest::newRow(name) << first << second << isLike;
    };
    const auto chunk = [](const QByteArray &content, const QByteArray &rest = "\"usage\":null") {
        return "{\"id\":\"c\",\"choices\":[{\"delta\":{\"content\":\"" + content + "\"}}]," + rest + '}';
    };
    row("other words", chunk("one"), chunk("of many words"), true);
    row("the same", chunk("one"), chunk("one"), true);
    row("from nothing", chunk(""), chunk("12345"), true);
    row("to nothing", chunk("12345"), chunk(""), true);
    row("escapes", chunk("a"), chunk(R"(\"\n\u4e2d)"), true);
    row("from escapes", chunk(R"(\\\")"), chunk("1234"), true);
    row("CJK", chunk("a"), chunk("中文"), true);
    row("responses", R"({"type":"response.output_text.delta","delta":"one"})",
        R"({"type":"response.output_text.delta","delta":"two words"})", true);
    row("another tail", chunk("a"), chunk("a", "\"usage\":{\"prompt_tokens\":1}"), false);
    row("another head", chunk("a"), chunk("a").replace("\"c\"", "\"d\""), false);
    row("cut", chunk("a"), chunk("a").chopped(1), false);
    row("shorter", chunk("a"), "{}", false);
    row("words that close", chunk("a"), chunk(R"(a"}}],"x":[{"y":{"z":")"), false);
    row("words that are broken", chunk("a"), chunk("\xff"), false);
    row("a number for the words", chunk("a"), chunk("a").replace("\"a\"", "5"), false);
    row("usage", chunk("a", "\"usage\":{\"prompt_tokens\":1}"), chunk("b", "\"usage\":{\"prompt_tokens\":1}"),
        false);
    row("two texts", R"({"choices":[{"text":"a"},{"text":"b"}]})",
        R"({"choices":[{"text":"a"},{"text":"c"}]})", false);
    row("no text", R"({"choices":[{"delta":{}}]})", R"({"choices":[{"delta":{}}]})", false);
    row("sounds", R"({"type":"response.audio.delta","delta":"AAAA"})",
        R"({"type":"response.audio.delta","delta":"BBBB"})", false);
    row("token numbers", R"({"choices":[{"text":[5]}]})", R"({"choices":[{"text":[6]}]})", false);
    row("large", chunk("a", "\"x\":\"" + QByteArray(2000, 'x') + '"'),
        chunk("b", "\"x\":\"" + QByteArray(2000, 'x') + '"'), false);
    row("not JSON", "{\"a\":", "{\"a\":", false);
}

void TestRepeatedEvent::recognises()
{
    QFETCH(QByteArray, first);
    QFETCH(QByteArray, second);
    QFETCH(bool, isLike);
    const auto words = wordsAfter(first, second);
    QCOMPARE(words.has_value(), isLike);
    if (!words)
        return;
    const auto reading = readUsage(second, true);
    QVERIFY(reading);
    QCOMPARE(words->tokens(), reading->text.tokens());
    QVERIFY(reading->counts == UsageCounts{});
    QVERIFY(!reading->isUsageChunk);
}

void TestRepeatedEvent::learnsTheLastOne()
{
    RepeatedEvent repeated;
    QVERIFY(!repeated.wordsOf("{}"));
    const auto learn = [&](const QByteArray &data) { repeated.learn(data, *readUsage(data, true)); };
    learn(R"({"choices":[{"text":"a"}],"n":1})");
    QVERIFY(repeated.wordsOf(R"({"choices":[{"text":"b"}],"n":1})"));
    learn(R"({"choices":[{"text":"a"}],"n":2})");
    QVERIFY(!repeated.wordsOf(R"({"choices":[{"text":"b"}],"n":1})"));
    QVERIFY(repeated.wordsOf(R"({"choices":[{"text":"b"}],"n":2})"));
    learn("{}");
    QVERIFY(!repeated.wordsOf(R"({"choices":[{"text":"b"}],"n":2})"));
}

QTEST_GUILESS_MAIN(TestRepeatedEvent)
#include "tst_repeatedevent.moc"

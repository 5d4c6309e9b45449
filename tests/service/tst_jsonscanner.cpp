// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/jsonscanner.h"
#include "service/proxy/utf8.h"

#include <QTest>

using namespace quota::service;
using Token = JsonScanner::Token;

class TestJsonScanner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void decodesTexts_data();
    void decodesTexts();
    void readsWholeNumbers_data();
    void readsWholeNumbers();
    void knowsPlaces();
    void stopsAfterTheValue();
    void readsUtf8_data();
    void readsUtf8();
};

static Token last(JsonScanner &scanner)
{
    Token token = scanner.next();
    while (token != Token::End && token != Token::Fault)
        token = scanner.next();
    return token;
}

void TestJsonScanner::accepts_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty object") << QByteArray("{}");
    QTest::newRow("empty array") << QByteArray(" [ ] ");
    QTest::newRow("string") << QByteArray("\"a\"");
    QTest::newRow("numbers") << QByteArray("[0,-0,1.5,-1.25e+10,1E-2,123456789012345678901234567890]");
    QTest::newRow("words") << QByteArray("[true,false,null]");
    QTest::newRow("nested") << QByteArray("{\"a\":{\"b\":[{},[],{\"c\":[[1]]}]},\"d\":\"\"}");
    QTest::newRow("white space") << QByteArray("\t{\r\n \"a\" : 1 , \"b\" : [ 1 , 2 ] }\n");
    QTest::newRow("escapes") << QByteArray(R"(["\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00\ud800"])");
    QTest::newRow("utf-8") << QByteArray("[\"é中😀\"]");
    QTest::newRow("twice") << QByteArray("{\"a\":1,\"a\":2}");
    QTest::newRow("128 levels") << QByteArray(128, '[') + QByteArray(128, ']');
}

void TestJsonScanner::accepts()
{
    QFETCH(QByteArray, text);
    JsonScanner scanner(text);
    QCOMPARE(last(scanner), Token::End);
    QCOMPARE(scanner.depth(), 0);
}

void TestJsonScanner::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qsizetype>("position");
    const auto row = [](const char *name, const QByteArray &text, qsizetype position) {
        QTest::newRow(name) << text << position;
    };
    row("nothing", "", 0);
    row("space only", "  \n", 3);
    row("byte order mark", "\xef\xbb\xbf{}", 0);
    row("cut object", "{\"a\":1", 6);
    row("cut in a name", "{\"a", 1);
    row("cut after a comma", "[1,", 3);
    row("comma before the end", "[1,]", 3);
    row("comma before a brace", "{\"a\":1,}", 7);
    row("comma first", "[,1]", 1);
    row("no comma", "[1 2]", 3);
    row("no colon", "{\"a\" 1}", 5);
    row("wrong bracket", "[1}", 2);
    row("wrong brace", "{\"a\":1]", 6);
    row("closed too often", "{}}", 2);
    row("two values", "{} {}", 3);
    row("name without quotes", "{a:1}", 1);
    row("single quotes", "{'a':1}", 1);
    row("comment", "{/*a*/}", 1);
    row("leading zero", "[012]", 1);
    row("plus", "[+1]", 1);
    row("bare point", "[.5]", 1);
    row("point without digits", "[1.]", 3);
    row("exponent without digits", "[1e]", 3);
    row("minus alone", "[-]", 1);
    row("not a number", "[NaN]", 1);
    row("capital word", "[True]", 1);
    row("cut word", "[tru", 1);
    row("raw newline", "[\"a\nb\"]", 3);
    row("raw NUL", QByteArray("[\"a\0b\"]", 7), 3);
    row("unknown escape", R"(["\x"])", 2);
    row("short unicode escape", R"(["\u12"])", 2);
    row("cut escape", "[\"\\", 2);
    row("lone continuation byte", "[\"\x80\"]", 2);
    row("overlong", "[\"\xc0\xaf\"]", 2);
    row("utf-8 surrogate", "[\"\xed\xa0\x80\"]", 2);
    row("above unicode", "[\"\xf4\x90\x80\x80\"]", 2);
    row("cut utf-8", "[\"\xe4\xb8\"]", 2);
    row("129 levels", QByteArray(129, '[') + QByteArray(129, ']'), 128);
}

void TestJsonScanner::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(qsizetype, position);
    JsonScanner scanner(text);
    QCOMPARE(last(scanner), Token::Fault);
    QCOMPARE(scanner.begin(), position);
    QVERIFY(scanner.reason());
    QCOMPARE(scanner.next(), Token::Fault);
}

void TestJsonScanner::decodesTexts_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("plain") << QByteArray("\"abc\"") << QByteArray("abc");
    QTest::newRow("empty") << QByteArray("\"\"") << QByteArray("");
    QTest::newRow("escapes") << QByteArray(R"("a\"\\\/\b\f\n\r\tz")") << QByteArray("a\"\\/\b\f\n\r\tz");
    QTest::newRow("unicode") << QByteArray(R"("\u4e2d\u6587é")") << QByteArray("中文é");
    QTest::newRow("pair") << QByteArray(R"("\ud83d\ude00")") << QByteArray("😀");
    QTest::newRow("half a pair") << QByteArray(R"("\ud83dx")") << QByteArray("\xef\xbf\xbdx");
    QTest::newRow("low half") << QByteArray(R"("\ude00")") << QByteArray("\xef\xbf\xbd");
    QTest::newRow("two highs") << QByteArray(R"("\ud83d\ud83d\ude00")") << QByteArray("\xef\xbf\xbd😀");
}

void TestJsonScanner::decodesTexts()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, text);
    JsonScanner scanner(json);
    QCOMPARE(scanner.next(), Token::String);
    QCOMPARE(scanner.text().toByteArray(), text);
}

void TestJsonScanner::readsWholeNumbers_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("isWhole");
    QTest::addColumn<qint64>("expected");
    QTest::newRow("zero") << QByteArray("0") << true << qint64(0);
    QTest::newRow("plain") << QByteArray("42") << true << qint64(42);
    QTest::newRow("negative") << QByteArray("-7") << true << qint64(-7);
    QTest::newRow("exponent") << QByteArray("1e3") << true << qint64(1000);
    QTest::newRow("point zero") << QByteArray("5.0") << true << qint64(5);
    QTest::newRow("fraction") << QByteArray("5.5") << false << qint64(-1);
    QTest::newRow("huge") << QByteArray("1e300") << false << qint64(-1);
    QTest::newRow("beyond range") << QByteArray("1000000000000001") << false << qint64(-1);
    QTest::newRow("overflow") << QByteArray("1e999") << false << qint64(-1);
    QTest::newRow("string") << QByteArray("\"1\"") << false << qint64(-1);
}

void TestJsonScanner::readsWholeNumbers()
{
    QFETCH(QByteArray, json);
    QFETCH(bool, isWhole);
    QFETCH(qint64, expected);
    JsonScanner scanner(json);
    scanner.next();
    qint64 value = -1;
    QCOMPARE(scanner.wholeNumber(&value), isWhole);
    QCOMPARE(value, expected);
}

void TestJsonScanner::knowsPlaces()
{
    const QByteArray text = R"({"a": [1, "x"], "b":null})";
    JsonScanner scanner(text);
    QByteArrayList raws;
    while (scanner.next() != Token::End) {
        QVERIFY(scanner.token() != Token::Fault);
        if (scanner.token() != Token::Name)
            raws += scanner.raw().toByteArray();
    }
    QCOMPARE(raws, (QByteArrayList{"{", "[", "1", "\"x\"", "]", "null", "}"}));

    JsonScanner members(text);
    QCOMPARE(members.next(), Token::ObjectBegin);
    QByteArrayList names;
    forEachMember(members,
                  [&](QByteArrayView name, Token) { names += QByteArray(name.data(), name.size()); });
    QCOMPARE(names, (QByteArrayList{"a", "b"}));
    QCOMPARE(members.next(), Token::End);
}

void TestJsonScanner::stopsAfterTheValue()
{
    JsonScanner scanner("{\"a\":1}garbage", JsonScanner::Rest::Ignored);
    QCOMPARE(last(scanner), Token::End);
    QCOMPARE(scanner.end(), 7);
}

void TestJsonScanner::readsUtf8_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("length");
    QTest::newRow("nothing") << QByteArray() << 0;
    QTest::newRow("ascii") << QByteArray("ab") << 1;
    QTest::newRow("two") << QByteArray("\xc3\xa9z") << 2;
    QTest::newRow("three") << QByteArray("中") << 3;
    QTest::newRow("four") << QByteArray("😀") << 4;
    QTest::newRow("last before surrogates") << QByteArray("\xed\x9f\xbf") << 3;
    QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << 0;
    QTest::newRow("last") << QByteArray("\xf4\x8f\xbf\xbf") << 4;
    QTest::newRow("after the last") << QByteArray("\xf4\x90\x80\x80") << 0;
    QTest::newRow("overlong three") << QByteArray("\xe0\x9f\xbf") << 0;
    QTest::newRow("overlong four") << QByteArray("\xf0\x8f\xbf\xbf") << 0;
    QTest::newRow("cut") << QByteArray("\xf0\x9f\x98") << 0;
}

void TestJsonScanner::readsUtf8()
{
    QFETCH(QByteArray, bytes);
    QTEST(utf8SequenceLength(bytes), "length");
}

QTEST_GUILESS_MAIN(TestJsonScanner)
#include "tst_jsonscanner.moc"

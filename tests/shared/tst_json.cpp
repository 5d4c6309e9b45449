// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/json.h"

#include <QtTest>

using namespace quota;
using namespace Qt::StringLiterals;

static QJsonObject parsed(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object();
}

class JsonTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parsesOneObject()
    {
        const auto object = parseJsonObject("{\"a\": 1}");
        QVERIFY(object);
        QCOMPARE(object->value("a"_L1).toInt(), 1);
    }

    void refusesOtherBodies_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("list") << QByteArray("[]");
        QTest::newRow("number") << QByteArray("1");
        QTest::newRow("half") << QByteArray("{\"a\":");
        QTest::newRow("two") << QByteArray("{}{}");
        QTest::newRow("not UTF-8") << QByteArray("{\"a\":\"\xff\"}");
        QTest::newRow("too deep") << QByteArray("{\"a\":" + QByteArray(2000, '[') + QByteArray(2000, ']') +
                                                "}");
    }
    void refusesOtherBodies()
    {
        QFETCH(QByteArray, body);
        const auto object = parseJsonObject(body);
        QVERIFY(!object);
        QCOMPARE(toString(object.error().code), toString(ErrorCode::InvalidField));
        QVERIFY(object.error().message.contains(u"JSON"));
    }

    void readsEveryType()
    {
        JsonReader reader(parsed(R"({"s":"x","b":true,"i":-5,"d":"42","t":"2026-11-23T03:09:19Z",
            "l":["a","b"],"n":[1,2],"o":{"in":7},"e":[{"v":1},{"v":2}],"nothing":null})"));
        QCOMPARE(reader.string("s"_L1), u"x"_s);
        QCOMPARE(reader.boolean("b"_L1, false), true);
        QCOMPARE(reader.integer("i"_L1), -5);
        QCOMPARE(reader.integer("d"_L1), 42);
        QCOMPARE(toIso(reader.timestamp("t"_L1).value()), u"2026-11-23T03:09:19.000Z"_s);
        QCOMPARE(reader.strings("l"_L1), QStringList({u"a"_s, u"b"_s}));
        QCOMPARE(reader.integers("n"_L1), QList<qint64>({1, 2}));
        qint64 inner = 0;
        reader.nested("o"_L1, [&inner](JsonReader &object) { inner = object.integer("in"_L1); });
        QCOMPARE(inner, 7);
        qint64 sum = 0;
        reader.objects("e"_L1, [&sum](JsonReader &element) { sum += element.integer("v"_L1); });
        QCOMPARE(sum, 3);
        QCOMPARE(reader.string("nothing"_L1, u"fallback"_s), u"fallback"_s);
        QVERIFY(reader.isNull("nothing"_L1));
        QVERIFY(reader.finish(true));
    }

    void absentAndNullGiveTheFallback()
    {
        JsonReader reader(
            parsed(R"({"s":null,"b":null,"i":null,"t":null,"l":null,"n":null,"o":null,"e":null})"));
        QCOMPARE(reader.string("s"_L1, u"f"_s), u"f"_s);
        QCOMPARE(reader.boolean("b"_L1, true), true);
        QCOMPARE(reader.integerOr("i"_L1, 9), 9);
        QVERIFY(!reader.timestamp("t"_L1));
        QVERIFY(reader.strings("l"_L1).isEmpty());
        QVERIFY(reader.integers("n"_L1).isEmpty());
        QVERIFY(reader.object("o"_L1).isEmpty());
        reader.objects("e"_L1, [](JsonReader &) { QFAIL("called for null"); });
        QCOMPARE(reader.integerOr("absent"_L1, 3), 3);
        QVERIFY(reader.finish(true));
    }

    void refusals_data()
    {
        using Read = std::function<void(JsonReader &)>;
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Read>("read");
        QTest::addColumn<QString>("field");
        const Read integer = [](JsonReader &reader) { reader.integer("a"_L1, 1, 10); };
        const Read string = [](JsonReader &reader) { reader.string("a"_L1); };
        const Read time = [](JsonReader &reader) { reader.timestamp("a"_L1); };
        const Read elements = [](JsonReader &reader) {
            reader.objects("a"_L1, [](JsonReader &element) { element.integer("v"_L1); });
        };
        QTest::newRow("string absent") << QByteArray("{}") << string << u"a"_s;
        QTest::newRow("string is number") << QByteArray(R"({"a":1})") << string << u"a"_s;
        QTest::newRow("string is null") << QByteArray(R"({"a":null})") << string << u"a"_s;
        QTest::newRow("integer absent") << QByteArray("{}") << integer << u"a"_s;
        QTest::newRow("integer below") << QByteArray(R"({"a":0})") << integer << u"a"_s;
        QTest::newRow("integer above") << QByteArray(R"({"a":11})") << integer << u"a"_s;
        QTest::newRow("integer with fraction") << QByteArray(R"({"a":1.5})") << integer << u"a"_s;
        QTest::newRow("integer is huge") << QByteArray(R"({"a":1e300})") << integer << u"a"_s;
        QTest::newRow("integer is a word") << QByteArray(R"({"a":"five"})") << integer << u"a"_s;
        QTest::newRow("integer is a list") << QByteArray(R"({"a":[1]})") << integer << u"a"_s;
        QTest::newRow("boolean is a word")
            << QByteArray(R"({"a":"true"})")
            << Read([](JsonReader &reader) { reader.boolean("a"_L1, false); }) << u"a"_s;
        QTest::newRow("time without zone") << QByteArray(R"({"a":"2026-11-23T03:09:19"})") << time << u"a"_s;
        QTest::newRow("time is a number") << QByteArray(R"({"a":1})") << time << u"a"_s;
        QTest::newRow("strings hold a number")
            << QByteArray(R"({"a":["x",1]})") << Read([](JsonReader &reader) { reader.strings("a"_L1); })
            << u"a"_s;
        QTest::newRow("strings is a string")
            << QByteArray(R"({"a":"x"})") << Read([](JsonReader &reader) { reader.strings("a"_L1); })
            << u"a"_s;
        QTest::newRow("integers hold a fraction")
            << QByteArray(R"({"a":[1,1.5]})") << Read([](JsonReader &reader) { reader.integers("a"_L1); })
            << u"a"_s;
        QTest::newRow("object is a list")
            << QByteArray(R"({"a":[]})") << Read([](JsonReader &reader) { reader.object("a"_L1); }) << u"a"_s;
        QTest::newRow("nested absent")
            << QByteArray("{}")
            << Read([](JsonReader &reader) { reader.nested("a"_L1, [](JsonReader &) {}); }) << u"a"_s;
        QTest::newRow("nested field") << QByteArray(R"({"a":{}})") << Read([](JsonReader &reader) {
            reader.nested("a"_L1, [](JsonReader &inner) { inner.string("b"_L1); });
        }) << u"a.b"_s;
        QTest::newRow("elements is an object") << QByteArray(R"({"a":{}})") << elements << u"a"_s;
        QTest::newRow("element is a number") << QByteArray(R"({"a":[{"v":1},2]})") << elements << u"a[1]"_s;
        QTest::newRow("field of an element")
            << QByteArray(R"({"a":[{"v":1},{"v":"x"}]})") << elements << u"a[1].v"_s;
        QTest::newRow("unknown field") << QByteArray(R"({"a":"x","b":1})") << string << u"b"_s;
    }
    void refusals()
    {
        QFETCH(QByteArray, body);
        QFETCH(std::function<void(JsonReader &)>, read);
        QFETCH(QString, field);
        JsonReader reader(parsed(body));
        read(reader);
        const Done done = reader.finish(true);
        QVERIFY(!done);
        QCOMPARE(toString(done.error().code), toString(ErrorCode::InvalidField));
        QCOMPARE(done.error().field, field);
        QVERIFY2(done.error().message.startsWith(field), qPrintable(done.error().message));
    }

    void answersTolerateUnknownFields()
    {
        JsonReader reader(parsed(R"({"a":"x","b":1})"));
        QCOMPARE(reader.string("a"_L1), u"x"_s);
        QVERIFY(reader.finish(false));
    }

    void theUnknownFieldIsToldWhatIsKnown()
    {
        JsonReader reader(parsed(R"({"lable":"x"})"));
        reader.string("label"_L1, {});
        reader.ignore("label"_L1);
        reader.ignore("count"_L1);
        QCOMPARE(reader.finish(true).error().message,
                 u"lable: this field is not known here; known are label, count."_s);
    }

    void theFirstFaultIsKept()
    {
        JsonReader reader(parsed(R"({"a":1,"b":2})"));
        reader.string("a"_L1);
        reader.string("b"_L1);
        reader.fail("c"_L1, u"third"_s);
        reader.fail(invalidField(u"d"_s, u"d: fourth"_s));
        QVERIFY(reader.failed());
        QCOMPARE(reader.finish(true).error().field, u"a"_s);
    }

    void takesAFaultFoundElsewhere()
    {
        JsonReader reader(parsed("{}"));
        reader.fail(Done());
        QVERIFY(!reader.failed());
        reader.fail(invalidField(u"limits[1]"_s, u"limits[1]: twice"_s));
        QCOMPARE(reader.finish(false).error().field, u"limits[1]"_s);
    }
};

QTEST_GUILESS_MAIN(JsonTest)
#include "tst_json.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/fieldnames.h"

#include <QTest>

using namespace quota::service;

class TestMessage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void looksLikeAMessage();
    void passesOnWhatIsKept_data();
    void passesOnWhatIsKept();
    void copiesAreIndependent();
    void findsFieldNames();
};

static HeaderList letters()
{
    return {{"a", "1"}, {"b", ""}, {"c", "3"}, {"d", "4"}, {"e", "5"}};
}

void TestMessage::looksLikeAMessage()
{
    HeaderList list;
    QCOMPARE(list.lines(), QByteArrayView());
    list.append("Content-Type", "text/plain");
    list.append("Empty", "");
    list.append("Number", qint64(-1234567890123456789));
    QCOMPARE(list.lines(),
             QByteArrayView("Content-Type: text/plain\r\nEmpty: \r\nNumber: -1234567890123456789\r\n"));
    QCOMPARE(list.value("empty"), QByteArrayView(""));
    QCOMPARE(list.value("CONTENT-TYPE"), QByteArrayView("text/plain"));
    QVERIFY(list.value("none").isNull());
    list.set("content-type", "a");
    QCOMPARE(list.lines(), QByteArrayView("Empty: \r\nNumber: -1234567890123456789\r\ncontent-type: a\r\n"));
}

void TestMessage::passesOnWhatIsKept_data()
{
    QTest::addColumn<QByteArray>("kept");
    for (const char *kept : {"", "a", "e", "c", "abcde", "abde", "bcd", "ace", "bd", "ae"})
        QTest::newRow(kept) << QByteArray(kept);
}

void TestMessage::passesOnWhatIsKept()
{
    QFETCH(QByteArray, kept);
    HeaderList list{{"before", "0"}};
    list.append(letters(), [&](HeaderField field) { return kept.contains(field.name); });
    list.append("after", "6");
    QByteArray names;
    QByteArray lines;
    for (const HeaderField field : list) {
        if (field.name.size() == 1) {
            names += field.name;
            QCOMPARE(field.value, letters().value(field.name));
        }
        lines.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    QCOMPARE(names, kept);
    QCOMPARE(list.lines(), QByteArrayView(lines));
    QCOMPARE(list.value("after"), QByteArrayView("6"));
}

void TestMessage::copiesAreIndependent()
{
    HeaderList one = letters();
    HeaderList other = one;
    other.append("f", "6");
    one.set("a", "7");
    QCOMPARE(other.value("a"), QByteArrayView("1"));
    QVERIFY(!one.contains("f"));
    const HeaderList moved = std::move(other);
    QCOMPARE(moved.size(), 6);
    QCOMPARE(moved.value("f"), QByteArrayView("6"));
}

void TestMessage::findsFieldNames()
{
    static constexpr FieldNames names(
        {"TE", "Connection", "Keep-Alive", "Host", "Strict-Transport-Security"});
    for (const char *name : {"te", "CONNECTION", "keep-alive", "Host", "strict-transport-security"})
        QVERIFY2(names.contains(name), name);
    for (const char *name : {"", "t", "ET", "Connections", "Keep_Alive", "Most",
                             "a-name-that-is-longer-than-all-of-them-together"})
        QVERIFY2(!names.contains(name), name);
}

QTEST_GUILESS_MAIN(TestMessage)
#include "tst_message.moc"

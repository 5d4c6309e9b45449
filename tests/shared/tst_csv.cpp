// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/csv.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota;

// Text for spreadsheets: what is quoted, what is kept from being run, the mark, and keys as rows.
class TestCsv : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesFields_data();
    void writesFields();
    void marksOnDemand();
    void writesKeys();
};

void TestCsv::writesFields_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("written");
    const auto row = [](const char *name, const QString &field, const QString &written) {
        QTest::newRow(name) << field << written;
    };
    row("plain", u"a b"_s, u"a b"_s);
    row("Chinese", u"密钥"_s, u"密钥"_s);
    row("comma", u"a,b"_s, u"\"a,b\""_s);
    row("quote", u"a\"b"_s, u"\"a\"\"b\""_s);
    row("line", u"a\nb"_s, u"\"a\nb\""_s);
    row("space around", u" a "_s, u"\" a \""_s);
    row("formula", u"=cmd|' /C calc'!A0"_s, u"'=cmd|' /C calc'!A0"_s);
    row("formula with comma", u"=a(1,2)"_s, u"\"'=a(1,2)\""_s);
    row("at", u"@SUM(1)"_s, u"'@SUM(1)"_s);
    row("plus word", u"+cmd"_s, u"'+cmd"_s);
    row("minus word", u"-x"_s, u"'-x"_s);
    row("wide formula", u"＝1+1"_s, u"'＝1+1"_s);
    row("tab", u"\t=1"_s, u"'\t=1"_s);
    row("line end", u"\n=1"_s, u"\"'\n=1\""_s);
    row("number", u"-12.5"_s, u"-12.5"_s);
    row("number and more", u"-1+1"_s, u"'-1+1"_s);
}

void TestCsv::writesFields()
{
    QFETCH(QString, field);
    QFETCH(QString, written);
    QCOMPARE(csvText({{u"A"_s, field}}, false), u"A,"_s + written + u"\r\n"_s);
}

void TestCsv::marksOnDemand()
{
    QCOMPARE(toCsv({{u"a"_s}}, false), QByteArray("a\r\n"));
    QCOMPARE(toCsv({{u"a"_s}}, true), QByteArray("\xEF\xBB\xBF"
                                                 "a\r\n"));
}

void TestCsv::writesKeys()
{
    KeyOverview key;
    key.key.id = KeyId{u"key_a"_s};
    key.key.label = u"=Alice"_s;
    key.key.prefix = u"sk-"_s;
    key.key.tail = u"e41f"_s;
    key.key.models = {u"a"_s, u"b"_s};
    key.limits = {{{LimitUnit::Requests, LimitWindow::Day, 200}, 12, 0, {}},
                  {{LimitUnit::Tokens, LimitWindow::Total, -1}, 7, 0, {}}};
    key.requestsToday = 12;
    key.key.createdAt = *timestampFromIso(u"2026-11-27T12:00:00Z"_s);
    const QStringList row = keyCsvRow(key);
    QCOMPARE(row.size(), keyCsvHeading().size());
    QCOMPARE(csvText({row}, false), u"key_a,'=Alice,sk-…e41f,active,requests/day=200 tokens/total=-1,,a "
                                    u"b,12,0,,,2026-11-27T12:00:00.000Z,"
                                    "requests/day=12 tokens/total=7\r\n"_s);
}

QTEST_APPLESS_MAIN(TestCsv)
#include "tst_csv.moc"

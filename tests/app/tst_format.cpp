// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/format.h"

#include <QtTest>

using namespace quota;
using namespace quota::console;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

// Tuesday 24 November 2026, 09:12:08 in Shanghai.
const Timestamp now = *timestampFromIso(u"2026-11-24T01:12:08.000Z"_s);
const QTimeZone shanghai("Asia/Shanghai");

Format english()
{
    return Format(Language::English, shanghai);
}

Format chinese()
{
    return Format(Language::Chinese, shanghai);
}

}

// Numbers and times in both languages.
class TestFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbers_data();
    void numbers();
    void shares();
    void amounts_data();
    void amounts();
    void lengths_data();
    void lengths();
    void relative_data();
    void relative();
    void days();
    void zones();
    void sizes();
    void limits();
};

void TestFormat::numbers_data()
{
    QTest::addColumn<qint64>("value");
    QTest::addColumn<QString>("full");
    QTest::addColumn<QString>("compactEnglish");
    QTest::addColumn<QString>("compactChinese");
    QTest::newRow("zero") << 0LL << u"0"_s << u"0"_s << u"0"_s;
    QTest::newRow("three digits") << 999LL << u"999"_s << u"999"_s << u"999"_s;
    QTest::newRow("grouping") << 12'840LL << u"12,840"_s << u"12,840"_s << u"12,840"_s;
    QTest::newRow("last full") << 99'999LL << u"99,999"_s << u"99,999"_s << u"99,999"_s;
    QTest::newRow("thousands") << 140'000LL << u"140,000"_s << u"140 k"_s << u"14 万"_s;
    QTest::newRow("almost a million") << 999'499LL << u"999,499"_s << u"999 k"_s << u"99.9 万"_s;
    QTest::newRow("rounds up a unit") << 999'950LL << u"999,950"_s << u"1.00 M"_s << u"100 万"_s;
    QTest::newRow("millions") << 9'820'000LL << u"9,820,000"_s << u"9.82 M"_s << u"982 万"_s;
    QTest::newRow("tens of millions") << 31'400'000LL << u"31,400,000"_s << u"31.4 M"_s << u"3,140 万"_s;
    QTest::newRow("hundred million") << 100'000'000LL << u"100,000,000"_s << u"100 M"_s << u"1 亿"_s;
    QTest::newRow("billions") << 6'390'000'000LL << u"6,390,000,000"_s << u"6.39 B"_s << u"63.9 亿"_s;
    QTest::newRow("negative") << -12'840LL << u"−12,840"_s << u"−12,840"_s << u"−12,840"_s;
    QTest::newRow("negative millions") << -9'820'000LL << u"−9,820,000"_s << u"−9.82 M"_s << u"−982 万"_s;
}

void TestFormat::numbers()
{
    QFETCH(qint64, value);
    QTEST(english().number(value), "full");
    QTEST(english().compact(value), "compactEnglish");
    QTEST(chinese().compact(value), "compactChinese");
}

void TestFormat::shares()
{
    QCOMPARE(english().percent(0.124), u"12.4 %"_s);
    QCOMPARE(english().percent(1), u"100 %"_s);
    QCOMPARE(english().wholePercent(0.64), u"64%"_s);
    QCOMPARE(english().wholePercent(0.999), u"99%"_s); // not full before it is
    QCOMPARE(english().wholePercent(1), u"100%"_s);
    QCOMPARE(english().wholePercent(0.0001), u"1%"_s);
    QCOMPARE(english().wholePercent(0), u"0%"_s);
    QCOMPARE(english().change(-0.38), u"−38 %"_s);
    QCOMPARE(english().change(0.14), u"+14 %"_s);
    QCOMPARE(english().change(0.001), u"0 %"_s);
}

void TestFormat::amounts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("amount"); // −1: refused
    QTest::newRow("digits") << u"200"_s << 200LL;
    QTest::newRow("grouped") << u"2,000,000"_s << 2'000'000LL;
    QTest::newRow("blanks") << u"  2 000 "_s << 2000LL;
    QTest::newRow("million") << u"2 M"_s << 2'000'000LL;
    QTest::newRow("thousand") << u"1.5k"_s << 1500LL;
    QTest::newRow("wan") << u"200 万"_s << 2'000'000LL;
    QTest::newRow("yi") << u"1.5亿"_s << 150'000'000LL;
    QTest::newRow("exponent") << u"2e6"_s << 2'000'000LL;
    QTest::newRow("zero") << u"0"_s << 0LL;
    QTest::newRow("empty") << u""_s << -1LL;
    QTest::newRow("letters") << u"2oo"_s << -1LL;
    QTest::newRow("unit alone") << u"M"_s << -1LL;
    QTest::newRow("half a request") << u"2.5"_s << -1LL;
    QTest::newRow("negative") << u"-5"_s << -1LL;
    QTest::newRow("too much") << u"2e15"_s << -1LL;
    QTest::newRow("not a number") << u"nan"_s << -1LL;
    QTest::newRow("infinite") << u"inf"_s << -1LL;
}

void TestFormat::amounts()
{
    QFETCH(QString, text);
    QFETCH(qint64, amount);
    QCOMPARE(Format::parseAmount(text).value_or(-1), amount);
}

void TestFormat::lengths_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<QString>("inEnglish");
    QTest::addColumn<QString>("inChinese");
    QTest::newRow("seconds") << 40LL << u"40 s"_s << u"40 秒"_s;
    QTest::newRow("minutes") << 195LL << u"3 min"_s << u"3 分钟"_s;
    QTest::newRow("hours") << 5 * 3600LL + 42 * 60 << u"5 h 42 min"_s << u"5 小时 42 分"_s;
    QTest::newRow("whole hours") << 7200LL << u"2 h"_s << u"2 小时"_s;
    QTest::newRow("days") << 3 * 86400LL + 7200 << u"3 d 2 h"_s << u"3 天 2 小时"_s;
}

void TestFormat::lengths()
{
    QFETCH(qint64, seconds);
    QTEST(english().duration(std::chrono::seconds(seconds)), "inEnglish");
    QTEST(chinese().duration(std::chrono::seconds(seconds)), "inChinese");
}

void TestFormat::relative_data()
{
    QTest::addColumn<qint64>("secondsAgo");
    QTest::addColumn<QString>("inEnglish");
    QTest::addColumn<QString>("inChinese");
    QTest::newRow("now") << 12LL << u"now"_s << u"刚刚"_s;
    QTest::newRow("minutes") << 180LL << u"3 min ago"_s << u"3 分钟前"_s;
    QTest::newRow("hours") << 7200LL << u"2 h ago"_s << u"2 小时前"_s;
    QTest::newRow("days") << 92 * 86400LL << u"92 d ago"_s << u"92 天前"_s;
    QTest::newRow("soon") << -20LL << u"soon"_s << u"即将"_s;
    QTest::newRow("ahead") << -7200LL << u"in 2 h"_s << u"2 小时后"_s;
}

void TestFormat::relative()
{
    QFETCH(qint64, secondsAgo);
    const Timestamp then = now - std::chrono::seconds(secondsAgo);
    QTEST(english().relative(then, now), "inEnglish");
    QTEST(chinese().relative(then, now), "inChinese");
}

void TestFormat::days()
{
    QCOMPARE(english().day(now, now), u"today"_s);
    QCOMPARE(english().day(now + 24h, now), u"tomorrow"_s);
    QCOMPARE(chinese().day(now - 24h, now), u"昨天"_s);
    QCOMPARE(english().day(now + 48h, now), u"Thu 26 Nov"_s);
    QCOMPARE(chinese().day(now + 48h, now), u"11-26 周四"_s);
    QCOMPARE(english().day(now + 21 * 24h, now), u"15 Dec"_s);
    QCOMPARE(english().day(now + 68 * 24h, now), u"31 Jan 2027"_s);
    QCOMPARE(chinese().day(now + 68 * 24h, now), u"2027-01-31"_s);
    QCOMPARE(english().longDay(now), u"Tuesday 24 November 2026"_s);
    QCOMPARE(chinese().longDay(now), u"2026年11月24日 星期二"_s);
    QCOMPARE(english().dayTime(now, now), u"today 09:12"_s);
    QCOMPARE(english().dayTime(now + 30 * 24h, now), u"24 Dec, 09:12"_s);
    QCOMPARE(english().clock(now, true), u"09:12:08"_s);
    // Midnight belongs to the zone, not to UTC.
    QCOMPARE(english().day(*timestampFromIso(u"2026-11-24T15:59:59.000Z"_s), now), u"today"_s);
    QCOMPARE(english().day(*timestampFromIso(u"2026-11-24T16:00:00.000Z"_s), now), u"tomorrow"_s);
}

void TestFormat::zones()
{
    QCOMPARE(english().zoneName(now), u"Asia/Shanghai (UTC+8)"_s);
    QCOMPARE(Format(Language::English, QTimeZone("Asia/Kolkata")).zoneName(now),
             u"Asia/Kolkata (UTC+5:30)"_s);
    QCOMPARE(Format(Language::English, QTimeZone("America/New_York")).zoneName(now),
             u"America/New_York (UTC−5)"_s);
    QCOMPARE(Format(Language::English, QTimeZone::utc()).zoneName(now), u"UTC"_s);
    QCOMPARE(english().range(now - 24h, now), u"Mon 23 Nov 09:12 – Tue 24 Nov 09:12"_s);
    QCOMPARE(chinese().range(now - 24h, now), u"11-23 周一 09:12 – 11-24 周二 09:12"_s);
}

void TestFormat::sizes()
{
    QCOMPARE(english().bytes(0), u"0 B"_s);
    QCOMPARE(english().bytes(96'000'000), u"96 MB"_s);
    QCOMPARE(english().bytes(1'536'000), u"1.5 MB"_s);
    QCOMPARE(english().latency(12ms), u"12 ms"_s);
    QCOMPARE(english().latency(840ms), u"0.84 s"_s);
    QCOMPARE(chinese().latency(3100ms), u"3.1 秒"_s);
}

void TestFormat::limits()
{
    const Limit daily{LimitUnit::Requests, LimitWindow::Day, 20'000};
    QCOMPARE(english().ofLimit(daily), u"of 20,000 a day"_s);
    QCOMPARE(chinese().ofLimit(daily), u"/ 20,000 每日"_s);
    QCOMPARE(english().ofLimit({LimitUnit::Tokens, LimitWindow::Month, 100'000'000}), u"of 100 M a month"_s);
    QCOMPARE(chinese().ofLimit({LimitUnit::Tokens, LimitWindow::Month, 100'000'000}), u"/ 1 亿 每月"_s);
    QCOMPARE(english().ofLimit({LimitUnit::Requests, LimitWindow::Total, 2000}), u"of 2,000 in all"_s);
    QCOMPARE(english().ofLimit({LimitUnit::Requests, LimitWindow::Day, unlimitedAmount}), u"No limit"_s);
}

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"

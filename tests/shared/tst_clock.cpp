// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/clock.h"

#include <QtTest>

using namespace quota;
using namespace Qt::StringLiterals;

class ClockTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesUtcWithMilliseconds()
    {
        QCOMPARE(toIso(fromMilliseconds(0)), u"1970-01-01T00:00:00.000Z"_s);
        QCOMPARE(toIso(fromMilliseconds(1'795'403'359'007)), u"2026-11-23T03:09:19.007Z"_s);
        QCOMPARE(toIso(fromMilliseconds(-1)), u"1969-12-31T23:59:59.999Z"_s);
        QCOMPARE(toIso(fromMilliseconds(1'835'395'200'000)), u"2028-02-29T00:00:00.000Z"_s);
        QCOMPARE(toIso(fromMilliseconds(253'402'300'799'999)), u"9999-12-31T23:59:59.999Z"_s);
    }

    void readsInstants_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("milliseconds");
        QTest::newRow("utc") << u"2026-11-23T03:09:19.007Z"_s << 1'795'403'359'007LL;
        QTest::newRow("without milliseconds") << u"2026-11-23T03:09:19Z"_s << 1'795'403'359'000LL;
        QTest::newRow("east") << u"2026-11-23T11:09:19+08:00"_s << 1'795'403'359'000LL;
        QTest::newRow("west") << u"2026-11-22T22:09:19-05:00"_s << 1'795'403'359'000LL;
        QTest::newRow("half an hour") << u"2026-11-23T08:39:19+05:30"_s << 1'795'403'359'000LL;
        QTest::newRow("leap day") << u"2028-02-29T00:00:00Z"_s << 1'835'395'200'000LL;
    }
    void readsInstants()
    {
        QFETCH(QString, text);
        QFETCH(qint64, milliseconds);
        const auto time = timestampFromIso(text);
        QVERIFY(time);
        QCOMPARE(toMilliseconds(*time), milliseconds);
        QCOMPARE(timestampFromIso(toIso(*time)), time);
    }

    void refusesWhatIsNoInstant_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("date alone") << u"2026-11-23"_s;
        QTest::newRow("no zone") << u"2026-11-23T03:09:19"_s;
        QTest::newRow("milliseconds") << u"1795403359007"_s;
        QTest::newRow("no such day") << u"2026-02-30T00:00:00Z"_s;
        QTest::newRow("no such hour") << u"2026-02-20T25:00:00Z"_s;
        QTest::newRow("zone by name") << u"2026-02-20T05:00:00 CET"_s;
        QTest::newRow("text after it") << u"2026-02-20T05:00:00Z and more"_s;
    }
    void refusesWhatIsNoInstant()
    {
        QFETCH(QString, text);
        QVERIFY(!timestampFromIso(text));
    }

    void systemClockIsTheSystems()
    {
        const qint64 before = QDateTime::currentMSecsSinceEpoch();
        const qint64 now = toMilliseconds(SystemClock().now());
        QVERIFY(now >= before - 1); // Qt 6.8 rounds to the nearest, ours is down
        QVERIFY(now <= QDateTime::currentMSecsSinceEpoch());
    }
};

QTEST_GUILESS_MAIN(ClockTest)
#include "tst_clock.moc"

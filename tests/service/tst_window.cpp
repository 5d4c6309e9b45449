// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/window.h"

#include <QTest>

using namespace quota;
using namespace quota::service;
using namespace std::chrono_literals;

static Timestamp at(const char *iso)
{
    const auto time = timestampFromIso(QString::fromLatin1(iso));
    Q_ASSERT(time);
    return *time;
}

class WindowTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void boundaries_data();
    void boundaries();
    void windowsNeitherOverlapNorLeaveGaps_data();
    void windowsNeitherOverlapNorLeaveGaps();
    void totalNeverEnds();
};

void WindowTest::boundaries_data()
{
    QTest::addColumn<QByteArray>("zone");
    QTest::addColumn<LimitWindow>("window");
    QTest::addColumn<Timestamp>("time");
    QTest::addColumn<Timestamp>("start");
    QTest::addColumn<Timestamp>("end");
    const auto row = [](const char *name, const char *zone, LimitWindow window, const char *time,
                        const char *start, const char *end) {
        QTest::newRow(name) << QByteArray(zone) << window << at(time) << at(start) << at(end);
    };
    using W = LimitWindow;
    row("minute, last millisecond", "UTC", W::Minute, "2026-11-23T03:09:59.999Z", "2026-11-23T03:09:00Z",
        "2026-11-23T03:10:00Z");
    row("minute, first millisecond", "Asia/Kathmandu", W::Minute, "2026-11-23T03:09:00Z",
        "2026-11-23T03:09:00Z", "2026-11-23T03:10:00Z");
    row("hour in Shanghai", "Asia/Shanghai", W::Hour, "2026-11-23T03:09:19Z", "2026-11-23T03:00:00Z",
        "2026-11-23T04:00:00Z");
    row("hour in Kolkata", "Asia/Kolkata", W::Hour, "2026-11-23T03:09:19Z", "2026-11-23T02:30:00Z",
        "2026-11-23T03:30:00Z");
    row("hour in Kathmandu", "Asia/Kathmandu", W::Hour, "2026-11-23T03:20:19Z", "2026-11-23T03:15:00Z",
        "2026-11-23T04:15:00Z");
    row("hour skipped in Berlin", "Europe/Berlin", W::Hour, "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z",
        "2026-03-29T02:00:00Z");
    row("first two o'clock in Berlin", "Europe/Berlin", W::Hour, "2026-10-25T00:30:00Z",
        "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z");
    row("second two o'clock in Berlin", "Europe/Berlin", W::Hour, "2026-10-25T01:30:00Z",
        "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z");
    row("half an hour back, before", "Australia/Lord_Howe", W::Hour, "2026-04-04T14:59:00Z",
        "2026-04-04T14:00:00Z", "2026-04-04T15:00:00Z");
    row("half an hour back, cut hour", "Australia/Lord_Howe", W::Hour, "2026-04-04T15:10:00Z",
        "2026-04-04T15:00:00Z", "2026-04-04T15:30:00Z");
    row("day in Shanghai", "Asia/Shanghai", W::Day, "2026-11-22T16:00:00Z", "2026-11-22T16:00:00Z",
        "2026-11-23T16:00:00Z");
    row("day in Shanghai, last millisecond", "Asia/Shanghai", W::Day, "2026-11-22T15:59:59.999Z",
        "2026-11-21T16:00:00Z", "2026-11-22T16:00:00Z");
    row("day in Kolkata", "Asia/Kolkata", W::Day, "2026-11-23T03:09:19Z", "2026-11-22T18:30:00Z",
        "2026-11-23T18:30:00Z");
    row("day in Kathmandu", "Asia/Kathmandu", W::Day, "2026-11-23T03:09:19Z", "2026-11-22T18:15:00Z",
        "2026-11-23T18:15:00Z");
    row("23 hours in Los Angeles", "America/Los_Angeles", W::Day, "2026-03-08T12:00:00Z",
        "2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z");
    row("25 hours in Los Angeles", "America/Los_Angeles", W::Day, "2026-11-01T12:00:00Z",
        "2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z");
    row("25 hours in Berlin", "Europe/Berlin", W::Day, "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z",
        "2026-10-25T23:00:00Z");
    row("day whose midnight is skipped", "America/Sao_Paulo", W::Day, "2018-11-04T12:00:00Z",
        "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z");
    row("day that Samoa left out", "Pacific/Apia", W::Day, "2011-12-30T09:59:00Z", "2011-12-29T10:00:00Z",
        "2011-12-30T10:00:00Z");
    row("week, Sunday night", "UTC", W::Week, "2026-11-22T23:59:59.999Z", "2026-11-16T00:00:00Z",
        "2026-11-23T00:00:00Z");
    row("week, Monday", "UTC", W::Week, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z",
        "2026-11-30T00:00:00Z");
    row("week over the year's end", "Asia/Shanghai", W::Week, "2027-01-01T00:00:00Z", "2026-12-27T16:00:00Z",
        "2027-01-03T16:00:00Z");
    row("week of a change in Berlin", "Europe/Berlin", W::Week, "2026-10-25T12:00:00Z",
        "2026-10-18T22:00:00Z", "2026-10-25T23:00:00Z");
    row("month, last millisecond", "Asia/Shanghai", W::Month, "2026-11-30T15:59:59.999Z",
        "2026-10-31T16:00:00Z", "2026-11-30T16:00:00Z");
    row("month, leap February", "UTC", W::Month, "2028-02-29T23:00:00Z", "2028-02-01T00:00:00Z",
        "2028-03-01T00:00:00Z");
    row("month, December", "UTC", W::Month, "2026-12-31T23:00:00Z", "2026-12-01T00:00:00Z",
        "2027-01-01T00:00:00Z");
    row("month of a change in Los Angeles", "America/Los_Angeles", W::Month, "2026-11-23T00:00:00Z",
        "2026-11-01T07:00:00Z", "2026-12-01T08:00:00Z");
    row("fixed offset", "UTC+08:00", W::Day, "2026-11-22T16:00:00Z", "2026-11-22T16:00:00Z",
        "2026-11-23T16:00:00Z");
}

void WindowTest::boundaries()
{
    QFETCH(QByteArray, zone);
    QFETCH(LimitWindow, window);
    QFETCH(Timestamp, time);
    const WindowSpan span = windowAt(window, time, QTimeZone(zone));
    QFETCH(Timestamp, start);
    QFETCH(Timestamp, end);
    QCOMPARE(toIso(span.start), toIso(start));
    QVERIFY(span.end);
    QCOMPARE(toIso(*span.end), toIso(end));
    QVERIFY(span.contains(time));
    QVERIFY(!span.contains(*span.end));
    QVERIFY(span.contains(span.start));
}

void WindowTest::windowsNeitherOverlapNorLeaveGaps_data()
{
    QTest::addColumn<Timestamp>("from");
    QTest::addColumn<Timestamp>("to");
    // Years in which the zone did something odd.
    const std::pair<const char *, std::pair<const char *, const char *>> zones[] = {
        {"Asia/Shanghai", {"2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"}},
        {"Asia/Kathmandu", {"1985-12-20T00:00:00Z", "1986-01-10T00:00:00Z"}}, // +5:30 to +5:45
        {"America/Los_Angeles", {"2026-10-20T00:00:00Z", "2026-11-10T00:00:00Z"}},
        {"Europe/Berlin", {"2026-03-20T00:00:00Z", "2026-04-05T00:00:00Z"}},
        {"Australia/Lord_Howe", {"2026-03-30T00:00:00Z", "2026-04-10T00:00:00Z"}},
        {"America/St_Johns", {"2010-11-01T00:00:00Z", "2010-11-15T00:00:00Z"}}, // back at 00:01
        {"America/Havana", {"2026-10-25T00:00:00Z", "2026-11-08T00:00:00Z"}},   // midnight twice
        {"Pacific/Apia", {"2011-12-20T00:00:00Z", "2012-01-05T00:00:00Z"}},     // a date left out
    };
    for (const auto &[zone, range] : zones)
        QTest::newRow(zone) << at(range.first) << at(range.second);
}

void WindowTest::windowsNeitherOverlapNorLeaveGaps()
{
    QFETCH(Timestamp, from);
    QFETCH(Timestamp, to);
    const QTimeZone zone(QTest::currentDataTag());
    QVERIFY(zone.isValid());
    for (const LimitWindow window :
         {LimitWindow::Minute, LimitWindow::Hour, LimitWindow::Day, LimitWindow::Week, LimitWindow::Month}) {
        // Minutes are many: the days around the change, which is near the middle.
        const Timestamp change = from + (to - from) / 2;
        const bool isMinute = window == LimitWindow::Minute;
        WindowSpan span = windowAt(window, isMinute ? change - 72h : from, zone);
        while (*span.end < (isMinute ? change + 72h : to)) {
            // Every instant inside says the same window; the end begins the next.
            const Timestamp middle = span.start + (*span.end - span.start) / 2;
            for (const Timestamp inside : {span.start, middle, *span.end - 1ms}) {
                const WindowSpan seen = windowAt(window, inside, zone);
                if (seen != span) {
                    QFAIL(qPrintable(QStringLiteral("%1: %2 to %3, at %4 %5 to %6")
                                         .arg(toString(window), toIso(span.start), toIso(*span.end),
                                              toIso(inside), toIso(seen.start), toIso(*seen.end))));
                }
            }
            const WindowSpan next = windowAt(window, *span.end, zone);
            QCOMPARE(toIso(next.start), toIso(*span.end));
            span = next;
        }
    }
}

void WindowTest::totalNeverEnds()
{
    const WindowSpan span =
        windowAt(LimitWindow::Total, at("2026-11-23T00:00:00Z"), QTimeZone("Asia/Shanghai"));
    QCOMPARE(span.start, Timestamp{});
    QVERIFY(!span.end);
    QVERIFY(span.contains(at("2999-01-01T00:00:00Z")));
}

QTEST_GUILESS_MAIN(WindowTest)
#include "tst_window.moc"

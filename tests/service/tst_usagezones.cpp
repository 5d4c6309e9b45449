// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/usagebooks.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace quota;
using namespace quota::service;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// That the quarters of an hour of UTC make exact hours, days and months in every zone: across changes of daylight
// saving time, odd offsets, the ends of months and of the year.

class UsageZonesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void daysAddUpToTheMonth_data();
    void daysAddUpToTheMonth();
    void topKeysAndTheRestAddUp_data();
    void topKeysAndTheRestAddUp();

private:
    UsageReport report(const WindowSpan &span, UsageBucket bucket, const QTimeZone &zone,
                       UsageGroup group = UsageGroup::None)
    {
        UsageQuery query;
        query.from = span.start;
        query.to = *span.end;
        query.bucket = bucket;
        query.timeZone = zone.id();
        query.group = group;
        const auto found = usagestore::report(*m_database, query);
        return found ? *found : UsageReport();
    }
    qint64 requestsIn(const WindowSpan &span) const
    {
        return std::count_if(m_times.begin(), m_times.end(),
                             [&span](Timestamp time) { return span.contains(time); });
    }
    QTemporaryDir m_directory;
    std::unique_ptr<Database> m_database;
    std::vector<Timestamp> m_times;
};

// From autumn to autumn about every two hours, and on both sides of each quarter that a zone's day may begin with.
void UsageZonesTest::initTestCase()
{
    m_database = *Database::open({.path = m_directory.filePath(u"quota.db"_s)});
    const Timestamp end = *timestampFromIso(u"2027-01-03T00:00:00Z"_s);
    for (Timestamp time = *timestampFromIso(u"2025-12-29T00:00:00Z"_s); time < end; time += 113min + 7s) {
        m_times.push_back(time);
        const auto quarter = std::chrono::ceil<std::chrono::duration<qint64, std::ratio<900>>>(time);
        m_times.push_back(quarter - 1ms);
        m_times.push_back(quarter);
    }
    UsageBooks books(*m_database, QTimeZone::utc());
    std::vector<UsageRow> rows;
    for (const Timestamp time : m_times) {
        UsageRow row;
        row.requestId = "req_1";
        row.key = KeyId{rows.size() % 3 == 0 ? u"key_a"_s : u"key_b"_s};
        row.model = u"m"_s;
        row.provider = ProviderId{u"p"_s};
        row.reservedAt = time;
        row.status = rows.size() % 7 == 0 ? 500 : 200;
        row.promptTokens = 3;
        rows.push_back(row);
    }
    QVERIFY(books.append(rows, true));
}

void UsageZonesTest::daysAddUpToTheMonth_data()
{
    QTest::addColumn<QByteArray>("zone");
    QTest::addColumn<QString>("within");
    QTest::addColumn<int>("days");
    QTest::addColumn<int>("hours");
    const auto row = [](const char *zone, const char *month, int days, int hours) {
        QTest::addRow("%s %s", zone, month)
            << QByteArray(zone) << QString::fromLatin1(month) + u"-15T12:00:00Z"_s << days << hours;
    };
    for (const char *zone : {"Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "UTC"}) {
        row(zone, "2026-02", 28, 28 * 24);
        row(zone, "2026-03", 31, 31 * 24);
        row(zone, "2026-10", 31, 31 * 24);
        row(zone, "2026-12", 31, 31 * 24);
    }
    row("America/Los_Angeles", "2026-02", 28, 28 * 24);
    row("America/Los_Angeles", "2026-03", 31, 31 * 24 - 1);
    row("America/Los_Angeles", "2026-11", 30, 30 * 24 + 1);
    row("America/Los_Angeles", "2026-12", 31, 31 * 24);
    row("Europe/Berlin", "2026-02", 28, 28 * 24);
    row("Europe/Berlin", "2026-03", 31, 31 * 24 - 1);
    row("Europe/Berlin", "2026-10", 31, 31 * 24 + 1);
    row("Europe/Berlin", "2026-12", 31, 31 * 24);
    row("Australia/Lord_Howe", "2026-04", 30, 30 * 24 + 1); // half an hour more: one more hour begins
}

void UsageZonesTest::daysAddUpToTheMonth()
{
    QFETCH(QByteArray, zone);
    QFETCH(QString, within);
    const QTimeZone timeZone(zone);
    const WindowSpan month = windowAt(LimitWindow::Month, *timestampFromIso(within), timeZone);
    const UsageReport whole = report(month, UsageBucket::Month, timeZone);
    QCOMPARE(whole.series.first().points.size(), 1);
    const qint64 requests = requestsIn(month);
    QVERIFY(requests > 0);
    QCOMPARE(whole.sums.requests, requests);
    QCOMPARE(whole.sums.promptTokens, 3 * requests);

    const UsageReport byDay = report(month, UsageBucket::Day, timeZone);
    QTEST(int(byDay.series.first().points.size()), "days");
    QCOMPARE(byDay.sums, whole.sums);
    UsageSums days;
    for (const UsagePoint &point : byDay.series.first().points) {
        const WindowSpan day = windowAt(LimitWindow::Day, point.start, timeZone);
        QCOMPARE(day.start, point.start);
        QCOMPARE(point.sums.requests, requestsIn(day));
        days += point.sums;
        // A day by hour.
        UsageSums hours;
        const UsageReport byHour = report(day, UsageBucket::Hour, timeZone, UsageGroup::Key);
        for (const UsageSeries &series : byHour.series) {
            for (const UsagePoint &hour : series.points)
                hours += hour.sums;
        }
        QCOMPARE(hours, point.sums);
    }
    QCOMPARE(days, whole.sums);
    const UsageReport byHour = report(month, UsageBucket::Hour, timeZone);
    QTEST(int(byHour.series.first().points.size()), "hours");
    QCOMPARE(byHour.sums, whole.sums);
}

void UsageZonesTest::topKeysAndTheRestAddUp_data()
{
    QTest::addColumn<UsageBucket>("bucket");
    QTest::addColumn<int>("top");
    QTest::addColumn<QString>("model");
    QTest::newRow("days") << UsageBucket::Day << 5 << QString();
    QTest::newRow("days of a model") << UsageBucket::Day << 5 << u"m1"_s;
    QTest::newRow("a month") << UsageBucket::Month << 5 << QString();
    QTest::newRow("one less than all, which are all") << UsageBucket::Day << 29 << QString();
    QTest::newRow("two less than all") << UsageBucket::Day << 28 << QString();
    QTest::newRow("more than are looked up") << UsageBucket::Day << 51 << QString();
}

void UsageZonesTest::topKeysAndTheRestAddUp()
{
    QFETCH(UsageBucket, bucket);
    QFETCH(int, top);
    QFETCH(QString, model);
    const QTimeZone zone("Asia/Kathmandu");
    const WindowSpan month = windowAt(LimitWindow::Month, *timestampFromIso(u"2026-07-15T00:00:00Z"_s), zone);
    const auto database = *Database::open({.path = m_directory.filePath(u"keys-%1.db"_s.arg(
                                               QString::fromLatin1(QTest::currentDataTag()).remove(u' ')))});
    std::vector<UsageRow> rows;
    for (int index = 0; index < 3'000; ++index) {
        UsageRow row;
        row.requestId = "req_1";
        const int key = index * 7919 % 30;
        if (key > 9 && index % 4 != 0 && index % 4 != 1)
            continue;
        row.key = KeyId{u"key_%1"_s.arg(key)};
        row.model = index % 3 == 0 ? u"m1"_s : u"m2"_s;
        row.provider = ProviderId{u"p"_s};
        row.reservedAt = month.start - 24h + std::chrono::minutes(index * 16);
        row.status = index % 5 == 0 ? 502 : 200;
        row.promptTokens = index % 11;
        rows.push_back(row);
    }
    QVERIFY(UsageBooks(*database, QTimeZone::utc()).append(rows, true));
    UsageQuery query;
    query.from = month.start;
    query.to = *month.end;
    query.bucket = bucket;
    query.timeZone = zone.id();
    query.model = model;
    const UsageReport all = *usagestore::report(*database, query);
    query.group = UsageGroup::Key;
    query.top = top;
    const UsageReport byKey = *usagestore::report(*database, query);
    QCOMPARE(byKey.sums, all.sums);
    QVERIFY(all.sums.requests > 0);
    QList<UsageSums> points(all.series.first().points.size());
    UsageSums whole;
    for (const UsageSeries &series : byKey.series) {
        UsageSums ofSeries;
        for (qsizetype index = 0; index < points.size(); ++index) {
            points[index] += series.points.at(index).sums;
            ofSeries += series.points.at(index).sums;
        }
        QCOMPARE(ofSeries, series.sums);
        whole += series.sums;
        if (series.group == u"other"_s)
            continue;
        query.key = KeyId{series.group};
        QCOMPARE(usagestore::report(*database, query)->series.first().points, series.points);
    }
    QCOMPARE(whole, all.sums);
    for (qsizetype index = 0; index < points.size(); ++index)
        QCOMPARE(points.at(index), all.series.first().points.at(index).sums);
    for (qsizetype rank = 1; rank < qMin<qsizetype>(top, byKey.series.size()); ++rank)
        QVERIFY(byKey.series.at(rank - 1).sums.requests >= byKey.series.at(rank).sums.requests);
}

QTEST_GUILESS_MAIN(UsageZonesTest)
#include "tst_usagezones.moc"

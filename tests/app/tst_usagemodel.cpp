// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/chartaxis.h"
#include "app/usage/usagemodel.h"
#include "fakeadmin.h"

#include <QAbstractItemModelTester>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace quota;
using namespace quota::console;

class TestUsageModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void choosesRanges_data();
    void choosesRanges();
    void refusesBucketsThatDoNotFit();
    void takesTheSamePeriodBefore_data();
    void takesTheSamePeriodBefore();
    void scalesAxes_data();
    void scalesAxes();
    void marksFullHoursOfTheZone();
    void keepsColours();
    void foldsSmallSeries();
    void sumsAgree();
};

static Timestamp at(const char *iso)
{
    return *timestampFromIso(QString::fromLatin1(iso));
}

void TestUsageModel::choosesRanges_data()
{
    QTest::addColumn<int>("span");
    QTest::addColumn<QByteArray>("zone");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<int>("bucket");
    const auto row = [](const char *name, UsageSpan span, const char *zone, const char *from, const char *to,
                        UsageBucket bucket) {
        QTest::newRow(name) << int(span) << QByteArray(zone) << QString::fromLatin1(from)
                            << QString::fromLatin1(to) << int(bucket);
    };
    // Now is 2026-11-23T04:05Z everywhere.
    row("day", UsageSpan::Day, "UTC", "2026-11-22T04:15:00.000Z", "2026-11-23T04:15:00.000Z",
        UsageBucket::QuarterHour);
    row("seven days", UsageSpan::SevenDays, "UTC", "2026-11-17T00:00:00.000Z", "2026-11-23T05:00:00.000Z",
        UsageBucket::Hour);
    row("seven days, half an hour off", UsageSpan::SevenDays, "Asia/Kolkata", "2026-11-16T18:30:00.000Z",
        "2026-11-23T04:30:00.000Z", UsageBucket::Hour);
    row("thirty days", UsageSpan::ThirtyDays, "Asia/Shanghai", "2026-10-24T16:00:00.000Z",
        "2026-11-23T16:00:00.000Z", UsageBucket::Day);
    row("month", UsageSpan::Month, "Asia/Kathmandu", "2026-10-31T18:15:00.000Z", "2026-11-23T18:15:00.000Z",
        UsageBucket::Day);
    row("month, behind", UsageSpan::Month, "America/New_York", "2026-11-01T04:00:00.000Z",
        "2026-11-23T05:00:00.000Z", UsageBucket::Day);
}

void TestUsageModel::choosesRanges()
{
    QFETCH(int, span);
    QFETCH(QByteArray, zone);
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(int, bucket);
    UsageChoice choice;
    choice.span = UsageSpan(span);
    const UsageRange range = usageRange(choice, zone, at("2026-11-23T04:05:00Z"));
    QCOMPARE(toIso(range.from), from);
    QCOMPARE(toIso(range.to), to);
    QCOMPARE(int(range.bucket), bucket);
}

void TestUsageModel::refusesBucketsThatDoNotFit()
{
    UsageChoice choice;
    choice.span = UsageSpan::ThirtyDays;
    choice.bucket = UsageBucket::QuarterHour;
    const UsageRange range = usageRange(choice, "UTC", at("2026-11-23T04:05:00Z"));
    QVERIFY(range.bucket == UsageBucket::Day);
    QVERIFY(!bucketFits(range, UsageBucket::QuarterHour));
}

void TestUsageModel::takesTheSamePeriodBefore_data()
{
    QTest::addColumn<int>("span");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::newRow("day") << int(UsageSpan::Day) << u"2026-11-21T04:15:00.000Z"_s
                         << u"2026-11-22T04:15:00.000Z"_s;
    QTest::newRow("seven days") << int(UsageSpan::SevenDays) << u"2026-11-10T00:00:00.000Z"_s
                                << u"2026-11-16T05:00:00.000Z"_s;
    QTest::newRow("month so far") << int(UsageSpan::Month) << u"2026-10-01T00:00:00.000Z"_s
                                  << u"2026-10-24T00:00:00.000Z"_s;
}

void TestUsageModel::takesTheSamePeriodBefore()
{
    QFETCH(int, span);
    QFETCH(QString, from);
    QFETCH(QString, to);
    UsageChoice choice;
    choice.span = UsageSpan(span);
    const UsageRange range = usageRange(choice, "UTC", at("2026-11-23T04:05:00Z"));
    const UsageRange before = rangeBefore(range, choice, "UTC");
    QCOMPARE(toIso(before.from), from);
    QCOMPARE(toIso(before.to), to);
}

void TestUsageModel::scalesAxes_data()
{
    QTest::addColumn<qint64>("highest");
    QTest::addColumn<qint64>("top");
    QTest::addColumn<int>("steps");
    QTest::newRow("nothing") << qint64(0) << qint64(2) << 2;
    QTest::newRow("three") << qint64(3) << qint64(3) << 3;
    QTest::newRow("from the picture") << qint64(4'770) << qint64(5'000) << 2;
    QTest::newRow("hundred") << qint64(100) << qint64(100) << 2;
    QTest::newRow("huge") << qint64(999'999'999'999) << qint64(1'000'000'000'000) << 2;
}

void TestUsageModel::scalesAxes()
{
    QFETCH(qint64, highest);
    const AxisScale scale = scaleFor(highest, 4);
    QTEST(scale.top, "top");
    QVERIFY(scale.top >= highest);
    QVERIFY(scale.steps >= 2 && scale.steps <= 4);
    QCOMPARE(scale.top % scale.steps, 0);
}

void TestUsageModel::marksFullHoursOfTheZone()
{
    ChartData chart;
    chart.bucket = UsageBucket::QuarterHour;
    const Timestamp first = at("2026-11-22T18:15:00Z"); // midnight in Nepal
    for (int i = 0; i < 96; ++i)
        chart.starts.append(first + i * 15min);
    chart.end = first + 24h;
    const Format format(Language::English, QTimeZone("Asia/Kathmandu"));
    const QList<AxisTick> ticks = ticksFor(chart, format, 10);
    QCOMPARE(ticks.size(), 8);
    QCOMPARE(ticks.at(0), (AxisTick{0, u"00:00"_s}));
    QCOMPARE(ticks.at(1), (AxisTick{12, u"03:00"_s}));
    QCOMPARE(bucketText(chart, 1, format), u"Mon 23 Nov, 00:15 – 00:30"_s);
}

void TestUsageModel::keepsColours()
{
    QTemporaryDir directory;
    ProfileStore store(directory.filePath(u"profiles.ini"_s));
    SeriesColours colours(store);
    QCOMPARE(colours.coloursOf(u"p"_s, {u"a"_s, u"b"_s, u"c"_s}), (QList<int>{0, 1, 2}));
    // Another order, another company: who had a colour keeps it.
    QCOMPARE(colours.coloursOf(u"p"_s, {u"x/=%"_s, u"c"_s, u"a"_s}), (QList<int>{1, 2, 0}));
    QCOMPARE(SeriesColours(store).coloursOf(u"p"_s, {u"x/=%"_s}), QList<int>{1});
    QCOMPARE(colours.coloursOf(u"other"_s, {u"c"_s}), QList<int>{0});
}

struct Loaded
{
    Loaded()
        : store(directory.filePath(u"profiles.ini"_s))
        , model(session, store)
        , tester(&model)
    {}
    bool open()
    {
        ServiceProfile profile;
        profile.id = u"p"_s;
        profile.url = admin.url();
        session.open(profile, admin.token);
        if (!QTest::qWaitFor([this] { return session.health().has_value(); }))
            return false;
        model.load();
        return QTest::qWaitFor([this] { return model.state() == UsageModel::State::Ready; });
    }

    QTemporaryDir directory;
    FakeAdmin admin;
    quota::console::Session session;
    ProfileStore store;
    UsageModel model;
    QAbstractItemModelTester tester;
};

void TestUsageModel::foldsSmallSeries()
{
    Loaded loaded;
    loaded.admin.models = {u"a"_s, u"b"_s, u"c"_s, u"d"_s, u"e"_s, u"f"_s, u"g"_s};
    QVERIFY(loaded.open());
    const ChartData chart = loaded.model.requestsChart();
    QCOMPARE(chart.series.size(), 6);
    QCOMPARE(chart.series.last().name, u"Other"_s);
    QCOMPARE(chart.series.last().colour, otherColour);
    QCOMPARE(loaded.model.rowCount(), 7);
    qint64 drawn = 0;
    for (qsizetype i = 0; i < chart.starts.size(); ++i)
        drawn += chart.totalAt(i);
    QCOMPARE(drawn, loaded.model.report()->sums.requests);
}

void TestUsageModel::sumsAgree()
{
    Loaded loaded;
    QVERIFY(loaded.open());
    const UsageSums sums = loaded.model.report()->sums;
    const auto total = [](const ChartData &chart, qsizetype series) {
        qint64 sum = 0;
        for (const qint64 value : chart.series.at(series).values)
            sum += value;
        return sum;
    };
    QCOMPARE(total(loaded.model.tokensChart(), 0), sums.promptTokens);
    QCOMPARE(total(loaded.model.tokensChart(), 1), sums.completionTokens);
    QCOMPARE(total(loaded.model.refusedChart(), 0), sums.refused);
    QCOMPARE(total(loaded.model.refusedChart(), 1), sums.failed);
    loaded.model.setRows(UsageModel::Rows::Times);
    qint64 listed = 0;
    for (int row = 0; row < loaded.model.rowCount(); ++row)
        listed +=
            loaded.model.index(row, UsageModel::RequestsColumn).data().toString().remove(u',').toLongLong();
    QCOMPARE(listed, sums.requests);
}

QTEST_MAIN(TestUsageModel)
#include "tst_usagemodel.moc"

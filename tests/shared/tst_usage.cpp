// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/adminquery.h"
#include "shared/health.h"

#include <QtTest>

using namespace quota;
using namespace Qt::StringLiterals;

static UsageReport sample()
{
    UsageReport report;
    report.from = fromMilliseconds(1'795'392'000'000);
    report.to = fromMilliseconds(1'795'564'800'000);
    report.timeZone = "Asia/Shanghai";
    report.bucket = UsageBucket::Day;
    report.group = UsageGroup::Key;
    const UsageSums first{3, 1, 1, 100, 50, 2};
    const UsageSums second{1, 0, 0, 10, maximumAmount, 0};
    report.series = {
        {u"key_a"_s, u"小明"_s, first, {{report.from, first}, {fromMilliseconds(1'795'478'400'000), {}}}},
        {u"key_b"_s, u"b"_s, second, {{report.from, second}}}};
    report.sums = first;
    report.sums += second;
    return report;
}

class UsageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void words()
    {
        for (const UsageBucket bucket : {UsageBucket::QuarterHour, UsageBucket::Hour, UsageBucket::Day})
            QVERIFY(usageBucketFromString(toString(bucket)) == bucket);
        for (const UsageGroup group :
             {UsageGroup::None, UsageGroup::Key, UsageGroup::Model, UsageGroup::Provider})
            QVERIFY(usageGroupFromString(toString(group)) == group);
        QVERIFY(!usageBucketFromString(u"week"_s));
        QVERIFY(!usageGroupFromString({}));
        QCOMPARE(toString(Measure::Measured), u"measured"_s);
        QCOMPARE(toString(Measure::Estimated), u"estimated"_s);
        QCOMPARE(toString(Measure::Unknown), u"unknown"_s);
    }

    void sumsAdd()
    {
        UsageSums sums{1, 2, 3, 4, 5, 6};
        sums += UsageSums{10, 20, 30, 40, 50, 60};
        QCOMPARE(sums, (UsageSums{11, 22, 33, 44, 55, 66}));
        QCOMPARE(sums.tokens(), 99);
    }

    void reportRoundTrips()
    {
        const UsageReport report = sample();
        const QJsonObject json = toJson(report);
        QCOMPARE(json[u"sums"_s].toObject()[u"requests"_s].toInteger(), 4);
        QCOMPARE(json[u"sums"_s].toObject()[u"tokens"_s].toInteger(), report.sums.tokens());
        const auto read = usageReportFromJson(QJsonDocument::fromJson(QJsonDocument(json).toJson()).object());
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QVERIFY(*read == report);
    }

    void toleratesNewFields()
    {
        QJsonObject json = toJson(sample());
        json[u"success"_s] = true;
        QVERIFY(usageReportFromJson(json));
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("field");
        const QJsonArray badPoint{QJsonObject{{u"sums"_s, QJsonObject{{u"requests"_s, 1}}},
                                              {u"points"_s, QJsonArray{QJsonObject{{u"requests"_s, 1}}}}}};
        QTest::newRow("from") << u"from"_s << QJsonValue(1) << u"from"_s;
        QTest::newRow("to absent") << u"to"_s << QJsonValue(QJsonValue::Null) << u"to"_s;
        QTest::newRow("zone") << u"time_zone"_s << QJsonValue(1) << u"time_zone"_s;
        QTest::newRow("bucket") << u"bucket"_s << QJsonValue(u"week"_s) << u"bucket"_s;
        QTest::newRow("group") << u"group"_s << QJsonValue(u"colour"_s) << u"group"_s;
        QTest::newRow("sums") << u"sums"_s << QJsonValue(u"x"_s) << u"sums"_s;
        QTest::newRow("sum") << u"sums"_s << QJsonValue(QJsonObject{{u"requests"_s, 0.5}})
                             << u"sums.requests"_s;
        QTest::newRow("series") << u"series"_s << QJsonValue(1) << u"series"_s;
        QTest::newRow("point") << u"series"_s << QJsonValue(badPoint) << u"series[0].points[0].start"_s;
    }
    void refusals()
    {
        QFETCH(QString, name);
        QFETCH(QJsonValue, value);
        QFETCH(QString, field);
        QJsonObject json = toJson(sample());
        json[name] = value;
        const auto read = usageReportFromJson(json);
        QVERIFY(!read);
        QCOMPARE(read.error().field, field);
    }

    void queryAsUrl()
    {
        UsageQuery query;
        query.from = fromMilliseconds(0);
        query.to = fromMilliseconds(3'600'000);
        QCOMPARE(toUrlQuery(query).toString(QUrl::FullyEncoded),
                 u"from=1970-01-01T00%3A00%3A00.000Z&to=1970-01-01T01%3A00%3A00.000Z&bucket=day"_s);
        query.bucket = UsageBucket::QuarterHour;
        query.group = UsageGroup::Model;
        query.timeZone = "Etc/GMT+8";
        query.key = KeyId{u"key_1"_s};
        query.model = u"a&b=c 模"_s;
        const QUrlQuery encoded(toUrlQuery(query).toString(QUrl::FullyEncoded));
        QCOMPARE(encoded.queryItemValue(u"bucket"_s), u"quarter_hour"_s);
        QCOMPARE(encoded.queryItemValue(u"group"_s), u"model"_s);
        QCOMPARE(encoded.queryItemValue(u"tz"_s, QUrl::FullyDecoded), u"Etc/GMT+8"_s);
        QVERIFY(!encoded.toString(QUrl::FullyEncoded).contains(u'+'));
        QCOMPARE(encoded.queryItemValue(u"key"_s), u"key_1"_s);
        QCOMPARE(encoded.queryItemValue(u"model"_s, QUrl::FullyDecoded), query.model);
    }

    void healthRoundTrips()
    {
        Health health;
        health.ok = true;
        health.version = u"1.0.0"_s;
        health.instance = u"abc"_s;
        health.mode = u"sqlite"_s;
        health.timeZone = u"UTC"_s;
        health.now = fromMilliseconds(5);
        health.uptimeSeconds = 12;
        health.demo = true;
        health.parts = {{u"store"_s, PartState::Ok, u"writes"_s},
                        {u"disk"_s, PartState::Warning, u"90 %"_s},
                        {u"backup"_s, PartState::Bad, {}},
                        {u"clock"_s, PartState::Unknown, {}}};
        const auto read = healthFromJson(toJson(health));
        QVERIFY(read);
        QVERIFY(*read == health);
        for (const PartState state : {PartState::Ok, PartState::Warning, PartState::Bad, PartState::Unknown})
            QVERIFY(partStateFromString(toString(state)) == state);
    }

    void aStateOfANewerServiceIsUnknown()
    {
        QJsonObject json = toJson(Health());
        json[u"parts"_s] = QJsonArray{QJsonObject{{u"name"_s, u"store"_s}, {u"state"_s, u"sleepy"_s}}};
        const auto read = healthFromJson(json);
        QVERIFY(read);
        QCOMPARE(toString(read->parts.first().state), u"unknown"_s);
        json[u"now"_s] = QJsonValue::Null;
        QCOMPARE(healthFromJson(json).error().field, u"now"_s);
    }
};

QTEST_GUILESS_MAIN(UsageTest)
#include "tst_usage.moc"

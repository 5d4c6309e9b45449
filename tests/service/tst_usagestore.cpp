// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/usagebooks.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

using namespace quota;
using namespace quota::service;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

static Timestamp at(const char *iso)
{
    const auto time = timestampFromIso(QString::fromLatin1(iso));
    Q_ASSERT(time);
    return *time;
}

static const Timestamp noon = at("2026-11-23T12:07:19.250Z");
static const KeyId keyA{u"key_a"_s};
static const KeyId keyB{u"key_b"_s};

static UsageRow rowAt(Timestamp time, const KeyId &key = keyA)
{
    UsageRow row;
    row.requestId = "req_1";
    row.key = key;
    row.model = u"gpt-4o"_s;
    row.provider = ProviderId{u"openai"_s};
    row.reservedAt = time;
    row.status = 200;
    row.promptTokens = 10;
    row.completionTokens = 5;
    row.measure = Measure::Measured;
    return row;
}

static UsageQuery queryOf(const char *from, const char *to, UsageBucket bucket, const char *zone = "UTC")
{
    UsageQuery query;
    query.from = at(from);
    query.to = at(to);
    query.bucket = bucket;
    query.timeZone = zone;
    return query;
}

class UsageStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void rowsSumUp();
    void rowsAreKeptWhole();
    void countersFollowTheLedger();
    void countersOfLateAndEarlyRows();
    void countersSurviveAChangeOfZone();
    void failedBatchLeavesNothing();
    void reportRefusals_data();
    void reportRefusals();
    void reportHasEveryBucket_data();
    void reportHasEveryBucket();
    void daysFollowTheZone();
    void reportFilters();
    void groupsBeyondNineAreJoined();
    void providersAreNamed();
    void lastSevenDays();
    void resetKeepsAdjustments();
    void resetLeavesWhatCameAfter();
    void manyRowsAreQuick();
    void aYearIsReadFromSums();

private:
    Done append(const std::vector<UsageRow> &rows, const QByteArray &zone = "UTC")
    {
        return UsageBooks(*m_database, QTimeZone(zone)).append(rows, true);
    }
    UsageReport report(const UsageQuery &query)
    {
        auto report = usagestore::report(*m_database, query);
        if (!report)
            qWarning() << report.error().message << report.error().detail;
        return report.value_or(UsageReport());
    }
    WindowCounter counter(LimitWindow window, const KeyId &key = keyA)
    {
        const auto all = usagestore::loadCounters(*m_database);
        if (all) {
            for (const WindowCounter &one : all->value(key).counters) {
                if (one.window == window)
                    return one;
            }
        }
        return {window, Timestamp::min(), 0, 0};
    }
    qint64 count(const QString &statement)
    {
        auto query = m_database->run(statement);
        const qint64 value = query && (*query)->next() ? (*query)->value(0).toLongLong() : -1;
        m_database->release();
        return value;
    }
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Database> m_database;
};

void UsageStoreTest::init()
{
    m_database.reset();
    m_directory = std::make_unique<QTemporaryDir>();
    auto database = Database::open({.path = m_directory->filePath(u"quota.db"_s)});
    QVERIFY(database);
    m_database = std::move(*database);
}

void UsageStoreTest::rowsSumUp()
{
    auto refused = rowAt(noon);
    refused.outcome = RequestOutcome::Refused;
    refused.status = 429;
    refused.requests = 0;
    auto failed = rowAt(noon);
    failed.outcome = RequestOutcome::UpstreamFailed;
    failed.status = 502;
    failed.measure = Measure::Unknown;
    failed.promptTokens = failed.completionTokens = 0;
    auto serverError = rowAt(noon);
    serverError.status = 503;
    auto gone = rowAt(noon);
    gone.outcome = RequestOutcome::ClientGone;
    gone.status = 0;
    gone.measure = Measure::Estimated;
    QVERIFY(append({rowAt(noon), refused, failed}));
    QVERIFY(append({serverError, gone}));
    QVERIFY(append({}));

    const auto sums = report(queryOf("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", UsageBucket::Day)).sums;
    QCOMPARE(sums.requests, 4);
    QCOMPARE(sums.refused, 1);
    QCOMPARE(sums.failed, 2);
    QCOMPARE(sums.promptTokens, 30);
    QCOMPARE(sums.completionTokens, 15);
    QCOMPARE(sums.estimated, 2);
    QCOMPARE(count(u"SELECT count(*) FROM requests"_s), 5);
    QCOMPARE(count(u"SELECT count(*) FROM rollups WHERE grain = 4"_s), 1);
    QCOMPARE(count(u"SELECT count(*) FROM rollups WHERE grain = 0"_s), 5); // statuses
    QCOMPARE(counter(LimitWindow::Day).requests, 4);
    QCOMPARE(counter(LimitWindow::Day).tokens, 45);
}

void UsageStoreTest::rowsAreKeptWhole()
{
    auto row = rowAt(noon);
    row.model = QString(5000, u'm');
    row.cachedTokens = 3;
    row.reasoningTokens = 4;
    row.streamed = true;
    row.queue = 100us;
    row.firstByte = 1234us;
    row.upstream = 56000us;
    row.total = 56789us;
    QVERIFY(append({row}));
    auto query = m_database->run(
        u"SELECT request_id, key_id, length(model), provider_id, reserved_at, status, outcome, requests, "
        "cached_tokens, reasoning_tokens, measure, streamed, queue_microseconds, first_byte_microseconds, "
        "upstream_microseconds, total_microseconds FROM request_rows"_s);
    QVERIFY(query && (*query)->next());
    QStringList words;
    for (int column = 0; column < 16; ++column)
        words.append((*query)->value(column).toString());
    QCOMPARE(words.join(u' '),
             u"req_1 key_a 200 openai %1 200 answered 1 3 4 measured 1 100 1234 56000 56789"_s.arg(
                 toMilliseconds(noon)));
    QCOMPARE(count(u"SELECT cached_tokens * 10 + reasoning_tokens FROM rollups WHERE grain = 4"_s), 34);
}

// Whatever happens in the ledger, the books load to the same counters.
void UsageStoreTest::countersFollowTheLedger()
{
    const QTimeZone zone("America/Los_Angeles");
    const auto account = std::make_shared<Account>(zone);
    std::vector<UsageRow> rows;
    Timestamp time = at("2026-10-30T20:00:00Z");
    for (int request = 0; request < 400; ++request) {
        time += 17min + std::chrono::milliseconds(request * 991);
        auto ticket = account->reserve({}, {}, 20, time);
        auto row = rowAt(ticket->reservedAt());
        row.requests = request % 5 ? 1 : 0;
        row.completionTokens = request;
        ticket->settle(row.requests, row.promptTokens + row.completionTokens);
        rows.push_back(row);
        if (rows.size() == 37) {
            QVERIFY(append(rows, zone.id()));
            rows.clear();
        }
    }
    QVERIFY(append(rows, zone.id()));
    const auto again = std::make_shared<Account>(zone);
    again->load(usagestore::loadCounters(*m_database)->value(keyA).counters, {});
    QCOMPARE(again->counters(time), account->counters(time));
    QCOMPARE(again->counters(time + 1h), account->counters(time + 1h));
}

void UsageStoreTest::countersOfLateAndEarlyRows()
{
    QVERIFY(append({rowAt(noon), rowAt(noon - 24h), rowAt(noon)}));
    QCOMPARE(counter(LimitWindow::Day).requests, 2);
    QCOMPARE(counter(LimitWindow::Month).requests, 3);
    QVERIFY(append({rowAt(noon - 24h)})); // settled after its day was over
    QCOMPARE(counter(LimitWindow::Day).requests, 2);
    QCOMPARE(counter(LimitWindow::Total).requests, 4);
    QVERIFY(append({rowAt(noon + 24h)}));
    QCOMPARE(counter(LimitWindow::Day).requests, 1);
    QCOMPARE(counter(LimitWindow::Day).start, at("2026-11-24T00:00:00Z"));
    QCOMPARE(counter(LimitWindow::Total).requests, 5);
    QCOMPARE(counter(LimitWindow::Day, keyB).requests, 0);
}

void UsageStoreTest::countersSurviveAChangeOfZone()
{
    QVERIFY(append({rowAt(noon)}, "UTC"));
    QVERIFY(append({rowAt(noon)}, "Asia/Shanghai")); // the same day there, with an earlier start
    QCOMPARE(counter(LimitWindow::Day).requests, 2);
    QCOMPARE(counter(LimitWindow::Day).start, at("2026-11-22T16:00:00Z"));
}

void UsageStoreTest::failedBatchLeavesNothing()
{
    QVERIFY(append({rowAt(noon)}));
    QVERIFY(m_database->change(u"ALTER TABLE counters RENAME TO elsewhere"_s));
    QVERIFY(!append({rowAt(noon), rowAt(noon)}));
    QVERIFY(m_database->change(u"ALTER TABLE elsewhere RENAME TO counters"_s));
    QCOMPARE(count(u"SELECT count(*) FROM requests"_s), 1);
    QCOMPARE(count(u"SELECT sum(requests) FROM rollups WHERE grain = 0"_s), 1);
    QVERIFY(append({rowAt(noon)}));
    QCOMPARE(counter(LimitWindow::Day).requests, 2);
}

void UsageStoreTest::reportRefusals_data()
{
    QTest::addColumn<UsageQuery>("query");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("cure");
    QTest::newRow("too many quarters")
        << queryOf("2026-01-01T00:00:00Z", "2026-01-21T20:15:00Z", UsageBucket::QuarterHour) << u"bucket"_s
        << u"bucket=hour"_s;
    QTest::newRow("too many hours") << queryOf("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z",
                                               UsageBucket::Hour)
                                    << u"bucket"_s << u"bucket=day"_s;
    QTest::newRow("too many days") << queryOf("1026-01-01T00:00:00Z", "2026-12-31T00:00:00Z",
                                              UsageBucket::Day)
                                   << u"bucket"_s << u"shorter range"_s;
    QTest::newRow("empty range") << queryOf("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", UsageBucket::Day)
                                 << u"to"_s << u"must end after"_s;
    QTest::newRow("backwards") << queryOf("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", UsageBucket::Day)
                               << u"to"_s << u"must end after"_s;
    QTest::newRow("zone") << queryOf("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", UsageBucket::Day,
                                     "Mars/Base")
                          << u"tz"_s << u"Asia/Shanghai"_s;
}

void UsageStoreTest::reportRefusals()
{
    QFETCH(UsageQuery, query);
    QFETCH(QString, cure);
    const auto refused = usagestore::report(*m_database, query);
    QVERIFY(!refused);
    QVERIFY(refused.error().code == ErrorCode::InvalidField);
    QTEST(refused.error().field, "field");
    QVERIFY2(refused.error().message.contains(cure), qPrintable(refused.error().message));
}

void UsageStoreTest::reportHasEveryBucket_data()
{
    QTest::addColumn<UsageQuery>("query");
    QTest::addColumn<int>("buckets");
    QTest::addColumn<Timestamp>("first");
    QTest::newRow("quarters") << queryOf("2026-11-23T00:01:00Z", "2026-11-23T01:01:00Z",
                                         UsageBucket::QuarterHour)
                              << 5 << at("2026-11-23T00:00:00Z");
    QTest::newRow("as many as may be")
        << queryOf("2026-01-01T00:00:00Z", "2026-01-21T20:00:00Z", UsageBucket::QuarterHour) << 2000
        << at("2026-01-01T00:00:00Z");
    QTest::newRow("hours of a short day")
        << queryOf("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", UsageBucket::Hour, "Europe/Berlin") << 23
        << at("2026-03-28T23:00:00Z");
    QTest::newRow("hours in Kolkata")
        << queryOf("2026-11-23T00:00:00Z", "2026-11-23T02:00:00Z", UsageBucket::Hour, "Asia/Kolkata") << 3
        << at("2026-11-22T23:30:00Z");
    QTest::newRow("days over a change")
        << queryOf("2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z", UsageBucket::Day, "Europe/Berlin") << 3
        << at("2026-10-23T22:00:00Z");
    QTest::newRow("days, begun in the middle")
        << queryOf("2026-11-22T20:00:00Z", "2026-11-23T20:00:00Z", UsageBucket::Day, "Asia/Shanghai") << 2
        << at("2026-11-22T16:00:00Z");
}

void UsageStoreTest::reportHasEveryBucket()
{
    QFETCH(UsageQuery, query);
    QFETCH(Timestamp, first);
    const auto found = report(query);
    QCOMPARE(found.series.size(), 1);
    const auto points = found.series.first().points;
    QTEST(int(points.size()), "buckets");
    QCOMPARE(toIso(points.first().start), toIso(first));
    for (qsizetype point = 1; point < points.size(); ++point)
        QVERIFY(points[point - 1].start < points[point].start);
    QVERIFY(points.last().start < query.to);
    // One request in each, and at the very end of the range none.
    std::vector<UsageRow> rows{rowAt(found.to)};
    for (const UsagePoint &point : points)
        rows.push_back(rowAt(std::max(point.start, found.from)));
    QVERIFY(append(rows));
    const auto again = report(query);
    for (const UsagePoint &point : again.series.first().points)
        QCOMPARE(point.sums.requests, 1);
}

void UsageStoreTest::daysFollowTheZone()
{
    // 23:59 on the 23rd and 00:00 on the 24th in Kathmandu (+05:45).
    QVERIFY(append({rowAt(at("2026-11-23T18:14:59.999Z")), rowAt(at("2026-11-23T18:15:00Z")),
                    rowAt(at("2026-11-23T18:15:00Z"))}));
    const auto points =
        report(queryOf("2026-11-22T18:15:00Z", "2026-11-24T18:15:00Z", UsageBucket::Day, "Asia/Kathmandu"))
            .series.first()
            .points;
    QCOMPARE(points.size(), 2);
    QCOMPARE(points[0].sums.requests, 1);
    QCOMPARE(points[1].sums.requests, 2);
}

void UsageStoreTest::reportFilters()
{
    auto other = rowAt(noon, keyB);
    other.model = u"deepseek-chat"_s;
    QVERIFY(append({rowAt(noon), rowAt(noon), other, rowAt(noon, keyB)}));
    auto query = queryOf("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", UsageBucket::Day);
    QCOMPARE(report(query).sums.requests, 4);
    query.key = keyB;
    QCOMPARE(report(query).sums.requests, 2);
    query.model = u"gpt-4o"_s;
    QCOMPARE(report(query).sums.requests, 1);
    query.key = {};
    query.group = UsageGroup::Key;
    const auto series = report(query).series;
    QCOMPARE(series.size(), 2);
    QCOMPARE(series[0].group, keyA.value);
    QCOMPARE(series[0].sums.requests, 2);
    QCOMPARE(series[1].group, keyB.value);
    query.model = u"none"_s;
    QVERIFY(report(query).series.isEmpty());
    query.group = UsageGroup::None;
    QCOMPARE(report(query).series.size(), 1);
    QCOMPARE(report(query).series.first().points.size(), 1);
}

void UsageStoreTest::groupsBeyondNineAreJoined()
{
    std::vector<UsageRow> rows;
    for (int model = 1; model <= 12; ++model) {
        for (int request = 0; request < model; ++request) {
            rows.push_back(rowAt(noon - 24h * (request % 2)));
            rows.back().model = u"model-%1"_s.arg(model);
        }
    }
    QVERIFY(append(rows));
    auto query = queryOf("2026-11-22T00:00:00Z", "2026-11-24T00:00:00Z", UsageBucket::Day);
    query.group = UsageGroup::Model;
    const auto found = report(query);
    QCOMPARE(found.series.size(), 10);
    QCOMPARE(found.series.first().group, u"model-12"_s);
    QCOMPARE(found.series.at(8).group, u"model-4"_s);
    const UsageSeries other = found.series.last();
    QCOMPARE(other.group, u"other"_s);
    QCOMPARE(other.sums.requests, 1 + 2 + 3);
    QCOMPARE(other.points[0].sums.requests, 2);
    QCOMPARE(other.points[1].sums.requests, 4);
    QCOMPARE(found.sums.requests, 78);

    query.model = u"model-1"_s;
    QCOMPARE(report(query).series.size(), 1);
}

void UsageStoreTest::providersAreNamed()
{
    QVERIFY(m_database->change(
        u"INSERT INTO providers (id, name, base_url, sealed_secret, secret_mask, "
        u"models, enabled, created_at, updated_at, version) VALUES ('openai', '开放', '', NULL, '', '[]', 1, 0, 0, 1)"_s));
    auto removed = rowAt(noon);
    removed.provider = ProviderId{u"removed"_s};
    QVERIFY(append({rowAt(noon), rowAt(noon), removed}));
    auto query = queryOf("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", UsageBucket::Day);
    query.group = UsageGroup::Provider;
    const auto series = report(query).series;
    QCOMPARE(series[0].label, u"开放"_s);
    QCOMPARE(series[1].label, u"removed"_s);
}

void UsageStoreTest::lastSevenDays()
{
    const QTimeZone zone("Asia/Shanghai");
    const Timestamp today = at("2026-11-22T16:00:00Z"); // starts there
    auto refused = rowAt(today);
    refused.outcome = RequestOutcome::Refused;
    QVERIFY(append({rowAt(today), rowAt(today - 1ms), rowAt(today - 1ms), rowAt(today - 24h * 6),
                    rowAt(today - 24h * 6 - 1ms), rowAt(today, keyB), refused}));
    const KeyId nobody{u"key_nobody"_s};
    const auto days = usagestore::lastDays(*m_database, {keyA, keyB, nobody}, noon, zone);
    QVERIFY(days);
    QCOMPARE(days->value(keyA), (QList<qint64>{1, 0, 0, 0, 0, 2, 1}));
    QCOMPARE(days->value(keyB), (QList<qint64>{0, 0, 0, 0, 0, 0, 1}));
    QCOMPARE(days->value(nobody), QList<qint64>(7, 0));
}

void UsageStoreTest::resetKeepsAdjustments()
{
    const auto account = std::make_shared<Account>(QTimeZone::utc());
    account->reserve({}, {}, 0, noon)->settle(1, 15);
    QVERIFY(append({rowAt(noon), rowAt(noon, keyB)}));
    QVERIFY(usagestore::reset(*m_database, {{keyA, account->reset(noon)}}, noon, u"admin"_s));
    for (int window = 0; window < windowCount; ++window)
        QCOMPARE(counter(static_cast<LimitWindow>(window)).requests, 0);
    QCOMPARE(counter(LimitWindow::Day, keyB).requests, 1);
    QCOMPARE(count(u"SELECT count(*) FROM adjustments WHERE requests = 1 AND tokens = 15"_s), windowCount);
    QCOMPARE(count(u"SELECT count(*) FROM audit WHERE action = 'usage.reset' AND subject = 'key_a'"_s), 1);
    QCOMPARE(count(u"SELECT count(*) FROM requests"_s), 2);
    QCOMPARE(report(queryOf("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", UsageBucket::Day)).sums.requests,
             2);
    // Nothing used: nothing to keep.
    QVERIFY(usagestore::reset(*m_database, {{keyA, account->reset(noon)}}, noon, u"admin"_s));
    QCOMPARE(count(u"SELECT count(*) FROM adjustments"_s), windowCount);
}

void UsageStoreTest::resetLeavesWhatCameAfter()
{
    const auto account = std::make_shared<Account>(QTimeZone::utc());
    account->reserve({}, {}, 0, noon)->settle(1, 15);
    account->reserve({}, {}, 0, noon)->settle(1, 15);
    const auto before = account->reset(noon);
    // One row is in the books already, one is late, and one settled after the reset but was written before it.
    QVERIFY(append({rowAt(noon), rowAt(noon)}));
    QVERIFY(usagestore::reset(*m_database, {{keyA, before}}, noon, u"admin"_s));
    QVERIFY(append({rowAt(noon)}));
    QCOMPARE(counter(LimitWindow::Day).requests, 1);
    QCOMPARE(counter(LimitWindow::Day).tokens, 15);

    // A clock that ran a year ahead leaves no counter that would swallow today's requests.
    QVERIFY(append({rowAt(noon + 24h * 365)}));
    const WindowCounter ahead = counter(LimitWindow::Day);
    QVERIFY(usagestore::reset(*m_database, {{keyA, {ahead}}}, noon, u"admin"_s));
    QVERIFY(append({rowAt(noon)}));
    QCOMPARE(counter(LimitWindow::Day).requests, 1);
    QCOMPARE(counter(LimitWindow::Day).start, at("2026-11-23T00:00:00Z"));
}

void UsageStoreTest::manyRowsAreQuick()
{
    std::vector<UsageRow> rows;
    for (int row = 0; row < 5000; ++row) {
        rows.push_back(rowAt(noon + std::chrono::milliseconds(row), KeyId{u"key_%1"_s.arg(row % 300)}));
        rows.back().model = u"model-%1"_s.arg(row % 7);
    }
    QElapsedTimer timer;
    timer.start();
    QVERIFY(append(rows, "America/Los_Angeles"));
    qInfo() << "5000 rows of 300 keys took" << timer.elapsed() << "ms";
    QCOMPARE(count(u"SELECT sum(requests) FROM counters WHERE window_kind = 'day'"_s), 5000);
    QCOMPARE(count(u"SELECT sum(requests) FROM rollups WHERE grain = 0"_s), 5000);
}

void UsageStoreTest::aYearIsReadFromSums()
{
    QVERIFY(append({rowAt(noon)}));
    QVERIFY(m_database->change(u"DELETE FROM requests"_s));
    QCOMPARE(report(queryOf("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", UsageBucket::Day)).sums.requests,
             1);
}

QTEST_GUILESS_MAIN(UsageStoreTest)
#include "tst_usagestore.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/usagebooks.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace quota;
using namespace quota::service;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// The writing end of the books: that rows, sums and counters tell the same whenever the process ends.

static const Timestamp noon = *timestampFromIso(u"2026-11-23T12:07:19.250Z"_s);

static UsageRow rowAt(Timestamp time, const QString &key = u"key_a"_s, int status = 200)
{
    UsageRow row;
    row.requestId = "req_1";
    row.key = KeyId{key};
    row.model = u"gpt-4o"_s;
    row.provider = ProviderId{u"openai"_s};
    row.reservedAt = time;
    row.status = status;
    row.promptTokens = 10;
    row.completionTokens = 5;
    row.measure = Measure::Measured;
    return row;
}

class UsageBooksTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void sumsWaitForTheirTurn();
    void sumsSurviveAnEndBeforeThem();
    void catchesUpInSteps();
    void aFailureIsReadAnew();
    void idsAreNeverGivenTwice();
    void grainsFollowTheCalendar();
    void statusesStandApart();
    void longModelsAreCut();
    void olderBooksAreCarriedOver();

private:
    std::unique_ptr<Database> open()
    {
        return *Database::open({.path = m_directory->filePath(u"quota.db"_s)});
    }
    QString words(const QString &statement)
    {
        auto query = m_database->run(statement);
        QStringList lines;
        while (query && (*query)->next()) {
            QStringList cells;
            for (int column = 0; !(*query)->isNull(column); ++column)
                cells.append((*query)->value(column).toString());
            lines.append(cells.join(u' '));
        }
        m_database->release();
        return query ? lines.join(u", "_s) : query.error().detail;
    }
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Database> m_database;
};

void UsageBooksTest::init()
{
    m_database.reset();
    m_directory = std::make_unique<QTemporaryDir>();
    m_database = open();
}

void UsageBooksTest::sumsWaitForTheirTurn()
{
    UsageBooks books(*m_database, QTimeZone::utc());
    QVERIFY(books.append({rowAt(noon), rowAt(noon)}, false));
    QVERIFY(books.hasPendingSums());
    QCOMPARE(words(u"SELECT count(*), (SELECT count(*) FROM rollups) FROM requests"_s), u"2 0"_s);
    QVERIFY(books.append({rowAt(noon)}, true));
    QVERIFY(!books.hasPendingSums());
    QCOMPARE(words(u"SELECT sum(counted) FROM rollups WHERE grain = 0"_s), u"3"_s);
    QCOMPARE(words(u"SELECT requests, tokens FROM counters WHERE window_kind = 'total'"_s), u"3 45"_s);
    QCOMPARE(words(u"SELECT summed_through FROM books"_s), u"3"_s);
}

// What a killed process leaves: rows that no sum knows.
void UsageBooksTest::sumsSurviveAnEndBeforeThem()
{
    {
        UsageBooks books(*m_database, QTimeZone::utc());
        QVERIFY(books.append({rowAt(noon)}, true));
        auto refused = rowAt(noon, u"key_b"_s, 429);
        refused.outcome = RequestOutcome::Refused;
        QVERIFY(books.append({rowAt(noon + 15min), refused}, false));
    }
    for (int start = 0; start < 2; ++start) { // the second finds nothing left to do
        m_database.reset();
        m_database = open();
        UsageBooks books(*m_database, QTimeZone::utc());
        QVERIFY(books.open());
        QVERIFY(!books.hasPendingSums());
        QCOMPARE(words(u"SELECT sum(requests), sum(refused) FROM rollups WHERE grain = 0"_s), u"2 1"_s);
        QCOMPARE(words(u"SELECT key_id, requests, tokens FROM counters WHERE window_kind = 'day'"_s),
                 u"key_a 2 30"_s);
        QCOMPARE(words(u"SELECT summed_through FROM books"_s), u"3"_s);
    }
}

void UsageBooksTest::catchesUpInSteps()
{
    std::vector<UsageRow> rows;
    for (int row = 0; row < 12'000; ++row)
        rows.push_back(rowAt(noon + std::chrono::seconds(row), u"key_%1"_s.arg(row % 3)));
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).append(rows, false));
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).open());
    QCOMPARE(words(u"SELECT sum(counted), sum(prompt_tokens) FROM rollups WHERE grain = 12"_s),
             u"12000 120000"_s);
    QCOMPARE(words(u"SELECT min(requests), max(requests) FROM counters WHERE window_kind = 'total'"_s),
             u"4000 4000"_s);
}

void UsageBooksTest::aFailureIsReadAnew()
{
    UsageBooks books(*m_database, QTimeZone::utc());
    QVERIFY(books.append({rowAt(noon)}, false));
    QVERIFY(m_database->change(u"ALTER TABLE rollups RENAME TO elsewhere"_s));
    // A name that is new in what is rolled back must not be remembered.
    QVERIFY(!books.append({rowAt(noon, u"key_new"_s)}, true));
    QVERIFY(m_database->change(u"ALTER TABLE elsewhere RENAME TO rollups"_s));
    QVERIFY(books.append({rowAt(noon, u"key_newer"_s), rowAt(noon, u"key_new"_s)}, true));
    QCOMPARE(words(u"SELECT key_id, count(*) FROM request_rows GROUP BY 1 ORDER BY 1"_s),
             u"key_a 1, key_new 1, key_newer 1"_s);
    QCOMPARE(words(u"SELECT sum(counted) FROM rollups WHERE grain = 4"_s), u"3"_s);
}

void UsageBooksTest::idsAreNeverGivenTwice()
{
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).append({rowAt(noon), rowAt(noon)}, true));
    QVERIFY(m_database->change(u"DELETE FROM requests"_s)); // as retention may
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).append({rowAt(noon)}, false));
    QCOMPARE(words(u"SELECT id FROM requests"_s), u"3"_s);
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).open());
    QCOMPARE(words(u"SELECT sum(counted) FROM rollups WHERE grain = 4"_s), u"3"_s);
}

void UsageBooksTest::grainsFollowTheCalendar()
{
    const Timestamp end = *timestampFromIso(u"2024-02-29T23:59:59.999Z"_s);
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).append({rowAt(end), rowAt(end + 1ms)}, true));
    QCOMPARE(words(u"SELECT grain, datetime(quarter * 900, 'unixepoch') FROM rollups WHERE grain < 4"_s),
             u"0 2024-02-29 23:45:00, 0 2024-03-01 00:00:00, 1 2024-02-29 23:00:00, 1 2024-03-01 00:00:00, "
             "2 2024-02-29 00:00:00, 2 2024-03-01 00:00:00, 3 2024-02-01 00:00:00, 3 2024-03-01 00:00:00"_s);
    QCOMPARE(
        words(u"SELECT grain, datetime(quarter * 900, 'unixepoch') FROM rollups WHERE grain > 20"_s),
        u"21 2024-02-29 23:00:00, 21 2024-03-01 00:00:00, 22 2024-02-29 00:00:00, 22 2024-03-01 00:00:00, "
        "23 2024-02-01 00:00:00, 23 2024-03-01 00:00:00"_s);
    QCOMPARE(spanEnd(Grain::Month, spanStart(Grain::Month, toMilliseconds(end) / quarterMilliseconds)),
             (toMilliseconds(end) + 1) / quarterMilliseconds);
}

void UsageBooksTest::statusesStandApart()
{
    auto failed = rowAt(noon, u"key_a"_s, 502);
    failed.outcome = RequestOutcome::UpstreamFailed;
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc())
                .append({rowAt(noon), rowAt(noon, u"key_b"_s), failed}, true));
    QCOMPARE(words(u"SELECT status, requests, failed FROM rollups WHERE grain = 10"_s),
             u"200 2 0, 502 1 1"_s);
}

void UsageBooksTest::longModelsAreCut()
{
    auto row = rowAt(noon);
    row.model = QString(5000, u'm');
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).append({row}, true));
    QCOMPARE(words(u"SELECT length(model) FROM request_rows"_s), u"200"_s);
}

void UsageBooksTest::olderBooksAreCarriedOver()
{
    // The schema as it was before, with what it wrote.
    const QString schema = m_directory->filePath(u"schema"_s);
    QVERIFY(QDir().mkpath(schema + u"/sqlite"_s));
    for (const QString &name : {u"001_first.sql"_s, u"002_provider_route.sql"_s, u"003_request_ids.sql"_s})
        QVERIFY(QFile::copy(u":/schema/sqlite/"_s + name, schema + u"/sqlite/"_s + name));
    const QString path = m_directory->filePath(u"old.db"_s);
    {
        auto old = Database::open({.path = path, .schema = schema});
        QVERIFY(old);
        const auto add = [&](const QString &key, Timestamp time, int status, const QString &outcome) {
            return (*old)->change(
                u"INSERT INTO requests (request_id, key_id, model, provider_id, reserved_at, status, "
                u"outcome, "
                "requests, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, measure, "
                "streamed, "
                "first_byte_microseconds, total_microseconds) "
                "VALUES ('req_x', ?, 'gpt', 'p', ?, ?, ?, ?, 7, 3, 1, 2, 'estimated', 1, 40, 90)"_s,
                {key, toMilliseconds(time), status, outcome, outcome == u"refused"_s ? 0 : 1});
        };
        QVERIFY(add(u"key_a"_s, noon, 200, u"answered"_s));
        QVERIFY(add(u"key_a"_s, noon + 24h, 504, u"upstream_failed"_s));
        QVERIFY(add(u"key_b"_s, noon, 429, u"refused"_s));
        QVERIFY((*old)->change(u"INSERT INTO counters VALUES ('key_a', 'total', 0, 2, 20)"_s));
    }
    m_database = std::move(*Database::open({.path = path}));
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).append({rowAt(noon + 24h)}, true));
    QCOMPARE(words(u"SELECT key_id, status, outcome, measure, first_byte_microseconds FROM request_rows"_s),
             u"key_a 200 answered estimated 40, key_a 504 upstream_failed estimated 40, "
             "key_b 429 refused estimated 40, key_a 200 answered measured 0"_s);
    for (const int grain : {0, 1, 2, 3, 4, 10, 11, 12, 13, 21, 22, 23}) {
        QCOMPARE(words(u"SELECT sum(requests), sum(counted), sum(refused), sum(failed), sum(estimated), "
                       "sum(prompt_tokens), sum(cached_tokens) FROM rollups WHERE grain = %1"_s.arg(grain)),
                 u"3 3 1 1 2 24 2"_s);
    }
    QCOMPARE(words(u"SELECT count(*) FROM rollups WHERE grain = 2"_s), u"4"_s);
    QCOMPARE(words(u"SELECT requests FROM counters WHERE window_kind = 'total'"_s), u"3"_s);
    QCOMPARE(words(u"SELECT summed_through FROM books"_s), u"4"_s);
}

QTEST_GUILESS_MAIN(UsageBooksTest)
#include "tst_usagebooks.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/bookscheck.h"
#include "service/store/leasestore.h"
#include "service/store/usagebooks.h"

#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace quota;
using namespace quota::service;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// That the check of the books is silent while they add up, and names what does not.

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

class BooksCheckTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void emptyBooksAddUp();
    void randomBooksAddUp_data();
    void randomBooksAddUp();
    void rowsNotSummedYetAreNoFault();
    void adjustmentsCount();
    void importsHaveNoRows();
    void aChangedZoneIsNoFault();
    void namesWhatDiffers_data();
    void namesWhatDiffers();
    void countsBeyondTheNamed();
    void partsSeeTheirSpan();

private:
    std::unique_ptr<Database> open()
    {
        return *Database::open({.path = m_directory->filePath(u"quota.db"_s)});
    }
    void addKey(const QString &id)
    {
        QVERIFY(m_database->change(
            u"INSERT INTO keys VALUES (?, ?, '', 'sk-', 'abcd', 0, 0, NULL, '[]', NULL, NULL, NULL, 0, 0, 1, NULL, NULL)"_s,
            {id, id.toUtf8()}));
    }
    BooksFindings findings()
    {
        const auto found = bookscheck::check(*m_database);
        if (!found)
            qWarning("%s", qPrintable(found.error().message + found.error().detail));
        return found ? *found : BooksFindings{{}, -1};
    }
    QString words()
    {
        const BooksFindings found = findings();
        QStringList lines;
        for (const BooksDiscrepancy &one : found.named)
            lines.append(u"%1 %2 %3 %4 %5 %6 %7"_s
                             .arg(toString(one.between), one.key, one.window, toIso(one.start), one.figure)
                             .arg(one.expected)
                             .arg(one.found));
        return lines.join(u"; "_s);
    }
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Database> m_database;
};

void BooksCheckTest::init()
{
    m_database.reset();
    m_directory = std::make_unique<QTemporaryDir>();
    m_database = open();
    addKey(u"key_a"_s);
    addKey(u"key_b"_s);
}

void BooksCheckTest::emptyBooksAddUp()
{
    QCOMPARE(words(), QString());
    QCOMPARE(findings().total, 0);
}

void BooksCheckTest::randomBooksAddUp_data()
{
    QTest::addColumn<QByteArray>("zone");
    for (const char *zone :
         {"UTC", "Asia/Shanghai", "Asia/Kathmandu", "America/Los_Angeles", "Europe/Berlin"})
        QTest::newRow(zone) << QByteArray(zone);
}

void BooksCheckTest::randomBooksAddUp()
{
    QFETCH(QByteArray, zone);
    std::mt19937 random(7);
    const auto below = [&random](int end) { return int(random() % unsigned(end)); };
    UsageBooks books(*m_database, QTimeZone(zone));
    for (int batch = 0; batch < 20; ++batch) {
        std::vector<UsageRow> rows;
        for (int index = 0; index < 50; ++index) {
            // Across the end of a month, with late rows.
            UsageRow row = rowAt(noon + std::chrono::hours(batch * 14) + std::chrono::minutes(below(600)),
                                 below(3) == 0 ? u"key_b"_s : u"key_a"_s, below(4) == 0 ? 502 : 200);
            row.outcome = static_cast<RequestOutcome>(below(4));
            row.requests = row.outcome == RequestOutcome::Refused ? 0 : below(2);
            row.measure = static_cast<Measure>(below(3));
            row.model = u"model-%1"_s.arg(below(3));
            rows.push_back(row);
        }
        QVERIFY(books.append(rows, batch % 3 == 2));
    }
    QVERIFY(books.sumUp());
    QCOMPARE(words(), QString());
}

void BooksCheckTest::rowsNotSummedYetAreNoFault()
{
    UsageBooks books(*m_database, QTimeZone::utc());
    QVERIFY(books.append({rowAt(noon)}, true));
    QVERIFY(books.append({rowAt(noon), rowAt(noon + 1h)}, false));
    QCOMPARE(words(), QString());
    QVERIFY(books.sumUp());
    QCOMPARE(words(), QString());
}

void BooksCheckTest::adjustmentsCount()
{
    const QTimeZone zone("Asia/Shanghai");
    UsageBooks books(*m_database, zone);
    QVERIFY(books.append({rowAt(noon), rowAt(noon + 5h)}, true));
    QVERIFY(leasestore::grant(*m_database, {{KeyId{u"key_a"_s}, {7, 70}}}, noon + 5h));
    QVERIFY(leasestore::countAsSpent(*m_database, noon + 5h, zone));
    QCOMPARE(words(), QString());
    QVERIFY(
        usagestore::reset(*m_database,
                          {{KeyId{u"key_a"_s},
                            {{LimitWindow::Total, Timestamp(), 9, 100},
                             {LimitWindow::Day, windowAt(LimitWindow::Day, noon + 5h, zone).start, 8, 80}}}},
                          noon + 5h, u"admin"_s));
    QCOMPARE(words(), QString());
    QVERIFY(books.append({rowAt(noon + 5h)}, true));
    QVERIFY(usagestore::addImported(*m_database, KeyId{u"key_b"_s}, 1'000, 0, noon, u"admin"_s));
    QCOMPARE(words(), QString());
}

void BooksCheckTest::importsHaveNoRows()
{
    UsageBooks books(*m_database, QTimeZone::utc());
    QVERIFY(books.open());
    Transaction transaction(*m_database);
    QVERIFY(transaction.begin());
    QVERIFY(books.addPast({{KeyId{u"key_a"_s}, noon - 48h, 30}, {KeyId{u"key_a"_s}, noon, 12}}));
    QVERIFY(transaction.commit());
    QVERIFY(books.append({rowAt(noon)}, true));
    QCOMPARE(words(), QString());
}

// Counters of windows that began in another zone have no sums of their own.
void BooksCheckTest::aChangedZoneIsNoFault()
{
    QVERIFY(
        UsageBooks(*m_database, QTimeZone("Asia/Shanghai")).append({rowAt(noon), rowAt(noon + 5h)}, true));
    QVERIFY(UsageBooks(*m_database, QTimeZone("Europe/Berlin")).append({rowAt(noon + 6h)}, true));
    QCOMPARE(words(), QString());
}

void BooksCheckTest::namesWhatDiffers_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<QString>("words");
    QTest::newRow("a row is missing")
        << u"DELETE FROM requests WHERE id = 1"_s
        << u"rows_and_sums key_a quarter 2026-11-23T12:00:00.000Z requests 1 2; "
           "rows_and_sums key_a quarter 2026-11-23T12:00:00.000Z counted 1 2; "
           "rows_and_sums key_a quarter 2026-11-23T12:00:00.000Z prompt_tokens 10 20; "
           "rows_and_sums key_a quarter 2026-11-23T12:00:00.000Z completion_tokens 5 10"_s;
    QTest::newRow("a quarter is missing")
        << u"DELETE FROM rollups WHERE grain = 0 AND quarter = (SELECT max(quarter) FROM rollups WHERE grain = 0); "_s
        << u"rows_and_sums key_b quarter 2026-11-23T13:00:00.000Z requests 1 0"_s;
    QTest::newRow("an hour")
        << u"UPDATE rollups SET cached_tokens = 3 WHERE grain = 1 AND quarter % 96 = 48"_s
        << u"fine_and_coarse_sums key_a hour 2026-11-23T12:00:00.000Z cached_tokens 0 3"_s;
    QTest::newRow("a day")
        << u"UPDATE rollups SET failed = failed + 1 WHERE grain = 2 AND quarter % 96 = 0 AND status = 200 "
           "AND key = (SELECT id FROM names WHERE word = 'key_a')"_s
        << u"fine_and_coarse_sums key_a day 2026-11-23T00:00:00.000Z failed 0 1"_s;
    QTest::newRow("a month of all keys")
        << u"UPDATE rollups SET estimated = estimated - 1 WHERE grain = 13"_s
        << u"fine_and_coarse_sums  month 2026-11-01T00:00:00.000Z estimated 0 -1"_s;
    QTest::newRow("an hour of a key alone")
        << u"UPDATE rollups SET refused = 4 WHERE grain = 21 AND quarter % 96 = 48"_s
        << u"fine_and_coarse_sums key_a hour 2026-11-23T12:00:00.000Z refused 0 4"_s;
    QTest::newRow("all time") << u"UPDATE rollups SET refused = 5 WHERE grain = 4 "
                                 "AND key = (SELECT id FROM names WHERE word = 'key_b')"_s
                              << u"fine_and_coarse_sums key_b total 1970-01-01T00:00:00.000Z refused 0 5"_s;
    QTest::newRow("a counter of all time")
        << u"UPDATE counters SET requests = 8 WHERE key_id = 'key_a' AND window_kind = 'total'"_s
        << u"sums_and_counters key_a total 1970-01-01T00:00:00.000Z requests 2 8"_s;
    QTest::newRow("no counter") << u"DELETE FROM counters WHERE key_id = 'key_a' AND window_kind = 'total'"_s
                                << u"sums_and_counters key_a total 1970-01-01T00:00:00.000Z requests 2 0; "
                                   "sums_and_counters key_a total 1970-01-01T00:00:00.000Z tokens 30 0"_s;
    QTest::newRow("a counter of a day")
        << u"UPDATE counters SET tokens = 31 WHERE key_id = 'key_a' AND window_kind = 'day'"_s
        << u"sums_and_counters key_a day 2026-11-23T00:00:00.000Z tokens 30 31"_s;
}

void BooksCheckTest::namesWhatDiffers()
{
    QFETCH(QString, fault);
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc())
                .append({rowAt(noon), rowAt(noon), rowAt(noon + 1h, u"key_b"_s)}, true));
    QCOMPARE(words(), QString());
    QVERIFY(m_database->change(fault));
    QFETCH(QString, words);
    QVERIFY2(this->words().startsWith(words), qPrintable(this->words()));
}

void BooksCheckTest::countsBeyondTheNamed()
{
    std::vector<UsageRow> rows;
    for (int hour = 0; hour < 100; ++hour)
        rows.push_back(rowAt(noon + std::chrono::hours(hour)));
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).append(rows, true));
    QVERIFY(m_database->change(u"UPDATE rollups SET cached_tokens = 1 WHERE grain = 1"_s));
    const BooksFindings found = findings();
    QCOMPARE(found.named.size(), BooksFindings::namedDiscrepancies);
    QVERIFY2(found.total >= 100, qPrintable(QString::number(found.total)));
}

void BooksCheckTest::partsSeeTheirSpan()
{
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).append({rowAt(noon), rowAt(noon + 48h)}, true));
    QVERIFY(m_database->change(u"DELETE FROM requests WHERE id = 1"_s));
    const auto whole = bookscheck::wholeSpan(*m_database);
    QVERIFY(whole);
    QCOMPARE(whole->to - whole->from, 30 * 96);
    const qint64 quarter = toMilliseconds(noon) / quarterMilliseconds;
    BooksFindings later;
    QVERIFY(bookscheck::checkHours(*m_database, {quarter + 4, quarter + 300}, later));
    QVERIFY(bookscheck::checkDays(*m_database, *whole, later));
    QVERIFY(bookscheck::checkMonths(*m_database, *whole, later));
    QVERIFY(bookscheck::checkCounters(*m_database, later));
    QVERIFY(later.addUp());
    QVERIFY(bookscheck::checkHours(*m_database, {quarter, quarter + 4}, later));
    QCOMPARE(later.total, 4);
}

QTEST_GUILESS_MAIN(BooksCheckTest)
#include "tst_bookscheck.moc"

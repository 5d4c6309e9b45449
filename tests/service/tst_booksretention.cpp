// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeclock.h"
#include "runningservice.h"
#include "service/store/bookscheck.h"
#include "service/store/booksretention.h"
#include "service/store/usagebooks.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace quota;
using namespace quota::service;
using namespace quota::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using booksretention::Part;

// What is too old leaves the books, and nothing else does: the steps by themselves, then those of a running service.

static Timestamp at(const char *iso)
{
    return *timestampFromIso(QString::fromLatin1(iso));
}

static const Timestamp noon = at("2026-11-23T12:07:19.250Z");

static UsageRow rowAt(Timestamp time, const QString &key = u"key_a"_s)
{
    UsageRow row;
    row.requestId = "req_1";
    row.key = KeyId{key};
    row.model = u"gpt-4o"_s;
    row.provider = ProviderId{u"openai"_s};
    row.reservedAt = time;
    row.status = 200;
    row.promptTokens = 10;
    row.measure = Measure::Measured;
    return row;
}

static qint64 numberFrom(Database &database, const QString &statement)
{
    auto query = database.run(statement);
    const qint64 value = query && (*query)->next() ? (*query)->value(0).toLongLong() : -1;
    database.release();
    return value;
}

class BooksRetentionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void rowsGoFromTheEdge_data();
    void rowsGoFromTheEdge();
    void rowsWithoutSumsStay();
    void sumsGoByWholeMonths();
    void auditGoes();
    void nothingOldIsNoEntry();
    void stepsAreSmall();
    void serviceRemovesWhatIsOld();
    void serviceKeepsForEver();
    void serviceTellsOfDiscrepancies();

private:
    qint64 number(const QString &statement) { return numberFrom(*m_database, statement); }
    qint64 removeAll(Part part, Timestamp before)
    {
        qint64 all = 0;
        if (!booksretention::begin(*m_database, part, before, noon).value_or(false))
            return 0;
        for (;;) {
            const auto removed = booksretention::removeSome(*m_database, part, before, 3);
            if (!removed || *removed == 0)
                return removed ? all : -1;
            all += *removed;
        }
    }
    bool addsUp()
    {
        const auto found = bookscheck::check(*m_database);
        return found && found->addUp();
    }
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Database> m_database;
};

void BooksRetentionTest::init()
{
    m_database.reset();
    m_directory = std::make_unique<QTemporaryDir>();
    m_database = *Database::open({.path = m_directory->filePath(u"quota.db"_s)});
}

void BooksRetentionTest::rowsGoFromTheEdge_data()
{
    QTest::addColumn<qint64>("milliseconds");
    QTest::addColumn<qint64>("removed");
    QTest::newRow("the row's own instant: its quarter stays whole") << qint64(0) << qint64(0);
    QTest::newRow("its quarter's last instant") << qint64(460'749) << qint64(0);
    QTest::newRow("its quarter's end") << qint64(460'750) << qint64(1);
}

void BooksRetentionTest::rowsGoFromTheEdge()
{
    QFETCH(qint64, milliseconds);
    QFETCH(qint64, removed);
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).append({rowAt(noon), rowAt(noon + 24h)}, true));
    const Timestamp before = noon + std::chrono::milliseconds(milliseconds);
    QCOMPARE(removeAll(Part::Rows, before), removed);
    QCOMPARE(number(u"SELECT count(*) FROM requests"_s), 2 - removed);
    QCOMPARE(number(u"SELECT sum(requests) FROM rollups WHERE grain = 0"_s), 2);
    QCOMPARE(number(u"SELECT requests FROM counters WHERE window_kind = 'total'"_s), 2);
    QCOMPARE(
        number(u"SELECT count(*) FROM audit WHERE action = 'retention.remove' AND subject = 'requests'"_s),
        removed);
    QVERIFY(addsUp());
}

void BooksRetentionTest::rowsWithoutSumsStay()
{
    UsageBooks books(*m_database, QTimeZone::utc());
    QVERIFY(books.append({rowAt(noon - 48h)}, true));
    QVERIFY(books.append({rowAt(noon - 48h)}, false));
    QCOMPARE(removeAll(Part::Rows, noon), 1);
    QCOMPARE(number(u"SELECT count(*) FROM requests"_s), 1);
    QVERIFY(books.sumUp());
    QCOMPARE(number(u"SELECT requests FROM counters WHERE window_kind = 'total'"_s), 2);
    QVERIFY(addsUp());
}

void BooksRetentionTest::sumsGoByWholeMonths()
{
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc())
                .append({rowAt(at("2026-09-30T23:59:59.999Z")), rowAt(at("2026-10-01T00:00:00.000Z")),
                         rowAt(noon)},
                        true));
    QCOMPARE(removeAll(Part::Sums, at("2026-09-30T23:59:59.999Z")), 0);
    QCOMPARE(removeAll(Part::Sums, at("2026-10-31T23:59:59.999Z")),
             11); // four grains, of the key and of all, three of keys alone
    for (const int grain : {0, 1, 2, 3, 10, 11, 12, 13, 21, 22, 23})
        QCOMPARE(number(u"SELECT sum(requests) FROM rollups WHERE grain = %1"_s.arg(grain)), 2);
    QCOMPARE(number(u"SELECT requests FROM rollups WHERE grain = 4"_s), 3);
    QCOMPARE(number(u"SELECT requests FROM counters WHERE window_kind = 'total'"_s), 3);
    QCOMPARE(number(u"SELECT count(*) FROM requests"_s), 3);
    QVERIFY(addsUp());
}

void BooksRetentionTest::auditGoes()
{
    for (const Timestamp time : {noon - 24h, noon - 1h, noon})
        QVERIFY(m_database->change(u"INSERT INTO audit (time, actor, action, subject, detail) "
                                   "VALUES (?, 'admin', 'key.create', 'key_a', '')"_s,
                                   {toMilliseconds(time)}));
    QCOMPARE(removeAll(Part::Audit, noon - 1h), 1);
    QCOMPARE(number(u"SELECT count(*) FROM audit WHERE action = 'key.create'"_s), 2);
    QCOMPARE(number(u"SELECT count(*) FROM audit WHERE action = 'retention.remove'"_s), 1);
}

void BooksRetentionTest::nothingOldIsNoEntry()
{
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).append({rowAt(noon)}, true));
    for (const Part part : {Part::Rows, Part::Sums, Part::Audit})
        QCOMPARE(removeAll(part, noon - 24h), 0);
    QCOMPARE(number(u"SELECT count(*) FROM audit"_s), 0);
    QCOMPARE(number(u"SELECT rows_from + sums_from FROM books"_s), 0);
}

void BooksRetentionTest::stepsAreSmall()
{
    std::vector<UsageRow> rows;
    for (int index = 0; index < 10; ++index)
        rows.push_back(rowAt(noon + std::chrono::seconds(index)));
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).append(rows, true));
    const Timestamp later = noon + 1h;
    QVERIFY(*booksretention::begin(*m_database, Part::Rows, later, later));
    QVERIFY(addsUp());
    for (const qint64 removed : {4, 4, 2, 0}) {
        QCOMPARE(booksretention::removeSome(*m_database, Part::Rows, later, 4).value_or(-1), removed);
        QVERIFY(addsUp());
    }
    // A mark never goes back.
    QVERIFY(UsageBooks(*m_database, QTimeZone::utc()).append({rowAt(noon - 48h)}, true));
    const qint64 mark = number(u"SELECT rows_from FROM books"_s);
    QVERIFY(*booksretention::begin(*m_database, Part::Rows, noon - 24h, later));
    QCOMPARE(number(u"SELECT rows_from FROM books"_s), mark);
}

static void chat(RunningService &service, const QByteArray &secret)
{
    const QByteArray body = R"({"model":"demo","messages":[{"role":"user","content":"hi"}]})";
    QCOMPARE(fetch(service.port(), "POST", "/v1/chat/completions", bearer(secret), body).status, 200);
}

static std::unique_ptr<Database> booksOf(const RunningService &service)
{
    return *Database::open({.path = service.directory() + u"/quota.db"_s, .readOnly = true});
}

void BooksRetentionTest::serviceRemovesWhatIsOld()
{
    FakeClock clock(noon);
    RunningService service({{u"REQUEST_RETENTION"_s, u"30d"_s},
                            {u"USAGE_RETENTION"_s, u"60d"_s},
                            {u"AUDIT_RETENTION"_s, u"40d"_s}},
                           &clock);
    const QByteArray secret = service.createKey(
        {{u"limits"_s, QJsonArray{QJsonObject{
                           {u"unit"_s, u"requests"_s}, {u"window"_s, u"total"_s}, {u"amount"_s, 100}}}}});
    chat(service, secret);
    service.stop();
    const auto read = [&](const QString &statement) { return numberFrom(*booksOf(service), statement); };
    QCOMPARE(read(u"SELECT count(*) FROM requests"_s), 1);

    clock.advance(20 * 24h);
    service.start();
    chat(service, secret);
    service.stop();
    QCOMPARE(read(u"SELECT count(*) FROM requests"_s), 2);

    clock.advance(15 * 24h);
    service.start();
    QTRY_COMPARE(read(u"SELECT count(*) FROM requests"_s), 1);
    QCOMPARE(read(u"SELECT sum(requests) FROM rollups WHERE grain = 0"_s), 2);
    service.stop();

    clock.advance(200 * 24h);
    service.start();
    chat(service, secret);
    // One comes while another goes: each is a fact that stays.
    const qint64 yesterday = toMilliseconds(clock.now() - 24h);
    QTRY_COMPARE(read(u"SELECT count(*) FROM requests WHERE reserved_at < %1"_s.arg(yesterday)), 0);
    QTRY_COMPARE(read(u"SELECT count(*) FROM requests WHERE reserved_at >= %1"_s.arg(yesterday)), 1);
    QTRY_COMPARE(read(u"SELECT sum(requests) FROM rollups WHERE grain = 13"_s), 1);
    QTRY_COMPARE(read(u"SELECT count(*) FROM audit WHERE action LIKE 'key.%'"_s), 0);
    const QJsonObject key = service.admin("GET", "/admin/keys").value(u"keys"_s).toArray().first().toObject();
    QCOMPARE(key.value(u"limits"_s).toArray().first().toObject().value(u"used"_s).toInteger(), 3);
    service.stop();
    const auto found = bookscheck::check(*booksOf(service));
    QVERIFY(found && found->addUp());
}

void BooksRetentionTest::serviceKeepsForEver()
{
    FakeClock clock(noon);
    RunningService service({{u"REQUEST_RETENTION"_s, u"never"_s},
                            {u"USAGE_RETENTION"_s, u"never"_s},
                            {u"AUDIT_RETENTION"_s, u"never"_s}},
                           &clock);
    chat(service, service.createKey());
    service.stop();
    clock.advance(20 * 365 * 24h);
    service.start();
    QTRY_VERIFY(fetch(service.port(), "GET", "/metrics").body.contains("quota_proxy_books_discrepancies 0"));
    service.stop();
    QCOMPARE(numberFrom(*booksOf(service), u"SELECT count(*) FROM requests"_s), 1);
    QCOMPARE(numberFrom(*booksOf(service), u"SELECT count(*) FROM audit WHERE action = 'retention.remove'"_s),
             0);
}

void BooksRetentionTest::serviceTellsOfDiscrepancies()
{
    FakeClock clock(noon);
    RunningService service({}, &clock);
    chat(service, service.createKey());
    service.stop();
    {
        const auto database = *Database::open({.path = service.directory() + u"/quota.db"_s});
        QVERIFY(database->change(u"UPDATE rollups SET failed = 7 WHERE grain = 1"_s));
    }
    service.start();
    QTRY_VERIFY(fetch(service.port(), "GET", "/metrics").body.contains("quota_proxy_books_discrepancies "));
    QVERIFY(!fetch(service.port(), "GET", "/metrics").body.contains("quota_proxy_books_discrepancies 0"));
    const QJsonArray parts = service.admin("GET", "/admin/health").value(u"parts"_s).toArray();
    QVERIFY(QJsonDocument(parts).toJson().contains("The books do not add up"));
}

QTEST_GUILESS_MAIN(BooksRetentionTest)
#include "tst_booksretention.moc"

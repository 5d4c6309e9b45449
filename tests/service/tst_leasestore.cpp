// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeclock.h"
#include "service/access/keyring.h"
#include "service/store/keystore.h"
#include "service/store/leasedesk.h"

#include <QTemporaryDir>
#include <QTest>

#include <future>

using namespace quota;
using namespace quota::service;
using namespace quota::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

static const Timestamp noon = *timestampFromIso(u"2026-11-23T12:00:00Z"_s);
static const KeyId keyA{u"key_a"_s};
static const KeyId keyB{u"key_b"_s};

// Leases on disk: what is promised, what rows and a clean stop end, and what a start after a crash makes of the rest.
class LeaseStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void grantsAddUp();
    void rowsLowerTheLease();
    void givingBackEndsIt();
    void crashCountsAsSpent();
    void crashBeforeTheSumsCountsNothingTwice();
    void crashCountsInTheNewestWindows();
    void cleanStopLosesNothing();
    void asksShareACommit();
    void lockedStoreDenies();
    void stoppedStoreDenies();
    void rowsAreNotHeldUpByLeases();
    void jobsFollowWhatIsToRunFirst();

private:
    QString path() const { return m_directory->filePath(u"quota.db"_s); }
    std::unique_ptr<StoreThread> start() const
    {
        auto store = StoreThread::start({.path = path(), .busyTimeout = 20ms}, QTimeZone::utc());
        return store ? std::move(*store) : nullptr;
    }
    std::unique_ptr<Database> open() const { return std::move(*Database::open({.path = path()})); }
    std::unique_ptr<QTemporaryDir> m_directory;
};

static Result<LeaseAmounts> leaseOf(Database &database, const KeyId &key)
{
    return database.run(u"SELECT requests, tokens FROM leases WHERE key_id = ?"_s, {key.value})
        .map([](QSqlQuery *query) {
            LeaseAmounts amounts;
            if (query->next())
                amounts = {query->value(0).toLongLong(), query->value(1).toLongLong()};
            query->finish();
            return amounts;
        });
}

static UsageRow rowOf(const KeyId &key, LeaseAmounts leased, Timestamp time = noon)
{
    UsageRow row;
    row.requestId = "req";
    row.key = key;
    row.reservedAt = time;
    row.status = 200;
    row.promptTokens = 7;
    row.leased = leased;
    return row;
}

static Done append(Database &database, const std::vector<UsageRow> &rows, const QTimeZone &zone)
{
    UsageBooks books(database, zone);
    return books.append(rows, true);
}

static qint64 requestsIn(Database &database, const KeyId &key, LimitWindow window)
{
    const auto all = usagestore::loadCounters(database);
    for (const WindowCounter &counter : all->value(key).counters) {
        if (counter.window == window)
            return counter.requests;
    }
    return 0;
}

void LeaseStoreTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
}

void LeaseStoreTest::grantsAddUp()
{
    const auto database = open();
    QVERIFY(leasestore::grant(*database, {{keyA, {3, 100}}, {keyB, {1, 0}}}, noon));
    QVERIFY(leasestore::grant(*database, {{keyA, {2, 50}}}, noon));
    QCOMPARE(*leaseOf(*database, keyA), (LeaseAmounts{5, 150}));
    QCOMPARE(*leaseOf(*database, keyB), (LeaseAmounts{1, 0}));
}

void LeaseStoreTest::rowsLowerTheLease()
{
    const auto database = open();
    QVERIFY(leasestore::grant(*database, {{keyA, {10, 1000}}}, noon));
    QVERIFY(
        append(*database, {rowOf(keyA, {1, 100}), rowOf(keyA, {1, 30}), rowOf(keyB, {})}, QTimeZone::utc()));
    QCOMPARE(*leaseOf(*database, keyA), (LeaseAmounts{8, 870}));
}

void LeaseStoreTest::givingBackEndsIt()
{
    const auto database = open();
    QVERIFY(leasestore::grant(*database, {{keyA, {10, 1000}}, {keyB, {2, 0}}}, noon));
    QVERIFY(leasestore::giveBack(*database, {{keyA, {10, 1000}}, {keyB, {1, 0}}}));
    auto left = database->run(u"SELECT key_id, requests FROM leases"_s);
    QVERIFY((*left)->next());
    QCOMPARE((*left)->value(0).toString(), keyB.value);
    QCOMPARE((*left)->value(1).toInt(), 1);
    QVERIFY(!(*left)->next());
}

void LeaseStoreTest::crashCountsAsSpent()
{
    const auto database = open();
    QVERIFY(leasestore::grant(*database, {{keyA, {10, 1000}}, {keyB, {1, 5}}}, noon));
    QVERIFY(append(*database, {rowOf(keyA, {1, 100}), rowOf(keyB, {1, 5})}, QTimeZone::utc()));
    const auto counted = leasestore::countAsSpent(*database, noon + 1s, QTimeZone::utc());
    QCOMPARE(*counted, (leasestore::Amounts{{keyA, {9, 900}}}));
    for (int window = 0; window < windowCount; ++window)
        QCOMPARE(requestsIn(*database, keyA, LimitWindow(window)), 10);
    QCOMPARE(requestsIn(*database, keyB, LimitWindow::Total), 1);

    UsageQuery query;
    query.from = noon - 1h;
    query.to = noon + 1h;
    QCOMPARE(*leasestore::unknownUse(*database, query), (UnknownUse{9, 900}));
    query.key = keyB;
    QCOMPARE(*leasestore::unknownUse(*database, query), UnknownUse());
    query.key = keyA;
    query.to = noon;
    QCOMPARE(*leasestore::unknownUse(*database, query), UnknownUse());
    auto kinds = database->run(u"SELECT count(*), sum(kind = 'unknown') FROM adjustments"_s);
    QVERIFY((*kinds)->next());
    QCOMPARE((*kinds)->value(0).toInt(), windowCount);
    QCOMPARE((*kinds)->value(1).toInt(), windowCount);
    database->release();
    // Counted once: the next start finds nothing.
    QVERIFY(leasestore::countAsSpent(*database, noon + 2s, QTimeZone::utc())->isEmpty());
    QCOMPARE(requestsIn(*database, keyA, LimitWindow::Day), 10);
}

// Rows end their part of the lease before their counters are written: a start adds to the counters what is missing, and
// counts only the rest of the lease.
void LeaseStoreTest::crashBeforeTheSumsCountsNothingTwice()
{
    {
        const auto database = open();
        QVERIFY(leasestore::grant(*database, {{keyA, {10, 1000}}}, noon));
        UsageBooks books(*database, QTimeZone::utc());
        QVERIFY(books.append({rowOf(keyA, {1, 100}), rowOf(keyA, {1, 100})}, false));
        QVERIFY(books.hasPendingSums());
        QCOMPARE(*leaseOf(*database, keyA), (LeaseAmounts{8, 800}));
        QCOMPARE(requestsIn(*database, keyA, LimitWindow::Day), 0);
    }
    const auto store = start(); // sums up
    const auto counted = store
                             ->run([](Database &database) {
                                 return leasestore::countAsSpent(database, noon + 1s, QTimeZone::utc());
                             })
                             .result();
    QCOMPARE(*counted, (leasestore::Amounts{{keyA, {8, 800}}}));
    store->stop();
    QCOMPARE(requestsIn(*open(), keyA, LimitWindow::Day), 10);
}

void LeaseStoreTest::crashCountsInTheNewestWindows()
{
    const auto database = open();
    QVERIFY(append(*database, {rowOf(keyA, {}, noon)}, QTimeZone::utc()));
    QVERIFY(leasestore::grant(*database, {{keyA, {4, 0}}}, noon));
    // The clock was set back by a day while the service was down.
    QVERIFY(leasestore::countAsSpent(*database, noon - 24h, QTimeZone::utc()));
    Account account(QTimeZone::utc());
    account.load(usagestore::loadCounters(*database)->value(keyA).counters, noon);
    for (const WindowCounter &counter : account.counters(noon))
        QCOMPARE(counter.requests, 5);
}

void LeaseStoreTest::cleanStopLosesNothing()
{
    const FakeClock clock(noon);
    Keyring::StoredKey stored;
    stored.key.id = keyA;
    stored.secretHash = hashSecret("sk-a");
    const QList limits{Limit{LimitUnit::Requests, LimitWindow::Total, 1'000},
                       Limit{LimitUnit::Tokens, LimitWindow::Total, 100'000}};
    qint64 passed = 0;
    for (int run = 0; run < 4; ++run) {
        const auto store = start();
        QVERIFY(store);
        if (run == 0)
            QVERIFY(store->run([&](Database &database) { return keystore::insert(database, {stored}, {}); })
                        .result());
        QVERIFY(store
                    ->run([](Database &database) {
                        return leasestore::countAsSpent(database, noon, QTimeZone::utc());
                    })
                    .result()
                    ->isEmpty());
        LeaseDesk desk(*store, clock);
        Keyring keyring(QTimeZone::utc(), limits, &desk);
        keyring.put(store->run(keystore::loadAll).result().value());
        const KeyEntryPointer entry = keyring.bySecret("sk-a");
        QCOMPARE(entry->account->status(limits, noon).first().used, passed);
        for (int request = 0; request < 100; ++request) {
            auto ticket = entry->account->reserve(limits, {}, 50, noon);
            QVERIFY(ticket);
            QTRY_VERIFY(ticket->isCovered());
            if (request % 3 == 0)
                continue; // given back
            UsageRow row = rowOf(keyA, ticket->settle(1, 7));
            QCOMPARE(row.leased, (LeaseAmounts{1, 50}));
            store->append(std::move(row));
            ++passed;
        }
        desk.takeBackAll(keyring.accounts());
        store->stop();
    }
    auto leases = open()->run(u"SELECT count(*) FROM leases"_s).map([](QSqlQuery *query) {
        query->next();
        return query->value(0).toInt();
    });
    QCOMPARE(*leases, 0);
}

void LeaseStoreTest::asksShareACommit()
{
    const FakeClock clock(noon);
    const auto store = start();
    LeaseDesk desk(*store, clock);
    const QList limits{Limit{LimitUnit::Requests, LimitWindow::Day, 1'000}};
    std::vector<std::shared_ptr<Account>> accounts;
    std::vector<Ticket> tickets;
    const qint64 before = store->statements();
    std::promise<void> begun;
    std::promise<void> mayGoOn;
    const auto held = store->run([&begun, gate = mayGoOn.get_future().share()](Database &) -> Done {
        begun.set_value();
        gate.wait();
        return {};
    });
    begun.get_future().wait(); // what is asked for before would not wait
    for (int key = 0; key < 200; ++key) {
        accounts.push_back(std::make_shared<Account>(QTimeZone::utc(), KeyId{u"key_%1"_s.arg(key)}, &desk));
        tickets.push_back(std::move(*accounts.back()->reserve(limits, {}, 0, noon)));
    }
    mayGoOn.set_value();
    for (const Ticket &ticket : tickets)
        QTRY_VERIFY(ticket.isCovered());
    store->run([](Database &) -> Done { return {}; }).waitForFinished();
    QCOMPARE(store->statements() - before, 200 + 2); // BEGIN and COMMIT frame them
}

void LeaseStoreTest::lockedStoreDenies()
{
    const FakeClock clock(noon);
    const auto store = start();
    LeaseDesk desk(*store, clock);
    const auto account = std::make_shared<Account>(QTimeZone::utc(), keyA, &desk);
    const QList limits{Limit{LimitUnit::Requests, LimitWindow::Day, 1'000}};
    {
        const auto other = open();
        Transaction transaction(*other);
        QVERIFY(transaction.begin());
        auto ticket = account->reserve(limits, {}, 0, noon);
        QVERIFY(ticket);
        std::atomic<bool> decided{false};
        ticket->whenDecided([&] { decided = true; });
        QTRY_VERIFY(decided);
        QVERIFY(!ticket->isCovered());
        QVERIFY(!store->writes()); // health says so although no row was ever there to write
    }
    auto ticket = account->reserve(limits, {}, 0, noon);
    QTRY_VERIFY(ticket->isCovered());
    QVERIFY(store->writes());
}

void LeaseStoreTest::stoppedStoreDenies()
{
    const FakeClock clock(noon);
    const auto store = start();
    LeaseDesk desk(*store, clock);
    const auto account = std::make_shared<Account>(QTimeZone::utc(), keyA, &desk);
    store->stop();
    auto ticket = account->reserve({Limit{LimitUnit::Requests, LimitWindow::Day, 5}}, {}, 0, noon);
    QVERIFY(ticket && !ticket->isCovered());
    bool decided = false;
    ticket->whenDecided([&] { decided = true; });
    QVERIFY(decided);
}

// Leases come all the time on a busy service; rows must be committed in their own time all the same.
void LeaseStoreTest::rowsAreNotHeldUpByLeases()
{
    const auto store = start();
    std::atomic<bool> written{false};
    std::atomic<int> jobs{0};
    std::function<void(Database &)> again = [&](Database &database) {
        auto rows = database.run(u"SELECT count(*) FROM requests"_s);
        written = (*rows)->next() && (*rows)->value(0).toInt() == 1;
        ++jobs;
        if (!written)
            store->runFirst(again);
    };
    store->append(rowOf(keyA, {}));
    QVERIFY(store->runFirst(again));
    QTRY_VERIFY(written);
    QVERIFY(jobs > 1); // and were not hastened by the first of them
}

// A stop takes leases back by a job, while a grant that was asked for before may still wait behind another.
void LeaseStoreTest::jobsFollowWhatIsToRunFirst()
{
    const auto store = start();
    std::promise<void> begun;
    std::promise<void> mayGoOn;
    QStringList order;
    QVERIFY(store->runFirst([&](Database &) {
        begun.set_value();
        mayGoOn.get_future().wait();
    }));
    begun.get_future().wait();
    QVERIFY(store->runFirst([&](Database &) { order.append(u"first"_s); }));
    const auto job = store->run([&](Database &) -> Done {
        order.append(u"job"_s);
        return {};
    });
    mayGoOn.set_value();
    QVERIFY(job.result());
    QCOMPARE(order, (QStringList{u"first"_s, u"job"_s}));
}

QTEST_GUILESS_MAIN(LeaseStoreTest)
#include "tst_leasestore.moc"

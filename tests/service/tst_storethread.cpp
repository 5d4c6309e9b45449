// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/keystore.h"
#include "service/store/storethread.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <latch>
#include <set>
#include <thread>

using namespace quota;
using namespace quota::service;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

static const Timestamp noon = fromMilliseconds(1'795'435'639'250);

static UsageRow makeRow(const QString &key = u"key_a"_s)
{
    UsageRow row;
    row.requestId = "req";
    row.key = KeyId{key};
    row.reservedAt = noon;
    row.status = 200;
    return row;
}

static Result<qint64> numberOf(Database &database, const QString &statement)
{
    return database.run(statement).map(
        [](QSqlQuery *query) { return query->next() ? query->value(0).toLongLong() : qint64(-1); });
}

static Result<qint64> countRows(Database &database)
{
    return numberOf(database, u"SELECT count(*) FROM requests"_s);
}

class StoreThreadTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void startSaysWhyItCannot();
    void jobsRunInOrderInOneThread();
    void jobsSeeTheRowsBeforeThem();
    void rowsAreCommittedByThemselves();
    void rowsShareCommits();
    void readerSeesTheWritersCommits();
    void memoryStoreServesBoth();
    void stopDrains();
    void afterStopNothingIsTaken();
    void failedCommitKeepsTheRows();
    void rowsLostAtStopAreCounted();
    void manyThreadsLoseNothing();
    void countsSurviveARestart();
    void theFileMayBeExchanged();
    void aFileThatCannotBeOpenedLeavesItClosed();
    void opensAgainByItself();

private:
    QString path() const { return m_directory->filePath(u"quota.db"_s); }
    std::unique_ptr<StoreThread> start(bool readOnly = false)
    {
        auto store =
            StoreThread::start({.path = path(), .readOnly = readOnly, .busyTimeout = 20ms}, QTimeZone::utc());
        if (!store)
            qWarning() << store.error().message << store.error().detail;
        return store ? std::move(*store) : nullptr;
    }
    std::unique_ptr<QTemporaryDir> m_directory;
};

void StoreThreadTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(m_directory->isValid());
}

void StoreThreadTest::startSaysWhyItCannot()
{
    const auto refused =
        StoreThread::start({.path = m_directory->filePath(u"no/where/quota.db"_s)}, QTimeZone::utc());
    QVERIFY(!refused);
    QVERIFY(refused.error().message.contains("does not exist"_L1));
}

void StoreThreadTest::jobsRunInOrderInOneThread()
{
    const auto store = start();
    QVERIFY(store);
    QList<int> order; // touched in the store's thread only, read after its last future
    std::set<std::thread::id> threads;
    QList<QFuture<Result<int>>> futures;
    for (int job = 0; job < 200; ++job) {
        futures.append(store->run([&order, &threads, job](Database &) -> Result<int> {
            order.append(job);
            threads.insert(std::this_thread::get_id());
            return job * 2;
        }));
    }
    for (int job = 0; job < 200; ++job)
        QCOMPARE(futures[job].result().value(), job * 2);
    QVERIFY(std::is_sorted(order.begin(), order.end()));
    QCOMPARE(order.size(), 200);
    QCOMPARE(threads.size(), size_t(1));
    QVERIFY(!threads.contains(std::this_thread::get_id()));
    QVERIFY(store->statements() > 0);
    QVERIFY(store->statementMilliseconds() >= 0);
}

void StoreThreadTest::jobsSeeTheRowsBeforeThem()
{
    const auto store = start();
    QVERIFY(store);
    for (qint64 round = 1; round <= 50; ++round) {
        store->append(makeRow());
        QCOMPARE(store->run(countRows).result().value(), round);
    }
}

void StoreThreadTest::rowsAreCommittedByThemselves()
{
    const auto store = start();
    const auto reader = start(true);
    QVERIFY(store && reader);
    store->append(makeRow());
    QTRY_COMPARE(reader->run(countRows).result().value(), 1);
    QVERIFY(store->writes());
}

void StoreThreadTest::rowsShareCommits()
{
    const auto store = start();
    QVERIFY(store);
    // While a job holds the thread, rows gather; then one transaction takes them all.
    std::latch held(1);
    std::latch go(1);
    auto job = store->run([&](Database &) -> Result<bool> {
        held.count_down();
        go.wait();
        return true;
    });
    held.wait();
    for (int row = 0; row < 1000; ++row)
        store->append(makeRow());
    const qint64 before = store->statements();
    go.count_down();
    QVERIFY(job.result());
    QCOMPARE(store->run(countRows).result().value(), 1000);
    // 1000 inserts; BEGIN, COMMIT; three new names, looked for and added; nine sums, for a key and for all; six
    // counters; the last use; the mark; the count.
    QVERIFY(store->statements() - before < 1000 + 50);
}

void StoreThreadTest::readerSeesTheWritersCommits()
{
    const auto store = start();
    const auto reader = start(true);
    QVERIFY(store && reader);
    for (qint64 round = 1; round <= 20; ++round) {
        store->append(makeRow());
        QVERIFY(store->run(countRows).result());
        QCOMPARE(reader->run(countRows).result().value(), round);
    }
    const auto refused =
        reader->run([](Database &database) { return database.change(u"DELETE FROM requests"_s); });
    QVERIFY(!refused.result());
}

void StoreThreadTest::memoryStoreServesBoth()
{
    auto store = StoreThread::start({.path = u":memory:"_s, .inMemory = true}, QTimeZone::utc());
    QVERIFY(store);
    (*store)->append(makeRow());
    QCOMPARE((*store)->run(countRows).result().value(), 1);
}

void StoreThreadTest::stopDrains()
{
    auto store = start();
    QVERIFY(store);
    QList<QFuture<Result<qint64>>> futures;
    for (int row = 0; row < 12'000; ++row) {
        store->append(makeRow());
        if (row % 1000 == 0)
            futures.append(store->run(countRows));
    }
    store->stop();
    store->stop();
    for (auto &future : futures) {
        QVERIFY(future.isFinished());
        QVERIFY(future.result());
    }
    QCOMPARE(store->droppedRows(), 0);
    QCOMPARE(start()->run(countRows).result().value(), 12'000);
}

void StoreThreadTest::afterStopNothingIsTaken()
{
    const auto store = start();
    QVERIFY(store);
    store->stop();
    store->append(makeRow());
    QCOMPARE(store->droppedRows(), 1);
    auto future = store->run(countRows);
    QVERIFY(future.isFinished());
    QVERIFY(future.result().error().code == ErrorCode::Unavailable);
}

void StoreThreadTest::failedCommitKeepsTheRows()
{
    const auto store = start();
    QVERIFY(store);
    {
        const auto other = Database::open({.path = path()});
        QVERIFY(other);
        Transaction transaction(**other); // holds the only right to write
        QVERIFY(transaction.begin());
        for (int row = 0; row < 10; ++row)
            store->append(makeRow());
        QTRY_VERIFY(!store->writes());
        // Jobs go on meanwhile; they do not see what could not be written.
        QCOMPARE(store->run(countRows).result().value(), 0);
        store->append(makeRow());
    }
    QTRY_VERIFY(store->writes());
    QCOMPARE(store->run(countRows).result().value(), 11);
    QCOMPARE(store->droppedRows(), 0);
}

void StoreThreadTest::rowsLostAtStopAreCounted()
{
    const auto store = start();
    QVERIFY(store);
    const auto other = Database::open({.path = path()});
    QVERIFY(other);
    Transaction transaction(**other);
    QVERIFY(transaction.begin());
    for (int row = 0; row < 7; ++row)
        store->append(makeRow());
    auto future = store->run(countRows);
    store->stop();
    QCOMPARE(future.result().value(), 0);
    QCOMPARE(store->droppedRows(), 7);
    QVERIFY(!store->writes());
}

void StoreThreadTest::manyThreadsLoseNothing()
{
    const auto store = start();
    QVERIFY(store);
    std::vector<std::thread> lanes;
    std::atomic<int> faults{0};
    for (int lane = 0; lane < 4; ++lane) {
        lanes.emplace_back([&, lane] {
            const QString key = u"key_%1"_s.arg(lane);
            for (int row = 0; row < 1500; ++row) {
                store->append(makeRow(key));
                if (row % 300 == 0) {
                    const auto seen = store->run([key](Database &database) {
                        return numberOf(database,
                                        u"SELECT count(*) FROM request_rows WHERE key_id = '%1'"_s.arg(key));
                    });
                    if (seen.result().value_or(-1) != row + 1)
                        ++faults;
                }
            }
        });
    }
    for (std::thread &lane : lanes)
        lane.join();
    QCOMPARE(faults.load(), 0);
    QCOMPARE(store->run(countRows).result().value(), 6000);
    const auto counted = store->run([](Database &database) {
        return numberOf(database, u"SELECT min(requests) FROM counters WHERE window_kind = 'total'"_s);
    });
    QCOMPARE(counted.result().value(), 1500);
}

void StoreThreadTest::countsSurviveARestart()
{
    Keyring::StoredKey stored;
    stored.key.id = KeyId{u"key_a"_s};
    stored.secretHash = hashSecret("sk-a");
    const QList limits{Limit{LimitUnit::Requests, LimitWindow::Day, 5}};
    for (int run = 0; run < 3; ++run) {
        const auto store = start();
        QVERIFY(store);
        if (run == 0)
            QVERIFY(
                store->run([&](Database &database) { return keystore::insert(database, {stored}, u"x"_s); })
                    .result());
        Keyring keyring(QTimeZone::utc(), limits);
        keyring.put(store->run(keystore::loadAll).result().value());
        const KeyEntryPointer entry = keyring.bySecret("sk-a");
        QVERIFY(entry);
        for (int request = 0; request < 2; ++request) {
            auto ticket = entry->account->reserve(entry->limits, {}, 0, noon);
            QCOMPARE(ticket.has_value(), run < 2 || request == 0);
            if (ticket) {
                ticket->settle(1, 0);
                store->append(makeRow());
            }
        }
    }
}

void StoreThreadTest::theFileMayBeExchanged()
{
    { // what takes the place: a store with one row
        const auto store = start();
        store->append(makeRow());
    }
    const QString other = m_directory->filePath(u"other.db"_s);
    QVERIFY(QFile::rename(path(), other));
    const auto store = start();
    const auto reader = start(true);
    QVERIFY(store && reader);
    for (int row = 0; row < 3; ++row)
        store->append(makeRow());
    QVERIFY(reader->close());
    QVERIFY(store->close());
    // Nothing lies beside the file, and what was pending is in it, sums and all.
    QCOMPARE(QDir(m_directory->path()).entryList({u"quota.db?*"_s}), QStringList());
    {
        const auto closed = Database::open({.path = path(), .readOnly = true});
        QVERIFY(closed);
        QCOMPARE(countRows(**closed).value(), 3);
        QCOMPARE(numberOf(**closed, u"SELECT requests FROM counters WHERE window_kind = 'total'"_s).value(),
                 3);
    }
    // Waits, and finds its rows before it.
    store->append(makeRow());
    QStringList order;
    QVERIFY(store->runFirst([&order](Database &) { order.append(u"first"_s); }));
    const auto counted = store->run([&order](Database &database) {
        order.append(u"job"_s);
        return countRows(database);
    });
    const auto read = reader->run(countRows);
    QVERIFY(QFile::remove(path()) && QFile::rename(other, path()));
    QVERIFY(store->open([&order](Database &database) -> Done {
        order.append(u"open"_s);
        return countRows(database) == Result<qint64>(1) ? Done() : failure(ErrorCode::Internal, u"no"_s);
    }));
    QVERIFY(reader->open());
    QVERIFY(!counted.isFinished() && !read.isFinished());
    int waiting = 0;
    store->forPendingRows([&waiting](UsageRow &) { ++waiting; });
    QCOMPARE(waiting, 1);
    reader->goOn();
    QCOMPARE(read.result().value(), 1);
    store->goOn();
    QCOMPARE(counted.result().value(), 2);
    QCOMPARE(order, (QStringList{u"open"_s, u"first"_s, u"job"_s}));
    QVERIFY(store->writes());
}

void StoreThreadTest::aFileThatCannotBeOpenedLeavesItClosed()
{
    const auto store = start();
    store->append(makeRow());
    QVERIFY(store->close());
    const QString good = m_directory->filePath(u"good.db"_s);
    QVERIFY(QFile::rename(path(), good));
    QFile noise(path());
    QVERIFY(noise.open(QIODevice::WriteOnly));
    noise.write(QByteArray(5'000, 'n'));
    noise.close();
    const Done opened = store->open();
    QVERIFY(!opened);
    QVERIFY2(opened.error().message.contains(u"damaged"_s), qPrintable(opened.error().message));
    QVERIFY(QFile::remove(path()) && QFile::rename(good, path()));
    const Done looked = store->open([](Database &) -> Done { return failure(ErrorCode::Storage, u"no"_s); });
    QCOMPARE(looked.error().message, u"no"_s);
    QVERIFY(store->open());
    QVERIFY(store->close()); // held, and closed again
    QVERIFY(store->open());
    store->goOn();
    QCOMPARE(store->run(countRows).result().value(), 1);
}

void StoreThreadTest::opensAgainByItself()
{
    const auto store = start();
    QVERIFY(store->close());
    const QString good = m_directory->filePath(u"good.db"_s);
    QVERIFY(QFile::rename(path(), good));
    QVERIFY(QDir().mkpath(path()));
    QVERIFY(!store->open());
    store->goOn();
    // Nobody waits for ever, and rows do.
    store->append(makeRow());
    const auto refused = store->run(countRows).result();
    QVERIFY(!refused);
    QVERIFY(refused.error().code == ErrorCode::Unavailable);
    bool denied = false;
    QVERIFY(store->runFirst([](Database &) {}, [&denied] { denied = true; }));
    QVERIFY(!store->run(countRows).result());
    QVERIFY(denied);
    QTRY_VERIFY(!store->writes());
    QVERIFY(QDir().rmdir(path()) && QFile::rename(good, path()));
    QTRY_VERIFY(store->writes());
    QCOMPARE(store->run(countRows).result().value(), 1);
}

QTEST_GUILESS_MAIN(StoreThreadTest)
#include "tst_storethread.moc"

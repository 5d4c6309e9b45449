// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/ledger.h"

#include <QTest>

#include <latch>
#include <thread>

using namespace quota;
using namespace quota::service;
using namespace std::chrono_literals;

static Timestamp at(const char *iso)
{
    const auto time = timestampFromIso(QString::fromLatin1(iso));
    Q_ASSERT(time);
    return *time;
}

static Limit requestsPer(LimitWindow window, qint64 amount)
{
    return {LimitUnit::Requests, window, amount};
}

static Limit tokensPer(LimitWindow window, qint64 amount)
{
    return {LimitUnit::Tokens, window, amount};
}

static std::shared_ptr<Account> makeAccount(const char *zone = "UTC")
{
    return std::make_shared<Account>(QTimeZone(zone));
}

static WindowCounter counterOf(Account &account, LimitWindow window, Timestamp now)
{
    return account.counters(now).at(static_cast<qsizetype>(window));
}

class LedgerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusals_data();
    void refusals();
    void exactlyTheAmountPasses();
    void unlimitedStillCounts();
    void settlingFreesWhatWasNotUsed();
    void destroyedTicketGivesEverythingBack();
    void ticketEndsOnce();
    void movingATicketKeepsOnePromise();
    void concurrencyIsHeld();
    void lastResetIsNamed();
    void retryAfterRoundsUp_data();
    void retryAfterRoundsUp();
    void windowsRollOver();
    void lateTicketLeavesTheNextWindowAlone();
    void clockGoingBackReopensNothing();
    void loadedCountersHold();
    void resetReturnsWhatWas();
    void resetCuresAClockThatRanAhead();
    void monstrousTokenCountsDoNotWrap();
    void oneUnitLetsOneOfManyThrough();
    void manyThreadsKeepTheBooksExact();
};

static const Timestamp now = at("2026-11-23T03:09:19.250Z");

void LedgerTest::refusals_data()
{
    QTest::addColumn<QList<Limit>>("limits");
    QTest::addColumn<qint64>("usedRequests");
    QTest::addColumn<qint64>("usedTokens");
    QTest::addColumn<qint64>("estimate");
    QTest::addColumn<bool>("passes");
    using W = LimitWindow;
    QTest::newRow("no limits") << QList<Limit>{} << 1000LL << 1000LL << 10LL << true;
    QTest::newRow("one left") << QList{requestsPer(W::Day, 3)} << 2LL << 0LL << 10LL << true;
    QTest::newRow("used up") << QList{requestsPer(W::Day, 3)} << 3LL << 0LL << 0LL << false;
    QTest::newRow("lowered below use") << QList{requestsPer(W::Day, 3)} << 9LL << 0LL << 0LL << false;
    QTest::newRow("zero blocks") << QList{requestsPer(W::Total, 0)} << 0LL << 0LL << 0LL << false;
    QTest::newRow("zero tokens block") << QList{tokensPer(W::Total, 0)} << 0LL << 0LL << 0LL << false;
    QTest::newRow("unlimited") << QList{requestsPer(W::Day, -1)} << 9LL << 9LL << 9LL << true;
    QTest::newRow("tokens fit exactly") << QList{tokensPer(W::Hour, 100)} << 0LL << 90LL << 10LL << true;
    QTest::newRow("tokens one too many") << QList{tokensPer(W::Hour, 100)} << 0LL << 91LL << 10LL << false;
    QTest::newRow("tokens used up, estimate 0")
        << QList{tokensPer(W::Hour, 100)} << 0LL << 100LL << 0LL << false;
    QTest::newRow("tokens left, estimate 0") << QList{tokensPer(W::Hour, 100)} << 0LL << 99LL << 0LL << true;
    QTest::newRow("estimate beyond any number")
        << QList{tokensPer(W::Hour, 100)} << 0LL << 99LL << std::numeric_limits<qint64>::max() << false;
    QTest::newRow("one of several") << QList{requestsPer(W::Day, 100), requestsPer(W::Minute, 3)} << 3LL
                                    << 0LL << 0LL << false;
    QTest::newRow("all of several") << QList{requestsPer(W::Day, 4), tokensPer(W::Month, 50),
                                             requestsPer(W::Week, -1)}
                                    << 3LL << 40LL << 10LL << true;
}

void LedgerTest::refusals()
{
    QFETCH(QList<Limit>, limits);
    QFETCH(qint64, usedRequests);
    QFETCH(qint64, usedTokens);
    QFETCH(qint64, estimate);
    QFETCH(bool, passes);
    const auto account = makeAccount();
    for (qint64 request = 0; request < usedRequests; ++request)
        account->reserve({}, {}, 0, now)->settle(1, 0);
    account->reserve({}, {}, 0, now)->settle(0, usedTokens);
    const auto before = account->status({requestsPer(LimitWindow::Total, 0)}, now);

    const auto ticket = account->reserve(limits, {}, estimate, now);
    QCOMPARE(ticket.has_value(), passes);
    if (!passes) {
        QCOMPARE(ticket.error().cause, RefusalCause::Limit);
        QVERIFY(limits.contains(ticket.error().status.limit));
        QCOMPARE(account->status({requestsPer(LimitWindow::Total, 0)}, now), before);
        QCOMPARE(account->active(), 0);
    }
}

void LedgerTest::exactlyTheAmountPasses()
{
    const auto account = makeAccount();
    const QList limits{requestsPer(LimitWindow::Day, 25)};
    int passed = 0;
    for (int request = 0; request < 100; ++request) {
        if (auto ticket = account->reserve(limits, {}, 5, now)) {
            ticket->settle(1, 3);
            ++passed;
        }
    }
    QCOMPARE(passed, 25);
    QCOMPARE(counterOf(*account, LimitWindow::Total, now).requests, 25);
    QCOMPARE(counterOf(*account, LimitWindow::Total, now).tokens, 75);
}

void LedgerTest::unlimitedStillCounts()
{
    const auto account = makeAccount();
    account->reserve({}, {}, 5, now)->settle(1, 7);
    for (const WindowCounter &counter : account->counters(now)) {
        QCOMPARE(counter.requests, 1);
        QCOMPARE(counter.tokens, 7);
    }
    QCOMPARE(account->counters(now).size(), windowCount);
    QVERIFY(!account->reserve({requestsPer(LimitWindow::Month, 1)}, {}, 0, now));
}

void LedgerTest::settlingFreesWhatWasNotUsed()
{
    const auto account = makeAccount();
    const QList limits{tokensPer(LimitWindow::Day, 100)};
    auto ticket = account->reserve(limits, {}, 80, now);
    QCOMPARE(account->status(limits, now).first().reserved, 80);
    QCOMPARE(account->status(limits, now).first().remaining(), 20);
    QVERIFY(!account->reserve(limits, {}, 30, now));
    ticket->settle(1, 15);
    QCOMPARE(account->status(limits, now).first().reserved, 0);
    QCOMPARE(account->status(limits, now).first().used, 15);
    QVERIFY(account->reserve(limits, {}, 85, now));
}

void LedgerTest::destroyedTicketGivesEverythingBack()
{
    const auto account = makeAccount();
    const QList limits{requestsPer(LimitWindow::Day, 1), tokensPer(LimitWindow::Day, 10)};
    {
        const auto ticket = account->reserve(limits, 1, 10, now);
        QVERIFY(ticket);
        QCOMPARE(account->active(), 1);
    }
    QCOMPARE(account->active(), 0);
    for (const LimitStatus &status : account->status(limits, now)) {
        QCOMPARE(status.used, 0);
        QCOMPARE(status.reserved, 0);
    }
    // A ticket may outlive every other owner of its account.
    auto lonely = makeAccount();
    auto last = lonely->reserve(limits, 1, 10, now);
    lonely.reset();
    last->settle(1, 1);
}

void LedgerTest::ticketEndsOnce()
{
    const auto account = makeAccount();
    auto ticket = account->reserve({}, {}, 5, now);
    QVERIFY(ticket->isOpen());
    ticket->settle(1, 5);
    QVERIFY(!ticket->isOpen());
    ticket->settle(1, 5);
    QCOMPARE(counterOf(*account, LimitWindow::Day, now).requests, 1);
    QCOMPARE(account->active(), 0);
}

void LedgerTest::movingATicketKeepsOnePromise()
{
    const auto account = makeAccount();
    Ticket first = std::move(*account->reserve({}, {}, 5, now));
    Ticket second = std::move(*account->reserve({}, {}, 5, now));
    QCOMPARE(account->active(), 2);
    Ticket moved(std::move(first));
    QVERIFY(!first.isOpen());
    moved = std::move(second); // gives the first promise back
    QCOMPARE(account->active(), 1);
    Ticket &same = moved;
    moved = std::move(same);
    QVERIFY(moved.isOpen());
    QCOMPARE(moved.reservedAt(), now);
    moved.settle(1, 5);
    QCOMPARE(account->active(), 0);
    QCOMPARE(counterOf(*account, LimitWindow::Day, now).requests, 1);
    QCOMPARE(account->status({tokensPer(LimitWindow::Day, 9)}, now).first().reserved, 0);
}

void LedgerTest::concurrencyIsHeld()
{
    const auto account = makeAccount();
    auto first = account->reserve({}, 2, 0, now);
    auto second = account->reserve({}, 2, 0, now);
    const auto third = account->reserve({}, 2, 0, now);
    QVERIFY(first && second && !third);
    QCOMPARE(third.error().cause, RefusalCause::Concurrency);
    QCOMPARE(third.error().status.limit.amount, 2);
    QCOMPARE(third.error().status.used, 2);
    QCOMPARE(third.error().retryAfter, 1s);
    first->settle(1, 0);
    QVERIFY(account->reserve({}, 2, 0, now));
    QVERIFY(!account->reserve({}, 0, 0, now));
}

void LedgerTest::lastResetIsNamed()
{
    const auto account = makeAccount();
    using W = LimitWindow;
    const auto refused = [&](const QList<Limit> &limits) {
        return toString(account->reserve(limits, 0, 0, now).error().status.limit.window);
    };
    QCOMPARE(refused({requestsPer(W::Minute, 0), requestsPer(W::Month, 0), requestsPer(W::Hour, 0)}),
             toString(W::Month));
    QCOMPARE(refused({requestsPer(W::Total, 0), requestsPer(W::Month, 0)}), toString(W::Total));
    QCOMPARE(refused({requestsPer(W::Month, 0), requestsPer(W::Total, 0), requestsPer(W::Day, 5)}),
             toString(W::Total));
    QCOMPARE(refused({requestsPer(W::Minute, 0), requestsPer(W::Month, 5)}), toString(W::Minute));
}

void LedgerTest::retryAfterRoundsUp_data()
{
    QTest::addColumn<LimitWindow>("window");
    QTest::addColumn<Timestamp>("time");
    QTest::addColumn<int>("seconds");
    QTest::newRow("part of a second") << LimitWindow::Minute << at("2026-11-23T03:09:59.999Z") << 1;
    QTest::newRow("whole second") << LimitWindow::Minute << at("2026-11-23T03:09:59.000Z") << 1;
    QTest::newRow("just over one") << LimitWindow::Minute << at("2026-11-23T03:09:58.999Z") << 2;
    QTest::newRow("hour") << LimitWindow::Hour << at("2026-11-23T03:00:00.000Z") << 3600;
    QTest::newRow("total") << LimitWindow::Total << now << 86400;
}

void LedgerTest::retryAfterRoundsUp()
{
    QFETCH(LimitWindow, window);
    QFETCH(Timestamp, time);
    const auto refusal = makeAccount()->reserve({requestsPer(window, 0)}, {}, 0, time).error();
    QTEST(int(refusal.retryAfter.count()), "seconds");
}

void LedgerTest::windowsRollOver()
{
    const auto account = makeAccount("Asia/Kathmandu");
    const Timestamp evening = at("2026-11-30T18:14:59.999Z"); // last instant of November there
    account->reserve({}, {}, 0, evening)->settle(1, 4);
    const auto monthly = QList{requestsPer(LimitWindow::Month, 1)};
    QVERIFY(!account->reserve(monthly, {}, 0, evening));
    QCOMPARE(account->status(monthly, evening).first().resetsAt, at("2026-11-30T18:15:00Z"));
    const Timestamp next = evening + 1ms;
    QVERIFY(account->reserve(monthly, {}, 0, next));
    QCOMPARE(counterOf(*account, LimitWindow::Day, next).requests, 0);
    QCOMPARE(counterOf(*account, LimitWindow::Week, next).requests, 1); // 1 December 2026 is a Tuesday
    QCOMPARE(counterOf(*account, LimitWindow::Total, next).requests, 1);
}

void LedgerTest::lateTicketLeavesTheNextWindowAlone()
{
    const auto account = makeAccount();
    auto slow = account->reserve({}, {}, 50, now);
    const Timestamp later = now + 1min;
    auto fresh = account->reserve({}, {}, 7, later);
    const QList limits{requestsPer(LimitWindow::Minute, 10), tokensPer(LimitWindow::Minute, 100),
                       tokensPer(LimitWindow::Hour, 100)};
    slow->settle(1, 40);
    const auto status = account->status(limits, later);
    QCOMPARE(status[0].used, 0);
    QCOMPARE(status[0].reserved, 1);
    QCOMPARE(status[1].used, 0);
    QCOMPARE(status[1].reserved, 7);
    QCOMPARE(status[2].used, 40);
    QCOMPARE(status[2].reserved, 7);
    QCOMPARE(account->active(), 1);
}

void LedgerTest::clockGoingBackReopensNothing()
{
    const auto account = makeAccount();
    const QList limits{requestsPer(LimitWindow::Minute, 1), requestsPer(LimitWindow::Day, 5)};
    account->reserve(limits, {}, 0, now)->settle(1, 0);
    for (const auto step : {1min, 2min, 60min, 60 * 24min, 60 * 24 * 400min}) {
        const auto again = account->reserve(limits, {}, 0, now - step);
        QVERIFY(!again);
        QVERIFY(again.error().status.limit.window == LimitWindow::Minute);
        QVERIFY(again.error().retryAfter >= 1s);
    }
    // What passes meanwhile counts in the newest windows, and says so to the books.
    auto late = account->reserve({}, {}, 0, now - 24h);
    QCOMPARE(late->reservedAt(), at("2026-11-23T03:09:00Z"));
    late->settle(1, 0);
    QCOMPARE(counterOf(*account, LimitWindow::Day, now).requests, 2);
    QVERIFY(account->reserve(limits, {}, 0, now + 1min));
}

void LedgerTest::loadedCountersHold()
{
    const auto account = makeAccount("Asia/Shanghai");
    account->load({{LimitWindow::Day, at("2026-11-22T16:00:00Z"), 5, 50},
                   {LimitWindow::Minute, at("2026-11-22T16:00:00Z"), 5, 50},
                   {LimitWindow::Total, Timestamp{}, 9, 90}},
                  now - 1h);
    QCOMPARE(counterOf(*account, LimitWindow::Day, now).requests, 5);
    QCOMPARE(counterOf(*account, LimitWindow::Day, now).tokens, 50);
    QCOMPARE(counterOf(*account, LimitWindow::Minute, now).requests, 0); // over since
    QCOMPARE(counterOf(*account, LimitWindow::Month, now).requests, 0);
    QCOMPARE(counterOf(*account, LimitWindow::Total, now).requests, 9);
    QCOMPARE(account->lastUsedAt(), now - 1h);
    QVERIFY(!account->reserve({requestsPer(LimitWindow::Day, 5)}, {}, 0, now));
    QCOMPARE(counterOf(*account, LimitWindow::Day, now + 24h).requests, 0);
}

void LedgerTest::resetReturnsWhatWas()
{
    const auto account = makeAccount();
    account->reserve({}, {}, 0, now)->settle(1, 8);
    auto open = account->reserve({}, {}, 3, now);
    const auto before = account->reset(now);
    QCOMPARE(before.size(), windowCount);
    for (const WindowCounter &counter : before) {
        QCOMPARE(counter.requests, 1);
        QCOMPARE(counter.tokens, 8);
    }
    const QList limits{tokensPer(LimitWindow::Day, 10)};
    QCOMPARE(account->status(limits, now).first().used, 0);
    QCOMPARE(account->status(limits, now).first().reserved, 3);
    open->settle(1, 2);
    QCOMPARE(account->status(limits, now).first().used, 2);
    QCOMPARE(account->status(limits, now).first().reserved, 0);
}

void LedgerTest::resetCuresAClockThatRanAhead()
{
    const auto account = makeAccount();
    const QList limits{requestsPer(LimitWindow::Day, 1)};
    auto future = account->reserve(limits, {}, 0, now + 24h * 365);
    QVERIFY(!account->reserve(limits, {}, 0, now));
    account->reset(now);
    auto ticket = account->reserve(limits, {}, 0, now);
    QVERIFY(ticket);
    QCOMPARE(ticket->reservedAt(), now);
    future->settle(1, 0); // of a window that is no more
    QCOMPARE(account->status(limits, now).first().reserved, 1);
    QCOMPARE(account->status(limits, now).first().used, 0);
}

void LedgerTest::monstrousTokenCountsDoNotWrap()
{
    const auto account = makeAccount();
    constexpr qint64 top = std::numeric_limits<qint64>::max();
    account->load({{LimitWindow::Total, Timestamp{}, 0, top - 5}}, {});
    account->reserve({}, {}, top, now)->settle(1, top);
    QCOMPARE(counterOf(*account, LimitWindow::Total, now).tokens, top);
    QVERIFY(!account->reserve({tokensPer(LimitWindow::Total, maximumAmount)}, {}, 1, now));
    account->reserve({}, {}, -20, now)->settle(1, -20);
    QCOMPARE(counterOf(*account, LimitWindow::Day, now).tokens, maximumAmount);
}

void LedgerTest::oneUnitLetsOneOfManyThrough()
{
    constexpr int threads = 500;
    const QList limits{requestsPer(LimitWindow::Day, 1)};
    const auto account = makeAccount();
    std::latch start(threads);
    std::atomic<int> passed{0};
    std::vector<std::thread> all;
    all.reserve(threads);
    for (int thread = 0; thread < threads; ++thread) {
        all.emplace_back([&] {
            start.arrive_and_wait();
            if (auto ticket = account->reserve(limits, {}, 0, now)) {
                ++passed;
                ticket->settle(1, 0);
            }
        });
    }
    for (std::thread &thread : all)
        thread.join();
    QCOMPARE(passed.load(), 1);
    QCOMPARE(account->status(limits, now).first().used, 1);
}

void LedgerTest::manyThreadsKeepTheBooksExact()
{
    constexpr int threads = 8;
    constexpr int rounds = 3000;
    const QList limits{requestsPer(LimitWindow::Total, 6000), tokensPer(LimitWindow::Total, 100'000)};
    const auto account = makeAccount();
    std::atomic<qint64> requests{0};
    std::atomic<qint64> tokens{0};
    std::atomic<int> faults{0};
    std::vector<std::thread> all;
    for (int thread = 0; thread < threads; ++thread) {
        all.emplace_back([&, thread] {
            for (int round = 0; round < rounds; ++round) {
                // Windows roll over under the threads' hands; clocks of lanes differ a little.
                const Timestamp time = now + std::chrono::milliseconds(round * 40 + thread);
                auto ticket = account->reserve(limits, 6, 10, time);
                if (!ticket)
                    continue;
                if (account->active() > 6)
                    ++faults;
                Ticket moved = std::move(*ticket);
                if (round % 3 == 0)
                    continue; // given back
                moved.settle(1, round % 10);
                requests += 1;
                tokens += round % 10;
            }
        });
    }
    for (std::thread &thread : all)
        thread.join();
    QCOMPARE(faults.load(), 0);
    QVERIFY(requests > 0);
    const auto status = account->status(limits, now);
    QCOMPARE(status[0].used, requests.load());
    QCOMPARE(status[1].used, tokens.load());
    QVERIFY(status[0].used <= 6000);
    QVERIFY(status[1].used <= 100'000);
    for (const LimitStatus &one : status)
        QCOMPARE(one.reserved, 0);
    QCOMPARE(account->active(), 0);
}

QTEST_GUILESS_MAIN(LedgerTest)
#include "tst_ledger.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/ledger.h"

#include <QTest>

#include <thread>

using namespace quota;
using namespace quota::service;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

static const Timestamp now = fromMilliseconds(1'795'435'639'250);

namespace
{

// Keeps what is asked for until the test answers.
class PatientSource : public LeaseSource
{
public:
    void ask(const std::shared_ptr<Account> &account, const LeaseAmounts &amounts) override
    {
        m_account = account;
        asked.push_back(amounts);
    }
    void grant()
    {
        const LeaseAmounts amounts = asked.back();
        asked.pop_back();
        m_account->granted(amounts);
    }
    void deny()
    {
        asked.pop_back();
        m_account->denied();
    }

    std::vector<LeaseAmounts> asked;

private:
    std::shared_ptr<Account> m_account;
};

}

// Sizes of blocks, who waits and who goes first, and what becomes of a lease when its request is not forwarded.
class LeaseTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void blocks_data();
    void blocks();
    void asksBeforeItRunsOut();
    void oneAskAtATime();
    void idleLeasesGoBack();
    void withoutALimitNothingIsLeased();
    void waitsForTheGrant();
    void firstComeFirstServed();
    void denialEndsTheWait();
    void ticketsGiveTheirLeaseBack();
    void whoLeavesTheLineTakesNothing();
    void settlingHandsTheLeaseToTheBooks();
    void reservationHoldsWhileItWaits();
    void anotherStoreEndsWhatWasPromised();
    void decidedFromAnyThread();

private:
    std::shared_ptr<Account> m_account;
    PatientSource m_source;
    std::shared_ptr<Account> makeAccount()
    {
        m_source.asked.clear();
        return std::make_shared<Account>(QTimeZone::utc(), KeyId{u"key_a"_s}, &m_source);
    }
};

static const QList oneDay{Limit{LimitUnit::Requests, LimitWindow::Day, 1'000'000}};

void LeaseTest::blocks_data()
{
    QTest::addColumn<int>("requestsSoFar"); // within the last moment
    QTest::addColumn<qint64>("tokensEach");
    QTest::addColumn<LeaseAmounts>("room");
    QTest::addColumn<LeaseAmounts>("asked");
    const auto row = [](const char *name, int requests, qint64 tokens, LeaseAmounts room,
                        LeaseAmounts asked) { QTest::newRow(name) << requests << tokens << room << asked; };
    row("first request", 1, 0, {1'000'000, 0}, {1, 0});
    row("follows the rate", 40, 0, {1'000'000, 0}, {40, 0});
    row("a hundredth of the room", 400, 0, {20'000, 0}, {200, 0});
    row("one near the limit", 400, 0, {99, 0}, {1, 0});
    row("the last one", 400, 0, {1, 0}, {1, 0});
    row("tokens follow theirs", 10, 50, {1'000'000, 1'000'000}, {10, 500});
    row("tokens for one request at least", 10, 50, {1'000'000, 3'000}, {10, 50});
    row("never beyond the room", 10, 50, {1'000'000, 30}, {10, 30});
    row("a unit without a limit", 10, 50, {0, 1'000'000}, {0, 500});
}

void LeaseTest::blocks()
{
    QFETCH(int, requestsSoFar);
    QFETCH(qint64, tokensEach);
    QFETCH(LeaseAmounts, room);
    Lease lease;
    for (int request = 0; request < requestsSoFar; ++request)
        lease.note({1, tokensEach}, now);
    const auto asked = lease.ask({}, room);
    QVERIFY(asked.has_value());
    QTEST(*asked, "asked");
}

void LeaseTest::asksBeforeItRunsOut()
{
    Lease lease;
    for (int request = 0; request < 100; ++request)
        lease.note({1, 0}, now);
    const LeaseAmounts room{1'000'000, 0};
    QCOMPARE(*lease.ask({}, room), (LeaseAmounts{100, 0}));
    lease.granted({100, 0});
    int taken = 0;
    while (!lease.ask({}, room)) {
        QVERIFY(lease.take({1, 0}));
        ++taken;
    }
    QCOMPARE(taken, 51); // about half of it is left while the store commits
    // A moment without requests is a rate of none.
    Lease slow;
    for (int request = 0; request < 100; ++request)
        slow.note({1, 0}, now);
    slow.note({1, 0}, now + 1s);
    QCOMPARE(*slow.ask({}, room), (LeaseAmounts{1, 0}));
}

void LeaseTest::oneAskAtATime()
{
    Lease lease;
    lease.note({1, 0}, now);
    QVERIFY(lease.ask({}, {1000, 0}));
    QVERIFY(!lease.ask({5, 0}, {1000, 0}));
    lease.denied();
    QCOMPARE(*lease.ask({5, 0}, {1000, 0}), (LeaseAmounts{6, 0}));
}

void LeaseTest::idleLeasesGoBack()
{
    Lease lease;
    lease.note({1, 0}, now);
    QVERIFY(lease.ask({}, {1000, 0}));
    QVERIFY(lease.takeIdle(now + 1h).isZero()); // an answer is due
    lease.granted({1, 0});
    QVERIFY(lease.takeIdle(now + Lease::idleTime - 1ms).isZero());
    QCOMPARE(lease.takeIdle(now + Lease::idleTime), (LeaseAmounts{1, 0}));
    QVERIFY(!lease.take({1, 0}));
    lease.putBack({1, 0});
    QCOMPARE(lease.takeIdle(now - 1h), (LeaseAmounts{1, 0})); // the clock went back: no reason to keep it
}

void LeaseTest::withoutALimitNothingIsLeased()
{
    const auto account = makeAccount();
    for (const auto &limits : {QList<Limit>{}, QList{Limit{LimitUnit::Requests, LimitWindow::Day, -1}}}) {
        auto ticket = account->reserve(limits, 3, 100, now);
        QVERIFY(ticket && ticket->isCovered());
        QVERIFY(ticket->settle(1, 5).isZero());
    }
    QVERIFY(m_source.asked.empty());
    // Each unit is leased for its own limits alone.
    auto ticket = account->reserve({{LimitUnit::Tokens, LimitWindow::Day, 1000}}, {}, 7, now);
    QCOMPARE(m_source.asked.back().requests, 0);
    QVERIFY(m_source.asked.back().tokens >= 7);
}

void LeaseTest::waitsForTheGrant()
{
    const auto account = makeAccount();
    auto ticket = account->reserve(oneDay, {}, 0, now);
    QVERIFY(ticket && !ticket->isCovered());
    int decided = 0;
    ticket->whenDecided([&] { ++decided; });
    QCOMPARE(m_source.asked.size(), size_t(1));
    QCOMPARE(decided, 0);
    m_source.grant();
    QCOMPARE(decided, 1);
    QVERIFY(ticket->isCovered());
    ticket->whenDecided([&] { ++decided; }); // at once
    QCOMPARE(decided, 2);
    // The block covers the next without a wait.
    QVERIFY(account->reserve(oneDay, {}, 0, now)->isCovered());
}

void LeaseTest::firstComeFirstServed()
{
    const auto account = makeAccount();
    const QList limits{Limit{LimitUnit::Tokens, LimitWindow::Day, 1'000'000}};
    auto small = account->reserve(limits, {}, 10, now);
    const LeaseAmounts first = m_source.asked.back(); // only what the first one needs, and a block
    auto large = account->reserve(limits, {}, 5'000, now);
    auto last = account->reserve(limits, {}, 1, now);
    QCOMPARE(m_source.asked.size(), size_t(1));
    QVERIFY(first.tokens < 5'010);
    m_source.grant();
    QVERIFY(small->isCovered());
    QVERIFY(!large->isCovered());
    QVERIFY(!last->isCovered());                // it would fit, but it does not overtake
    QCOMPARE(m_source.asked.size(), size_t(1)); // for the two, without their asking again
    m_source.grant();
    QVERIFY(large->isCovered() && last->isCovered());
}

void LeaseTest::denialEndsTheWait()
{
    const auto account = makeAccount();
    int decided = 0;
    {
        auto ticket = account->reserve(oneDay, {}, 0, now);
        ticket->whenDecided([&] { ++decided; });
        m_source.deny();
        QCOMPARE(decided, 1);
        QVERIFY(!ticket->isCovered());
    }
    QCOMPARE(account->status(oneDay, now).first().reserved, 0);
    auto again = account->reserve(oneDay, {}, 0, now);
    QCOMPARE(m_source.asked.size(), size_t(1));
    m_source.grant();
    QVERIFY(again->isCovered());
}

void LeaseTest::ticketsGiveTheirLeaseBack()
{
    const auto account = makeAccount();
    {
        auto first = account->reserve(oneDay, {}, 0, now);
        m_source.asked.back() = {1, 0}; // no block beyond it
        m_source.grant();
        QVERIFY(first->isCovered());
    }
    {
        auto second = account->reserve(oneDay, {}, 0, now);
        QVERIFY(second->isCovered());
    }
    const LeaseAmounts ahead = m_source.asked.back(); // what the second asked for
    m_source.grant();
    QCOMPARE(account->takeLease().requests, 1 + ahead.requests);
}

void LeaseTest::whoLeavesTheLineTakesNothing()
{
    const auto account = makeAccount();
    auto stays = account->reserve(oneDay, {}, 0, now);
    {
        auto leaves = account->reserve(oneDay, {}, 0, now);
        QVERIFY(!leaves->isCovered());
    }
    const LeaseAmounts asked = m_source.asked.back();
    m_source.grant();
    QVERIFY(stays->isCovered());
    QCOMPARE(account->takeLease().requests, asked.requests - 1);
    QVERIFY(m_source.asked.empty());
}

void LeaseTest::settlingHandsTheLeaseToTheBooks()
{
    const auto account = makeAccount();
    const QList limits{Limit{LimitUnit::Requests, LimitWindow::Day, 10},
                       Limit{LimitUnit::Tokens, LimitWindow::Day, 1'000}};
    auto ticket = account->reserve(limits, {}, 100, now);
    LeaseAmounts granted = m_source.asked.back();
    m_source.grant();
    // What it held, whatever it used: the rest of the promise ends with its row.
    const LeaseAmounts leased = ticket->settle(1, 3);
    QCOMPARE(leased, (LeaseAmounts{1, 100}));
    granted -= leased;
    QCOMPARE(account->takeLease(), granted);
    QVERIFY(ticket->settle(1, 3).isZero());
}

void LeaseTest::reservationHoldsWhileItWaits()
{
    const auto account = makeAccount();
    const QList limits{Limit{LimitUnit::Requests, LimitWindow::Day, 1}};
    auto first = account->reserve(limits, 1, 0, now);
    QVERIFY(!first->isCovered());
    QVERIFY(!account->reserve(limits, 1, 0, now));
    QCOMPARE(m_source.asked.back(), (LeaseAmounts{1, 0})); // and nothing ahead of the last one
    m_source.grant();
    QVERIFY(first->isCovered());
}

void LeaseTest::anotherStoreEndsWhatWasPromised()
{
    m_account = makeAccount();
    auto covered = m_account->reserve(oneDay, {}, 0, now);
    QVERIFY(covered);
    m_source.grant();
    QVERIFY(covered->isCovered());
    auto givenBack = m_account->reserve(oneDay, {}, 0, now);
    auto settledBefore = m_account->reserve(oneDay, {}, 0, now);
    QVERIFY(givenBack && settledBefore);
    (void)settledBefore->settle(1, 0);

    const Timestamp today = *timestampFromIso(toIso(now).left(10) + u"T00:00:00Z"_s);
    m_account->reload({{LimitWindow::Day, today, 40, 400}, {LimitWindow::Total, {}, 90, 900}}, now, now);
    const auto used = [this] {
        const LimitStatus status = m_account->status(oneDay, now).constFirst();
        return std::pair(status.used, status.reserved);
    };
    // What is under way keeps its reservation, and settles into the new counters.
    QCOMPARE(used(), std::pair(qint64(40), qint64(2)));
    QCOMPARE(covered->settle(1, 7), LeaseAmounts());
    *givenBack = Ticket();
    QCOMPARE(used(), std::pair(qint64(41), qint64(0)));
    // Nothing is left of the lease of before.
    QCOMPARE(m_account->takeLease(), LeaseAmounts());
    m_account->count(now, 1, 5);
    m_account->count(now - 48h, 1, 5); // of a window that is over
    QCOMPARE(used().first, 42);
    QCOMPARE(m_account->counters(now).constLast().requests, 93);

    // Who waits for the lease is covered by the new store, and ends a part of what that one granted.
    auto waiting = m_account->reserve(oneDay, {}, 0, now);
    QVERIFY(!waiting->isCovered());
    m_account->reload({}, {}, now);
    QVERIFY(!waiting->isCovered());
    m_source.grant();
    QVERIFY(waiting->isCovered());
    QCOMPARE(waiting->settle(1, 0), (LeaseAmounts{1, 0}));
    QCOMPARE(used(), std::pair(qint64(1), qint64(0)));
}

void LeaseTest::decidedFromAnyThread()
{
    for (int round = 0; round < 300; ++round) {
        const auto account = makeAccount();
        auto ticket = account->reserve(oneDay, {}, 0, now);
        std::atomic<int> decided{0};
        std::thread store([this] { m_source.grant(); });
        ticket->whenDecided([&] { ++decided; });
        store.join();
        QCOMPARE(decided.load(), 1);
        QVERIFY(ticket->isCovered());
    }
}

QTEST_GUILESS_MAIN(LeaseTest)
#include "tst_lease.moc"

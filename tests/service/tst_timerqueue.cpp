// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/timerqueue.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace quota::service;
using namespace std::chrono_literals;

using Instant = TimerQueue::Instant;

// The queue alone, at times that the tests choose.
class TestTimerQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isDueByKind_data();
    void isDueByKind();
    void keepsThePace_data();
    void keepsThePace();
    void doesNotMakeUpForWhatWasMissed();
    void firesAZeroTimerOnceARound();
    void servesTheSoonestFirst();
    void isNotTakenTwiceBeforeItIsGivenBack();
    void forgetsWhatIsRemovedInItsEvent();
    void keepsAnIdThatWasGivenAnew();
    void knowsTheTimersOfAnObject();
    void doesNotGrowWithRestarts();
};

// Not on any round figure, as real clocks are.
static const Instant start(1'000'000s + 123'456'789ns);

void TestTimerQueue::isDueByKind_data()
{
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<std::chrono::milliseconds>("interval");
    QTest::addColumn<std::chrono::nanoseconds>("tolerated");
    const auto row = [](const char *name, Qt::TimerType type, std::chrono::milliseconds interval,
                        std::chrono::nanoseconds tolerated) {
        QTest::newRow(name) << type << interval << tolerated;
    };
    row("precise, at once", Qt::PreciseTimer, 0ms, 0ns);
    row("precise", Qt::PreciseTimer, 10ms, 0ns);
    row("precise, long", Qt::PreciseTimer, 3'600'000ms, 0ns);
    row("coarse, at once", Qt::CoarseTimer, 0ms, 0ns);
    row("coarse, too short for any tolerance", Qt::CoarseTimer, 20ms, 0ns);
    row("coarse", Qt::CoarseTimer, 100ms, 5ms);
    row("coarse, odd", Qt::CoarseTimer, 777ms, 38ms);
    row("coarse, long", Qt::CoarseTimer, 75'000ms, 1024ms);
    row("very coarse, at once", Qt::VeryCoarseTimer, 0ms, 0ns);
    row("very coarse", Qt::VeryCoarseTimer, 1'500ms, 1s);
    row("for ever", Qt::PreciseTimer, std::chrono::milliseconds::max(), 0ns);
    row("negative", Qt::PreciseTimer, -5ms, 0ns);
}

void TestTimerQueue::isDueByKind()
{
    QFETCH(const Qt::TimerType, type);
    QFETCH(const std::chrono::milliseconds, interval);
    QFETCH(const std::chrono::nanoseconds, tolerated);
    const std::chrono::milliseconds meant =
        std::clamp<std::chrono::milliseconds>(interval, 0ms, std::chrono::hours(24 * 365 * 50));

    TimerQueue queue;
    queue.add(1, interval, type, this, start);
    const auto next = queue.next();
    QVERIFY(next);
    QVERIFY(*next >= start + meant);
    QVERIFY(*next <= start + meant + tolerated);
    QVERIFY(!queue.take(*next - 1ns));
    QCOMPARE(queue.remaining(1, start), std::optional(*next - start));
    QCOMPARE(queue.remaining(1, *next + 1s), std::optional(0ns));
    QVERIFY(queue.take(*next));
}

void TestTimerQueue::keepsThePace_data()
{
    QTest::addColumn<Qt::TimerType>("type");
    QTest::newRow("precise") << Qt::PreciseTimer;
    QTest::newRow("coarse") << Qt::CoarseTimer;
}

// However late each firing is, and however it is rounded, lateness does not add up.
void TestTimerQueue::keepsThePace()
{
    QFETCH(const Qt::TimerType, type);
    TimerQueue queue;
    queue.add(1, 100ms, type, this, start);
    Instant due;
    for (int i = 1; i <= 1000; ++i) {
        due = *queue.next();
        QVERIFY(due >= start + i * 100ms);
        QVERIFY(due <= start + i * 100ms + 5ms);
        QVERIFY(queue.take(due + 700us));
        queue.giveBack(1);
    }
}

void TestTimerQueue::doesNotMakeUpForWhatWasMissed()
{
    TimerQueue queue;
    queue.add(1, 10ms, Qt::PreciseTimer, this, start);
    QVERIFY(queue.take(start + 95ms));
    queue.giveBack(1);
    QVERIFY(!queue.take(start + 95ms));
    QCOMPARE(queue.next(), std::optional(start + 105ms));
}

void TestTimerQueue::firesAZeroTimerOnceARound()
{
    TimerQueue queue;
    queue.add(1, 0ms, Qt::CoarseTimer, this, start);
    for (const Instant now : {start, start + 1us, start + 2us}) {
        QVERIFY(queue.take(now));
        queue.giveBack(1);
        QVERIFY(!queue.take(now));
    }
}

void TestTimerQueue::servesTheSoonestFirst()
{
    TimerQueue queue;
    queue.add(1, 30ms, Qt::PreciseTimer, this, start);
    queue.add(2, 10ms, Qt::PreciseTimer, this, start);
    queue.add(3, 20ms, Qt::PreciseTimer, this, start);
    queue.add(4, 20ms, Qt::PreciseTimer, this, start);
    QList<int> order;
    while (const auto due = queue.take(start + 35ms))
        order.append(due->id);
    QCOMPARE(order, QList<int>({2, 3, 4, 1}));
}

void TestTimerQueue::isNotTakenTwiceBeforeItIsGivenBack()
{
    TimerQueue queue;
    queue.add(1, 10ms, Qt::PreciseTimer, this, start);
    QVERIFY(queue.take(start + 10ms));
    QVERIFY(!queue.next()); // a loop inside its event sleeps
    QVERIFY(!queue.take(start + 1h));
    QCOMPARE(queue.remaining(1, start + 15ms), std::optional<std::chrono::nanoseconds>(5ms));
    queue.giveBack(1);
    QCOMPARE(queue.next(), std::optional(start + 20ms));
}

void TestTimerQueue::forgetsWhatIsRemovedInItsEvent()
{
    TimerQueue queue;
    queue.add(1, 10ms, Qt::PreciseTimer, this, start);
    QVERIFY(queue.take(start + 10ms));
    QVERIFY(queue.remove(1));
    QVERIFY(!queue.remove(1));
    queue.giveBack(1);
    QVERIFY(!queue.next());
    QVERIFY(!queue.remaining(1, start));
}

void TestTimerQueue::keepsAnIdThatWasGivenAnew()
{
    TimerQueue queue;
    queue.add(1, 10ms, Qt::PreciseTimer, this, start);
    QVERIFY(queue.take(start + 10ms));
    queue.remove(1);
    queue.add(1, 50ms, Qt::PreciseTimer, this, start + 10ms);
    queue.giveBack(1);
    QCOMPARE(queue.next(), std::optional(start + 60ms));
    QVERIFY(queue.take(start + 60ms));
    QVERIFY(!queue.take(start + 60ms));
}

void TestTimerQueue::knowsTheTimersOfAnObject()
{
    QObject other;
    TimerQueue queue;
    queue.add(1, 10ms, Qt::PreciseTimer, this, start);
    queue.add(2, 75s, Qt::CoarseTimer, this, start);
    queue.add(3, 10ms, Qt::PreciseTimer, &other, start);
    QList<TimerQueue::TimerInfo> mine = queue.timersOf(this);
    std::sort(mine.begin(), mine.end(), [](const auto &a, const auto &b) { return a.timerId < b.timerId; });
    QCOMPARE(mine.size(), 2);
    QCOMPARE(mine[1].timerId, 2);
    QCOMPARE(mine[1].interval, 75'000);
    QCOMPARE(mine[1].timerType, Qt::CoarseTimer);

    QVERIFY(queue.removeAll(this));
    QVERIFY(!queue.removeAll(this));
    QVERIFY(queue.timersOf(this).isEmpty());
    QCOMPARE(queue.take(start + 10ms)->id, 3);
    QVERIFY(!queue.take(start + 100s));
}

// A timer that is started anew with every piece of data leaves places behind; they must not pile up, nor fire.
void TestTimerQueue::doesNotGrowWithRestarts()
{
    TimerQueue queue;
    queue.add(1, 1h, Qt::PreciseTimer, this, start);
    for (int i = 0; i < 100'000; ++i) {
        queue.add(2, 30s, Qt::PreciseTimer, this, start + i * 1ms);
        if (i < 99'999)
            QVERIFY(queue.remove(2));
    }
    QVERIFY(queue.places() < 1000);
    QCOMPARE(queue.next(), std::optional(start + 99'999ms + 30s));
    QCOMPARE(queue.take(start + 2h)->id, 2);
    QCOMPARE(queue.take(start + 2h)->id, 1);
    QVERIFY(!queue.take(start + 2h));
}

QTEST_GUILESS_MAIN(TestTimerQueue)
#include "tst_timerqueue.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/epolldispatcher.h"
#include "service/http/timerwheel.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QTest>

#include <memory>
#include <random>

using namespace quota::service;
using namespace std::chrono_literals;

using Clock = std::chrono::steady_clock;

// The wheel with ticks short enough to go round it in a second.
class TestTimerWheel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isPunctual_data();
    void isPunctual();
    void isPunctualBesideOthers();
    void takesAnyTime_data();
    void takesAnyTime();
    void isPutOffWithoutBeingTold();
    void isBroughtForward();
    void isNotToldOnceStopped();
    void startsAnewFromItsOwnCall();
    void startsAtOnceFromItsOwnCallWithoutHoldingUpTheRest();
    void mayDestroyAnyoneFromItsCall();
    void tellsEachOnceAfterAStall();
    void standsStillWhenNothingRuns();
    void turnsAgainAfterAPause();
};

namespace
{

// A deadline that notes when it was told.
struct Watched
{
    explicit Watched(TimerWheel &wheel)
        : deadline(wheel, [this] {
            toldAt = Clock::now();
            ++told;
        })
    {}
    void start(std::chrono::milliseconds time)
    {
        due = Clock::now() + time; // not after the start: told before it would be early
        deadline.start(time);
    }
    bool wait() const
    {
        return QTest::qWaitFor([this] { return told > 0; }, 15'000);
    }

    int told = 0;
    Clock::time_point due;
    Clock::time_point toldAt;
    Deadline deadline;
};

// Holds the event loop up.
void stall(std::chrono::milliseconds time)
{
    const QDeadlineTimer deadline(time);
    while (!deadline.hasExpired()) {
    }
}

}

void TestTimerWheel::isPunctual_data()
{
    QTest::addColumn<std::chrono::milliseconds>("tick");
    QTest::addColumn<std::chrono::milliseconds>("phase"); // after a tick's beginning
    QTest::addColumn<std::chrono::milliseconds>("time");
    QTest::newRow("at once") << 60ms << 0ms << 0ms;
    QTest::newRow("within a tick") << 60ms << 0ms << 20ms;
    QTest::newRow("into the next tick") << 60ms << 50ms << 20ms;
    QTest::newRow("a tick, from the middle of one") << 60ms << 30ms << 60ms;
    QTest::newRow("to the end of a tick") << 60ms << 10ms << 105ms;
    QTest::newRow("the last slot") << 1ms << 0ms << 511ms;
    QTest::newRow("one beyond the last slot") << 1ms << 0ms << 512ms;
    QTest::newRow("beyond a round") << 1ms << 0ms << 700ms;
    QTest::newRow("two rounds") << 1ms << 0ms << 1100ms;
    QTest::newRow("with the tick of a lane") << TimerWheel::tick << 70ms << 150ms;
}

void TestTimerWheel::isPunctual()
{
    QFETCH(const std::chrono::milliseconds, tick);
    QFETCH(const std::chrono::milliseconds, phase);
    QFETCH(const std::chrono::milliseconds, time);
    // A machine that is busy makes a try late, but never early, and not every one of them.
    static constexpr std::chrono::milliseconds scheduling = 25ms;
    std::chrono::nanoseconds late = 24h;
    for (int i = 0; i < 5 && late > tick + scheduling; ++i) {
        TimerWheel wheel(nullptr, tick);
        stall(phase);
        Watched watched(wheel);
        watched.start(time);
        QVERIFY(watched.wait());
        QCOMPARE(watched.told, 1);
        QVERIFY(!watched.deadline.isRunning());
        QVERIFY(watched.toldAt >= watched.due);
        late = watched.toldAt - watched.due;
    }
    QVERIFY2(late <= tick + scheduling, qPrintable(QString::number(late.count())));
}

// Many at once, each of them extended, brought forward or stopped now and then: none early, none lost, none twice.
void TestTimerWheel::isPunctualBesideOthers()
{
    TimerWheel wheel(nullptr, 1ms);
    std::vector<std::unique_ptr<Watched>> all;
    std::minstd_rand random(4711);
    const auto anyTime = [&] { return std::chrono::milliseconds(random() % 1200); };
    for (int i = 0; i < 2000; ++i) {
        all.push_back(std::make_unique<Watched>(wheel));
        all.back()->start(anyTime());
    }
    QElapsedTimer clock;
    clock.start();
    while (!clock.hasExpired(700)) {
        for (int i = 0; i < 100; ++i) {
            Watched &watched = *all[random() % all.size()];
            if (watched.told)
                continue;
            watched.start(anyTime());
            if (random() % 8 == 0)
                watched.deadline.stop();
        }
        QTest::qWait(5);
    }
    const auto ended = [](const auto &watched) { return !watched->deadline.isRunning(); };
    QVERIFY(QTest::qWaitFor([&] { return std::ranges::all_of(all, ended); }, 15'000));
    QVERIFY(QTest::qWaitFor([&] { return !wheel.isTurning(); }, 15'000));
    int told = 0;
    for (const auto &watched : all) {
        QVERIFY(watched->told <= 1);
        QVERIFY(!watched->told || watched->toldAt >= watched->due);
        told += watched->told;
    }
    QVERIFY(told > 1000 && told < 2000);
}

void TestTimerWheel::takesAnyTime_data()
{
    QTest::addColumn<std::chrono::milliseconds>("time");
    QTest::addColumn<bool>("far");
    QTest::newRow("the longest there is") << std::chrono::milliseconds::max() << true;
    QTest::newRow("a year") << std::chrono::milliseconds(24h * 365) << true;
    QTest::newRow("negative") << -5ms << false;
    QTest::newRow("the shortest there is") << std::chrono::milliseconds::min() << false;
}

void TestTimerWheel::takesAnyTime()
{
    QFETCH(const std::chrono::milliseconds, time);
    QFETCH(const bool, far);
    TimerWheel wheel(nullptr, 1ms);
    int told = 0;
    int control = 0;
    Deadline deadline(wheel, [&] { ++told; });
    Deadline other(wheel, [&] { ++control; });
    deadline.start(time);
    other.start(600ms); // after a whole round
    QVERIFY(QTest::qWaitFor([&] { return control == 1; }, 15'000));
    QCOMPARE(told, far ? 0 : 1);
    QCOMPARE(deadline.isRunning(), far);
}

// As a connection does with every piece of data.
void TestTimerWheel::isPutOffWithoutBeingTold()
{
    TimerWheel wheel(nullptr, 5ms);
    Watched watched(wheel);
    QElapsedTimer clock;
    clock.start();
    while (!clock.hasExpired(400)) {
        watched.start(100ms);
        QVERIFY(watched.deadline.isRunning());
        QTest::qWait(3);
        QVERIFY(!watched.told ||
                watched.toldAt >= watched.due); // a machine that stands still may be that late
        watched.told = 0;
    }
    QVERIFY(watched.wait());
    QVERIFY(watched.toldAt >= watched.due);
    QCOMPARE(watched.told, 1);
}

void TestTimerWheel::isBroughtForward()
{
    TimerWheel wheel(nullptr, 5ms);
    Watched watched(wheel);
    watched.start(1h);
    watched.start(40ms);
    QVERIFY(watched.wait());
    QVERIFY(watched.toldAt >= watched.due);
    watched.told = 0;
    watched.start(1h);
    watched.deadline.stop();
    watched.start(40ms);
    QVERIFY(watched.wait());
    QVERIFY(watched.toldAt >= watched.due);
}

void TestTimerWheel::isNotToldOnceStopped()
{
    TimerWheel wheel(nullptr, 5ms);
    Watched stopped(wheel);
    Watched control(wheel);
    stopped.start(20ms);
    control.start(80ms);
    stopped.deadline.stop();
    stopped.deadline.stop();
    QVERIFY(!stopped.deadline.isRunning());
    QVERIFY(control.wait());
    QCOMPARE(stopped.told, 0);
    stopped.start(10ms);
    QVERIFY(stopped.wait());
    QVERIFY(stopped.toldAt >= stopped.due);
}

void TestTimerWheel::startsAnewFromItsOwnCall()
{
    TimerWheel wheel(nullptr, 2ms);
    int told = 0;
    std::vector<Clock::duration> early;
    Clock::time_point due = Clock::now() + 10ms;
    std::unique_ptr<Deadline> deadline;
    deadline = std::make_unique<Deadline>(wheel, [&] {
        QVERIFY(!deadline->isRunning());
        if (Clock::now() < due)
            early.push_back(due - Clock::now());
        if (++told == 10)
            return;
        due = Clock::now() + 10ms;
        deadline->start(10ms);
    });
    deadline->start(10ms);
    QVERIFY(QTest::qWaitFor([&] { return told == 10; }, 15'000));
    QVERIFY(early.empty());
    QVERIFY(!deadline->isRunning());
}

void TestTimerWheel::startsAtOnceFromItsOwnCallWithoutHoldingUpTheRest()
{
    TimerWheel wheel(nullptr, 2ms);
    int told = 0;
    std::unique_ptr<Deadline> eager;
    eager = std::make_unique<Deadline>(wheel, [&] {
        ++told;
        eager->start(0ms);
    });
    eager->start(0ms);
    Watched other(wheel);
    other.start(50ms);
    QVERIFY(other.wait());
    QVERIFY2(told > 1 && told <= 100, qPrintable(QString::number(told))); // once a turn
}

void TestTimerWheel::mayDestroyAnyoneFromItsCall()
{
    TimerWheel wheel(nullptr, 10ms);
    // Due in one and the same tick: the first one told destroys itself and its neighbours on both sides, stops one
    // and starts one anew.
    std::array<std::unique_ptr<Deadline>, 5> deadlines;
    int told = 0;
    int toldLater = 0;
    const auto call = [&] {
        if (++told > 1) {
            ++toldLater;
            return;
        }
        deadlines[0].reset();
        deadlines[2].reset();
        deadlines[1].reset();
        deadlines[3]->stop();
        deadlines[4]->start(60ms);
    };
    for (auto &deadline : deadlines) {
        deadline = std::make_unique<Deadline>(wheel, call);
        deadline->start(20ms);
    }
    stall(50ms);
    QVERIFY(QTest::qWaitFor([&] { return told == 1; }, 15'000));
    QVERIFY(deadlines[4]->isRunning());
    QVERIFY(QTest::qWaitFor([&] { return toldLater == 1; }, 15'000));
    QVERIFY(!deadlines[3]->isRunning());
    deadlines = {};
    QVERIFY(QTest::qWaitFor([&] { return !wheel.isTurning(); }, 15'000));
}

// A loop that was held up for longer than a round.
void TestTimerWheel::tellsEachOnceAfterAStall()
{
    TimerWheel wheel(nullptr, 1ms);
    std::vector<std::unique_ptr<Watched>> all;
    for (int i = 0; i < 100; ++i) {
        all.push_back(std::make_unique<Watched>(wheel));
        all.back()->start(std::chrono::milliseconds(i * 11));
    }
    stall(800ms);
    QVERIFY(QTest::qWaitFor(
        [&] { return std::ranges::all_of(all, [](const auto &watched) { return watched->told > 0; }); },
        15'000));
    for (const auto &watched : all) {
        QCOMPARE(watched->told, 1);
        QVERIFY(watched->toldAt >= watched->due);
    }
}

void TestTimerWheel::standsStillWhenNothingRuns()
{
    TimerWheel wheel(nullptr, 5ms);
    QVERIFY(!wheel.isTurning());
    Watched far(wheel);
    Watched near(wheel);
    QVERIFY(!wheel.isTurning());
    far.start(1h);
    near.start(10ms);
    QVERIFY(wheel.isTurning());
    QVERIFY(near.wait());
    QVERIFY(wheel.isTurning());
    far.deadline.stop(); // it lies in a slot that is far away; the wheel does not wait for it
    QVERIFY(QTest::qWaitFor([&] { return !wheel.isTurning(); }, 15'000));
    {
        Watched gone(wheel);
        gone.start(1h);
        QVERIFY(wheel.isTurning());
    }
    QVERIFY(QTest::qWaitFor([&] { return !wheel.isTurning(); }, 15'000));
}

void TestTimerWheel::turnsAgainAfterAPause()
{
    TimerWheel wheel(nullptr, 1ms);
    Watched watched(wheel);
    // It lay in the last slot when the wheel stopped, and that slot's old time has passed when it begins anew.
    for (const auto pause : {0ms, 30ms, 520ms}) {
        watched.told = 0;
        watched.start(700ms);
        watched.deadline.stop();
        QVERIFY(QTest::qWaitFor([&] { return !wheel.isTurning(); }, 15'000));
        stall(pause);
        watched.start(20ms);
        QVERIFY(watched.wait());
        QVERIFY(watched.toldAt >= watched.due);
        QVERIFY(watched.toldAt < watched.due + 300ms); // not when that slot comes again
    }
}

// On the dispatcher of a lane, because the two must agree on what is early.
int main(int argc, char **argv)
{
    if (auto dispatcher = makeEpollDispatcher())
        QCoreApplication::setEventDispatcher(dispatcher.release());
    QCoreApplication application(argc, argv);
    TestTimerWheel test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_timerwheel.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/epolldispatcher.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QFile>
#include <QSocketNotifier>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslServer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryFile>
#include <QTest>
#include <QThread>
#include <QTimer>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

using namespace Qt::StringLiterals;
using namespace quota::service;
using namespace std::chrono_literals;

// The dispatcher in a thread of its own, with real descriptors, sockets and timers.
class TestEpollDispatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void echoesOverTcp();
    void echoesOverTls();
    void runsWhatOtherThreadsPost();
    void losesNoWakeUp();
    void sleepsWhenThereIsNothingToDo();
    void endsALoopThatIsAboutToSleep();
    void doesNotSleepOnceInterrupted();
    void endsItsThread_data();
    void endsItsThread();

    void firesTimers_data();
    void firesTimers();
    void stopsATimerInItsOwnEvent();
    void stopsATimerThatIsDueAtTheSameTime();
    void doesNotRecurseIntoATimer();
    void tellsWhatIsRegistered();
    void takesTimersAlongToAnotherThread();

    void toldWhatItAskedFor();
    void tellsHangUps_data();
    void tellsHangUps();
    void tellsUrgentData();
    void watchesRegularFiles();
    void forgetsANotifierDeletedInTheSameBatch();
    void tellsNothingToTheNextOwnerOfANumber();
    void servesANumberClosedUnderItsNotifier();
    void endsWhatADuplicateKeepsAlive();
    void dropsWhatALoopInsideASlotHasServed();
    void leavesSocketsAloneWhenAskedTo();

    void starvesNobody();
    void servesOneAmongThousands();
};

namespace
{

// A thread on the dispatcher under test. Jobs wait in a queue of its own and the posted events only call for them:
// the mutexes of Qt are invisible to the thread sanitizer, which would take every posted functor for a race.
class Loop
{
public:
    Loop()
        : m_home(new Home)
    {
        m_thread.setEventDispatcher(makeEpollDispatcher().release());
        m_home->moveToThread(&m_thread);
        QObject::connect(&m_thread, &QThread::finished, m_home, &QObject::deleteLater);
        m_thread.start();
    }
    ~Loop()
    {
        m_thread.quit();
        m_thread.wait();
    }

    QThread &thread() { return m_thread; }
    QAbstractEventDispatcher *dispatcher() { return m_thread.eventDispatcher(); }
    QObject *home() { return m_home; } // an object in the thread

    // Does it in the thread; from any thread.
    void post(std::function<void()> job)
    {
        const std::scoped_lock lock(m_home->mutex);
        m_home->jobs.push_back(std::move(job));
        QCoreApplication::postEvent(m_home, new QEvent(QEvent::User)); // the loop owns it
    }
    // Does it in the thread, gives what it returns.
    template <typename Function>
    auto run(Function function)
    {
        std::packaged_task<decltype(function())()> task(std::move(function));
        auto result = task.get_future();
        post([&task] { task(); });
        return result.get();
    }

private:
    class Home : public QObject
    {
    public:
        std::mutex mutex;
        std::deque<std::function<void()>> jobs;

    protected:
        void customEvent(QEvent *) override
        {
            std::unique_lock lock(mutex);
            const std::function<void()> job = std::move(jobs.front());
            jobs.pop_front();
            lock.unlock();
            job();
        }
    };

    QThread m_thread;
    Home *m_home;
};

// Serves the events of the calling thread until a socket or a timer of it makes the fact true.
bool until(const std::function<bool()> &fact, std::chrono::milliseconds limit = 15s)
{
    QTimer timer;
    timer.setSingleShot(true);
    timer.start(limit);
    while (!fact() && timer.isActive())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return fact();
}

// Serves them for that long, whatever happens.
void rest(std::chrono::milliseconds time)
{
    until([] { return false; }, time);
}

// Serves nothing, as a slot does that computes for long.
void compute(std::chrono::milliseconds time)
{
    const QDeadlineTimer deadline(time);
    while (!deadline.hasExpired()) {
    }
}

// Two connected descriptors that do not block.
struct Pair
{
    explicit Pair(bool pipe = false)
    {
        int both[2] = {-1, -1};
        if (pipe ? ::pipe2(both, O_NONBLOCK | O_CLOEXEC)
                 : ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, both))
            qFatal("no descriptors left");
        near = both[0];
        far = both[1];
    }
    ~Pair()
    {
        closeNear();
        closeFar();
    }
    Q_DISABLE_COPY_MOVE(Pair)

    void closeNear() { ::close(std::exchange(near, -1)); }
    void closeFar() { ::close(std::exchange(far, -1)); }
    bool feed() const { return ::write(far, "x", 1) == 1; }
    bool eat() const
    {
        char byte = 0;
        return ::read(near, &byte, 1) == 1;
    }

    int near; // of a pipe the end to read from
    int far;
};

using Notifier = std::unique_ptr<QSocketNotifier>;

Notifier watch(int descriptor, QSocketNotifier::Type type, const std::function<void()> &slot)
{
    auto notifier = std::make_unique<QSocketNotifier>(descriptor, type);
    QObject::connect(notifier.get(), &QSocketNotifier::activated, notifier.get(), slot);
    return notifier;
}

Notifier watchReads(int descriptor, const std::function<void()> &slot)
{
    return watch(descriptor, QSocketNotifier::Read, slot);
}

// All that is ready now; several rounds, so that nothing is merely late.
void serveWhatIsReady()
{
    for (int i = 0; i < 5; ++i)
        QCoreApplication::processEvents();
}

QByteArray fixture(const QString &name)
{
    QFile file(QStringLiteral(QUOTA_SOURCE_DIR "/tests/data/tls/") + name);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("missing fixture %s", qPrintable(name));
    return file.readAll();
}

void echo(QTcpServer &server)
{
    QObject::connect(&server, &QTcpServer::pendingConnectionAvailable, &server, [&server] {
        QTcpSocket *socket = server.nextPendingConnection();
        QObject::connect(socket, &QTcpSocket::readyRead, socket,
                         [socket] { socket->write(socket->readAll()); });
    });
}

// Made once: under a sanitizer that takes as long as sending it.
const QByteArray &manyBytes()
{
    static const QByteArray bytes = [] {
        QByteArray made(3'000'000, Qt::Uninitialized);
        for (qsizetype i = 0; i < made.size(); ++i)
            made[i] = char(i * 131 >> 5);
        return made;
    }();
    return bytes;
}

}

void TestEpollDispatcher::echoesOverTcp()
{
    Loop loop;
    QCOMPARE(loop.run([] {
        QTcpServer server;
        echo(server);
        server.listen(QHostAddress::LocalHost);
        QTcpSocket client;
        QByteArray answer;
        QObject::connect(&client, &QTcpSocket::readyRead, &client, [&] { answer += client.readAll(); });
        client.connectToHost(QHostAddress::LocalHost, server.serverPort());
        client.write(manyBytes());
        until([&] { return answer.size() >= manyBytes().size(); });
        return answer;
    }),
             manyBytes());
}

void TestEpollDispatcher::echoesOverTls()
{
    Loop loop;
    QCOMPARE(loop.run([] {
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificate(QSslCertificate(fixture(u"server.pem"_s)));
        configuration.setPrivateKey(QSslKey(fixture(u"server.key"_s), QSsl::Ec));
        QSslServer server;
        server.setSslConfiguration(configuration);
        echo(server);
        server.listen(QHostAddress::LocalHost);

        QSslSocket client;
        QSslConfiguration trusting = QSslConfiguration::defaultConfiguration();
        trusting.setCaCertificates({QSslCertificate(fixture(u"authority.pem"_s))});
        client.setSslConfiguration(trusting);
        QByteArray answer;
        QObject::connect(&client, &QSslSocket::readyRead, &client, [&] { answer += client.readAll(); });
        client.connectToHostEncrypted(u"127.0.0.1"_s, server.serverPort());
        client.write(manyBytes());
        until([&] { return answer.size() >= manyBytes().size(); });
        return answer;
    }),
             manyBytes());
}

void TestEpollDispatcher::runsWhatOtherThreadsPost()
{
    static constexpr int posts = 5000;
    static constexpr int senders = 4;
    Loop loop;
    std::array<int, senders> last{}; // touched in the loop only
    bool inOrder = true;
    std::vector<std::thread> threads;
    for (size_t sender = 0; sender < senders; ++sender) {
        threads.emplace_back([&, sender] {
            for (int i = 1; i <= posts; ++i)
                loop.post([&, sender, i] { inOrder &= ++last[sender] == i; });
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    // Posted last, thus run last.
    QVERIFY(loop.run([&] { return inOrder && std::ranges::all_of(last, [](int i) { return i == posts; }); }));
}

// Each call meets a loop that is just about to sleep; one that is lost would be waited for in vain.
void TestEpollDispatcher::losesNoWakeUp()
{
    Loop here;
    Loop there;
    std::promise<void> done;
    std::function<void(int)> pass = [&](int left) {
        if (left == 0)
            done.set_value();
        else
            (left % 2 ? here : there).post([&pass, left] { pass(left - 1); });
    };
    here.post([&pass] { pass(20'000); });
    QCOMPARE(done.get_future().wait_for(60s), std::future_status::ready);
}

void TestEpollDispatcher::sleepsWhenThereIsNothingToDo()
{
    Loop loop;
    int rounds = 0; // touched in the loop only
    int sleeps = 0;
    QAbstractEventDispatcher *dispatcher = loop.dispatcher();
    loop.run([&] {
        connect(dispatcher, &QAbstractEventDispatcher::awake, dispatcher, [&] { ++rounds; });
        connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, dispatcher, [&] { ++sleeps; });
        QMetaObject::invokeMethod(
            dispatcher, [] {}, Qt::QueuedConnection); // a call from inside
    });
    const auto counts = loop.run([&] {
        rest(300ms);
        return std::pair(rounds, sleeps);
    });
    QVERIFY(counts.second > 0);
    QVERIFY2(counts.first < 20, qPrintable(QString::number(counts.first)));
}

void TestEpollDispatcher::endsALoopThatIsAboutToSleep()
{
    static constexpr int times = 5000;
    Loop loop;
    std::atomic<QEventLoop *> running = nullptr;
    std::atomic<int> quits = 0;
    std::thread other([&] {
        while (quits < times) {
            if (QEventLoop *inner = running.exchange(nullptr)) {
                inner->quit();
                ++quits;
            }
        }
    });
    loop.run([&] {
        for (int i = 0; i < times; ++i) {
            QEventLoop inner;
            const auto tell = [&] { running = &inner; };
            if (i % 2) // a posted event: the quit comes between it and the sleep of the same round
                QMetaObject::invokeMethod(&inner, tell, Qt::QueuedConnection);
            else // a timer: it comes between the rounds
                QTimer::singleShot(0, &inner, tell);
            inner.exec();
            while (quits <= i) {
            } // the other one is done with the loop
        }
    });
    other.join();
    QCOMPARE(quits.load(), times);
}

// As when a loop is ended from another thread after it has looked, and before its round begins.
void TestEpollDispatcher::doesNotSleepOnceInterrupted()
{
    Loop loop;
    QAbstractEventDispatcher *dispatcher = loop.dispatcher();
    QCOMPARE(loop.run([dispatcher] {
        QList<bool> slept;
        bool fired = false;
        const auto round = [&] {
            fired = false;
            QTimer timer;
            timer.callOnTimeout([&] { fired = true; });
            timer.start(50);
            dispatcher->processEvents(QEventLoop::WaitForMoreEvents);
            slept << fired;
        };
        dispatcher->processEvents({}); // calls that are still open
        dispatcher->interrupt();
        round();
        round();
        dispatcher->wakeUp();
        dispatcher->interrupt();
        dispatcher->processEvents({}); // inside a slot of the loop that was ended
        round();
        return slept;
    }),
             QList<bool>({false, true, true}));
}

void TestEpollDispatcher::endsItsThread_data()
{
    QTest::addColumn<bool>("inside");
    QTest::newRow("from outside, asleep") << false;
    QTest::newRow("from a slot, in a loop inside a loop") << true;
}

void TestEpollDispatcher::endsItsThread()
{
    QFETCH(const bool, inside);
    Pair pair; // closed when the thread has let go of it
    std::promise<void> ended;
    Loop loop;
    connect(
        &loop.thread(), &QThread::finished, &loop.thread(), [&ended] { ended.set_value(); },
        Qt::DirectConnection);
    loop.post([&, inside] {
        auto *notifier = new QSocketNotifier(pair.near, QSocketNotifier::Read, loop.home());
        connect(notifier, &QSocketNotifier::activated, notifier, [&pair, inside] {
            if (pair.eat() && inside)
                QThread::currentThread()->quit();
        });
        auto *timer = new QTimer(loop.home());
        timer->start(1h);
        if (inside) {
            QEventLoop nested;
            nested.exec();
        }
    });
    loop.run([&] { return pair.feed(); });
    if (!inside)
        loop.thread().quit();
    QCOMPARE(ended.get_future().wait_for(15s), std::future_status::ready);
}

void TestEpollDispatcher::firesTimers_data()
{
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<int>("interval");
    QTest::addColumn<int>("times");
    QTest::newRow("zero") << Qt::CoarseTimer << 0 << 1000;
    QTest::newRow("precise") << Qt::PreciseTimer << 7 << 10;
    QTest::newRow("coarse") << Qt::CoarseTimer << 110 << 3;
    QTest::newRow("very coarse") << Qt::VeryCoarseTimer << 300 << 1;
    QTest::newRow("once, precise") << Qt::PreciseTimer << 25 << -1;
    QTest::newRow("once, coarse") << Qt::CoarseTimer << 60 << -1;
}

void TestEpollDispatcher::firesTimers()
{
    QFETCH(const Qt::TimerType, type);
    QFETCH(const int, interval);
    QFETCH(const int, times);
    const bool once = times < 0;
    const int expected = once ? 1 : times;
    Loop loop;
    const auto [count, elapsed] = loop.run([&] {
        int count = 0;
        QTimer timer;
        timer.setTimerType(type);
        timer.setSingleShot(once);
        connect(&timer, &QTimer::timeout, &timer, [&] { ++count; });
        QElapsedTimer clock;
        clock.start();
        timer.start(interval);
        until([&] { return count >= expected; });
        const qint64 elapsed = clock.nsecsElapsed();
        if (once)
            rest(std::chrono::milliseconds(3 * interval));
        return std::pair(count, elapsed);
    });
    QCOMPARE(count, expected);
    QVERIFY2(elapsed >= qint64(expected) * interval * 1'000'000, qPrintable(QString::number(elapsed)));
}

void TestEpollDispatcher::stopsATimerInItsOwnEvent()
{
    Loop loop;
    QCOMPARE(loop.run([] {
        QStringList fired;
        QTimer stopping;
        connect(&stopping, &QTimer::timeout, &stopping, [&] {
            fired << u"stopping"_s;
            stopping.stop();
        });
        auto *dying = new QTimer(&stopping);
        connect(dying, &QTimer::timeout, dying, [&, dying] {
            fired << u"dying"_s;
            delete dying;
        });
        QTimer restarting;
        connect(&restarting, &QTimer::timeout, &restarting, [&] {
            fired << u"restarting"_s;
            restarting.start(fired.count(u"restarting"_s) == 1 ? 30 : 3'600'000);
        });
        stopping.start(2);
        dying->start(4);
        restarting.start(6);
        rest(120ms);
        return fired;
    }),
             QStringList({u"stopping"_s, u"dying"_s, u"restarting"_s, u"restarting"_s}));
}

void TestEpollDispatcher::stopsATimerThatIsDueAtTheSameTime()
{
    Loop loop;
    QCOMPARE(loop.run([] {
        int fired = 0;
        QTimer one;
        QTimer other;
        connect(&one, &QTimer::timeout, &one, [&] {
            ++fired;
            other.stop();
        });
        connect(&other, &QTimer::timeout, &other, [&] {
            ++fired;
            one.stop();
        });
        one.start(10);
        other.start(10);
        compute(30ms); // both are overdue when the loop looks
        serveWhatIsReady();
        return fired;
    }),
             1);
}

void TestEpollDispatcher::doesNotRecurseIntoATimer()
{
    Loop loop;
    const auto [fired, deepest] = loop.run([] {
        int fired = 0;
        int depth = 0;
        int deepest = 0;
        QTimer timer;
        connect(&timer, &QTimer::timeout, &timer, [&] {
            ++fired;
            deepest = std::max(deepest, ++depth);
            rest(20ms);
            --depth;
        });
        timer.start(1);
        until([&] { return fired == 3; });
        return std::pair(fired, deepest);
    });
    QVERIFY(fired >= 3);
    QCOMPARE(deepest, 1);
}

void TestEpollDispatcher::tellsWhatIsRegistered()
{
    Loop loop;
    QAbstractEventDispatcher *dispatcher = loop.dispatcher();
    loop.run([dispatcher] {
        QObject object;
        const int id = object.startTimer(500ms, Qt::PreciseTimer);
        const int other = object.startTimer(90s, Qt::VeryCoarseTimer);
        QCOMPARE(dispatcher->registeredTimers(&object).size(), 2);
        QVERIFY(dispatcher->remainingTime(id) > 0 && dispatcher->remainingTime(id) <= 500);
        QVERIFY(dispatcher->remainingTime(other) > 500);
        object.killTimer(id);
        QCOMPARE(dispatcher->remainingTime(id), -1);
        const auto left = dispatcher->registeredTimers(&object);
        QCOMPARE(left.size(), 1);
        QCOMPARE(left[0].timerId, other);
        QCOMPARE(left[0].interval, 90'000);
        QCOMPARE(left[0].timerType, Qt::VeryCoarseTimer);
        QVERIFY(dispatcher->unregisterTimers(&object));
        QVERIFY(dispatcher->registeredTimers(&object).isEmpty());

        QTimer overdue;
        overdue.setSingleShot(true);
        overdue.start(1);
        compute(5ms);
        QCOMPARE(overdue.remainingTime(), 0);
    });
}

void TestEpollDispatcher::takesTimersAlongToAnotherThread()
{
    Loop here;
    Loop there;
    std::promise<QThread *> fired;
    QTimer *timer = here.run([&] {
        auto *timer = new QTimer;
        timer->setSingleShot(true);
        connect(
            timer, &QTimer::timeout, timer, [&fired] { fired.set_value(QThread::currentThread()); },
            Qt::DirectConnection);
        timer->start(50);
        timer->moveToThread(&there.thread());
        return timer;
    });
    there.run([] {});
    QCOMPARE(fired.get_future().get(), &there.thread());
    there.run([timer] { delete timer; });
}

void TestEpollDispatcher::toldWhatItAskedFor()
{
    Loop loop;
    QCOMPARE(loop.run([] {
        QStringList told;
        Pair pair;
        auto reads = watchReads(pair.near, [&] {
            told << u"read"_s;
            pair.eat();
        });
        Notifier writes = watch(pair.near, QSocketNotifier::Write, [&] {
            told << u"write"_s;
            writes->setEnabled(false);
        });
        until([&] { return told.size() == 1; }); // writable, and nothing to read
        pair.feed();
        until([&] { return told.size() == 2; });
        serveWhatIsReady();
        writes->setEnabled(true);
        pair.feed();
        until([&] { return told.size() == 4; }); // both at once, reading first
        reads->setEnabled(false);
        pair.feed();
        serveWhatIsReady();
        reads->setEnabled(true);
        reads->setEnabled(false);
        serveWhatIsReady();
        reads->setEnabled(true);
        until([&] { return told.size() == 5; });
        return told;
    }),
             QStringList({u"write"_s, u"read"_s, u"read"_s, u"write"_s, u"read"_s}));
}

void TestEpollDispatcher::tellsHangUps_data()
{
    QTest::addColumn<QSocketNotifier::Type>("type");
    QTest::newRow("to the reader of a pipe") << QSocketNotifier::Read;
    QTest::newRow("to the writer of a full pipe") << QSocketNotifier::Write;
    QTest::newRow("to whom only exceptions interest") << QSocketNotifier::Exception;
}

void TestEpollDispatcher::tellsHangUps()
{
    QFETCH(const QSocketNotifier::Type, type);
    Loop loop;
    QVERIFY(loop.run([type] {
        Pair pipe(true);
        const bool writes = type == QSocketNotifier::Write;
        const QByteArray filling(65'536, 'x');
        while (writes && ::write(pipe.far, filling.constData(), size_t(filling.size())) > 0) {
        }
        int told = 0;
        Notifier notifier = watch(writes ? pipe.far : pipe.near, type, [&] {
            ++told;
            notifier->setEnabled(false);
        });
        serveWhatIsReady();
        if (told != 0)
            return false;
        writes ? pipe.closeNear() : pipe.closeFar();
        return until([&] { return told == 1; });
    }));
}

void TestEpollDispatcher::tellsUrgentData()
{
    Loop loop;
    QCOMPARE(loop.run([] {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        QTcpSocket client;
        client.connectToHost(QHostAddress::LocalHost, server.serverPort());
        until([&] { return server.hasPendingConnections() && client.state() == QTcpSocket::ConnectedState; });
        QStringList told;
        const int descriptor = ::dup(int(server.nextPendingConnection()->socketDescriptor()));
        Notifier urgent = watch(descriptor, QSocketNotifier::Exception, [&] {
            told << u"urgent"_s;
            urgent->setEnabled(false);
        });
        client.write("plain");
        client.flush();
        rest(20ms);
        ::send(int(client.socketDescriptor()), "!", 1, MSG_OOB);
        until([&] { return !told.isEmpty(); });
        urgent.reset();
        ::close(descriptor);
        return told;
    }),
             QStringList({u"urgent"_s}));
}

// epoll refuses them; they are always ready, as they are for poll().
void TestEpollDispatcher::watchesRegularFiles()
{
    Loop loop;
    QVERIFY(loop.run([] {
        QTemporaryFile file;
        if (!file.open())
            return false;
        int reads = 0;
        int writes = 0;
        int ticks = 0;
        QTimer timer;
        QObject::connect(&timer, &QTimer::timeout, &timer, [&] { ++ticks; });
        timer.start(1);
        auto reading = watchReads(file.handle(), [&] { ++reads; });
        Notifier writing = watch(file.handle(), QSocketNotifier::Write, [&] {
            if (++writes == 3)
                writing.release()->deleteLater(); // the slot is still its own
        });
        const bool served = until([&] { return reads >= 10 && ticks >= 3; }) && writes == 3;
        reading->setEnabled(false);
        const int before = reads;
        serveWhatIsReady();
        return served && reads == before;
    }));
}

void TestEpollDispatcher::forgetsANotifierDeletedInTheSameBatch()
{
    Loop loop;
    QCOMPARE(loop.run([] {
        int told = 0;
        Pair one;
        Pair other;
        one.feed();
        other.feed();
        Notifier ofOther;
        auto ofOne = watchReads(one.near, [&] {
            ++told;
            one.eat();
            ofOther.reset();
        });
        ofOther = watchReads(other.near, [&] {
            ++told;
            other.eat();
            ofOne.reset();
        });
        serveWhatIsReady(); // both are ready, the first one served ends the other
        return told;
    }),
             1);
}

void TestEpollDispatcher::tellsNothingToTheNextOwnerOfANumber()
{
    Loop loop;
    const auto [before, after] = loop.run([] {
        QStringList told;
        Pair one;
        Pair other;
        Pair fresh;
        one.feed();
        other.feed();
        Notifier ofOne;
        Notifier ofOther;
        Notifier ofFresh;
        const auto serve = [&](Pair &served, Pair &lost, Notifier &ofLost) {
            told << u"first"_s;
            served.eat();
            ofLost.reset();
            ::dup2(fresh.near, lost.near); // closes it, and gives its number to a silent one
            ofFresh = watchReads(lost.near, [&told, &fresh] {
                told << u"fresh"_s;
                fresh.eat();
            });
        };
        ofOne = watchReads(one.near, [&] { serve(one, other, ofOther); });
        ofOther = watchReads(other.near, [&] { serve(other, one, ofOne); });
        serveWhatIsReady();
        const QStringList before = told;
        fresh.feed();
        until([&] { return told.size() > before.size(); });
        return std::pair(before, told);
    });
    QCOMPARE(before, QStringList({u"first"_s}));
    QCOMPARE(after, QStringList({u"first"_s, u"fresh"_s}));
}

// Nobody should close first, but it must not silence whoever gets the number next.
void TestEpollDispatcher::servesANumberClosedUnderItsNotifier()
{
    Loop loop;
    QVERIFY(loop.run([] {
        Pair old;
        const int number = old.near;
        auto ofOld = watchReads(number, [] {});
        serveWhatIsReady();
        old.closeNear();
        Pair fresh;
        if (fresh.near != number)
            qFatal("the lowest free number is expected to be given");
        int told = 0;
        auto ofFresh = watchReads(number, [&] {
            ++told;
            fresh.eat();
        });
        ofOld.reset();
        fresh.feed();
        return until([&] { return told == 1; });
    }));
}

// epoll goes on telling of a socket that was closed here when a duplicate of it is open, and nothing can stop it any
// more but another epoll.
void TestEpollDispatcher::endsWhatADuplicateKeepsAlive()
{
    Loop loop;
    QAbstractEventDispatcher *dispatcher = loop.dispatcher();
    const auto [rounds, told] = loop.run([dispatcher] {
        Pair pair;
        Pair other;
        int told = 0;
        auto ofOther = watchReads(other.near, [&] {
            ++told;
            other.eat();
        });
        auto notifier = watchReads(pair.near, [] {});
        serveWhatIsReady();
        const int duplicate = ::dup(pair.near);
        pair.closeNear();
        notifier.reset();
        pair.feed();
        int rounds = 0;
        QObject counter;
        QObject::connect(dispatcher, &QAbstractEventDispatcher::awake, &counter, [&] { ++rounds; });
        rest(200ms);
        other.feed();
        until([&] { return told == 1; });
        ::close(duplicate);
        return std::pair(rounds, told);
    });
    QVERIFY2(rounds < 20, qPrintable(QString::number(rounds)));
    QCOMPARE(told, 1);
}

void TestEpollDispatcher::dropsWhatALoopInsideASlotHasServed()
{
    Loop loop;
    const auto [served, inVain] = loop.run([] {
        static constexpr int count = 20;
        std::vector<std::unique_ptr<Pair>> pairs;
        std::vector<Notifier> notifiers;
        int served = 0;
        int inVain = 0;
        bool nested = false;
        for (int i = 0; i < count; ++i) {
            pairs.push_back(std::make_unique<Pair>());
            Pair &pair = *pairs.back();
            pair.feed();
            notifiers.push_back(watchReads(pair.near, [&] {
                ++(pair.eat() ? served : inVain);
                if (!std::exchange(nested, true)) {
                    QEventLoop inside;
                    QTimer::singleShot(30, &inside, &QEventLoop::quit);
                    inside.exec();
                }
            }));
        }
        until([&] { return served == count; });
        serveWhatIsReady();
        return std::pair(served, inVain);
    });
    QCOMPARE(served, 20);
    QCOMPARE(inVain, 0);
}

void TestEpollDispatcher::leavesSocketsAloneWhenAskedTo()
{
    Loop loop;
    QAbstractEventDispatcher *dispatcher = loop.dispatcher();
    QCOMPARE(loop.run([&, dispatcher] {
        QStringList log;
        Pair pair;
        pair.feed();
        auto notifier = watchReads(pair.near, [&] {
            log << u"socket"_s;
            pair.eat();
        });
        const auto note = [&](const QString &what) {
            log << what;
            dispatcher->interrupt(); // a round does not end by itself when it has sent a posted event
        };
        const auto waitFor = [&](qsizetype count) {
            while (log.size() < count)
                dispatcher->processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::ExcludeSocketNotifiers);
        };
        const auto post = [&] { loop.post([&] { note(u"posted"_s); }); };
        QTimer::singleShot(10, loop.home(), [&] { note(u"timer"_s); });
        waitFor(1);
        std::thread(post).join();
        waitFor(2);
        std::promise<void> sleeping;
        QObject guard;
        QObject::connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, &guard,
                         [&, told = false]() mutable {
                             if (!std::exchange(told, true))
                                 sleeping.set_value();
                         });
        std::thread sender([&] {
            sleeping.get_future().wait();
            post();
        });
        waitFor(3);
        sender.join();
        until([&] { return log.size() == 4; });
        return log;
    }),
             QStringList({u"timer"_s, u"posted"_s, u"posted"_s, u"socket"_s}));
}

// More sockets than a batch holds, ready for ever, beside timers and events that post the next one.
void TestEpollDispatcher::starvesNobody()
{
    Loop loop;
    QVERIFY(loop.run([&loop] {
        static constexpr size_t count = 400;
        std::vector<std::unique_ptr<Pair>> pairs;
        std::vector<Notifier> notifiers;
        std::vector<int> told(count);
        for (size_t i = 0; i < count; ++i) {
            pairs.push_back(std::make_unique<Pair>());
            pairs.back()->feed();
            notifiers.push_back(watchReads(pairs.back()->near, [&told, i] { ++told[i]; }));
        }
        int ticks = 0;
        QTimer timer;
        QObject::connect(&timer, &QTimer::timeout, &timer, [&] { ++ticks; });
        timer.start(1);
        int posts = 0;
        bool stopped = false;
        std::function<void()> post = [&] {
            if (stopped)
                return;
            ++posts;
            QMetaObject::invokeMethod(
                loop.home(), [&] { post(); }, Qt::QueuedConnection);
        };
        post();
        const bool all = until([&] {
            return ticks >= 20 && posts >= 20 &&
                   std::ranges::all_of(told, [](int times) { return times >= 3; });
        });
        stopped = true;
        notifiers.clear();
        serveWhatIsReady(); // the last post refers to this frame
        return all;
    }));
}

void TestEpollDispatcher::servesOneAmongThousands()
{
    static constexpr size_t count = 2000;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    if (limit.rlim_max < 2 * count + 100 || ::setrlimit(RLIMIT_NOFILE, &limit) != 0)
        QSKIP("This account may not open that many descriptors.");
    Loop loop;
    const auto [active, idle] = loop.run([] {
        std::vector<std::unique_ptr<Pair>> pairs;
        std::vector<Notifier> notifiers;
        int active = 0;
        int idle = 0;
        for (size_t i = 0; i < count; ++i) {
            pairs.push_back(std::make_unique<Pair>());
            Pair &pair = *pairs.back();
            notifiers.push_back(watchReads(pair.near, [&, i] {
                pair.eat();
                ++(i == count / 2 ? active : idle);
            }));
        }
        for (int i = 0; i < 5000; ++i) {
            pairs[count / 2]->feed();
            until([&] { return active == i + 1; });
        }
        return std::pair(active, idle);
    });
    QCOMPARE(active, 5000);
    QCOMPARE(idle, 0);
}

QTEST_GUILESS_MAIN(TestEpollDispatcher)
#include "tst_epolldispatcher.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rawclient.h"
#include "service/http/listener.h"
#include "service/lane.h"

#include <QTest>

#include <future>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace quota;
using namespace quota::service;
using namespace quota::test;

namespace
{

// What the lane asked the admin API.
struct Question
{
    QThread *thread = nullptr; // it was asked in
    HttpRequest request;
    std::function<void(HttpAnswer)> reply;
};

// A lane of its own, without the rest of a service.
class LoneLane
{
public:
    LoneLane()
    {
        SettingSources sources;
        sources.options = {{u"DATA_DIR"_s, u"/nonexistent"_s}, {u"DATABASE_URL"_s, u"memory:"_s}};
        sources.envFile = u"/dev/null"_s;
        m_config = loadConfig(sources)->config;
        DatabaseOptions memory;
        memory.inMemory = true;
        memory.path = u":memory:"_s;
        m_writer = std::move(*StoreThread::start(memory, m_config.timeZone));
        const auto listeners = openListeners(u"127.0.0.1"_s, 0, 1);
        port = listeners->port;
        m_lane = std::make_unique<Lane>(LaneOptions{
            m_config, m_clock, m_keyring, m_providers, *m_writer, m_metrics.addLane(), 10, nullptr,
            [this](HttpRequest request, QByteArray, std::function<void(HttpAnswer)> reply) {
                m_asked.set_value({QThread::currentThread(), std::move(request), std::move(reply)});
            }});
        if (!m_lane->start(listeners->descriptors.constFirst()))
            qFatal("The lane does not start.");
    }

    // Waits for the one question; no event of this thread is served meanwhile.
    std::optional<Question> question()
    {
        auto asked = m_asked.get_future();
        return asked.wait_for(10s) == std::future_status::ready ? std::optional(asked.get()) : std::nullopt;
    }

    quint16 port = 0;

private:
    Config m_config;
    SystemClock m_clock;
    Keyring m_keyring{QTimeZone::utc(), {}};
    ProviderList m_providers{StoredProvider()};
    std::unique_ptr<StoreThread> m_writer;
    Metrics m_metrics;
    std::promise<Question> m_asked;
    std::unique_ptr<Lane> m_lane; // ends first
};

}

static const QByteArray healthRequest = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";

// What a lane owes the main thread; whole requests are in tst_proxy and tst_adminapi.
class TestLane : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksTheAdminApiFromItsOwnThread();
    void dropsAnAnswerWhoseClientLeft();
};

// The main thread may be busy for as long as it likes; what it gets to see of the request is a copy, because the
// client can leave at any time and take the request with it.
void TestLane::asksTheAdminApiFromItsOwnThread()
{
    LoneLane lane;
    RawClient client(lane.port);
    client.send(healthRequest);
    const auto question = lane.question();
    QVERIFY(question);
    QVERIFY(question->thread != QThread::currentThread());
    QCOMPARE(question->request.target, QByteArray("/healthz"));
    HttpAnswer answer;
    answer.status = 200;
    answer.body = "as asked";
    question->reply(answer);
    QCOMPARE(client.answer().body, answer.body);
}

void TestLane::dropsAnAnswerWhoseClientLeft()
{
    LoneLane lane;
    RawClient client(lane.port);
    client.send(healthRequest);
    const auto question = lane.question();
    QVERIFY(question);
    client.reset();
    // The lane has seen the first one leave when the next has its answer, and has dropped the late answer when a
    // further one has.
    RawClient next(lane.port);
    QCOMPARE(ask(next, "GET", "/v1/models").status, 401);
    question->reply({});
    QCOMPARE(ask(next, "GET", "/v1/models").status, 401);
}

QTEST_GUILESS_MAIN(TestLane)
#include "tst_lane.moc"

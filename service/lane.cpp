// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/lane.h"

#include "service/admin/adminapi.h"
#include "service/connectionlimits.h"
#include "service/http/epolldispatcher.h"
#include "service/proxy/providertest.h"
#include "service/proxy/proxycall.h"

#include <QPromise>

using namespace Qt::StringLiterals;

namespace quota::service
{

struct Lane::Inside
{
    explicit Inside(const LaneOptions &options, Server::Handler handler)
        : keys(options.keyring)
        , providers(options.providers)
        , client(clientOptions(options.config), wheel)
        , resources{options.config,  options.clock, keys,
                    providers,       client,        options.writer,
                    options.metrics, wheel,         std::make_shared<LaneInbox>(),
                    leftCalls,       options.shelf}
        , server(connectionLimits(options.config, options.connections), wheel, std::move(handler))
    {
        if (options.certificate)
            server.setCertificate(*options.certificate);
    }
    ~Inside() { resources.inbox->close(); }
    Q_DISABLE_COPY_MOVE(Inside)

    TimerWheel wheel;
    KeyringView keys;
    ProviderView providers;
    Client client;
    ModelCache models;
    ProxyResources resources;
    QObject leftCalls; // its children settle through the resources
    Server server;     // dies first: its connections end their calls, which use the rest
};

Lane::Lane(LaneOptions options)
    : m_options(std::move(options))
{
    m_thread.setObjectName(u"lane"_s);
}

Lane::~Lane()
{
    *m_alive = false;
    if (!m_thread.isRunning())
        return;
    QMetaObject::invokeMethod(
        m_thread.eventDispatcher(), [this] { m_inside.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

Done Lane::start(int descriptor)
{
    if (auto dispatcher = makeEpollDispatcher())
        m_thread.setEventDispatcher(dispatcher.release()); // the thread owns it
    std::promise<Done> started;
    auto result = started.get_future();
    // A QObject of the thread is needed to run something in it; moving a context there is the way. It is connected
    // before the start: a thread tells that it runs without looking whether somebody is just connecting.
    auto *context = new QObject;
    context->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, context, &QObject::deleteLater);
    m_thread.start();
    QMetaObject::invokeMethod(context, [&] {
        m_inside = std::make_unique<Inside>(m_options, [this](Exchange &exchange) { handle(exchange); });
        Server &server = m_inside->server;
        connect(&server, &Server::connectionOpened, &server,
                [this] { m_options.metrics.connectionOpened(); });
        connect(&server, &Server::connectionClosed, &server,
                [this] { m_options.metrics.connectionClosed(); });
        connect(&server, &Server::requestRefused, &server, [this](int status) {
            m_options.metrics.requestFinished({}, status, std::chrono::microseconds(0));
        });
        connect(&server, &Server::drained, &server, [this] { Q_EMIT drained(); });
        started.set_value(server.listen(descriptor));
    });
    return result.get();
}

static bool isBelow(QByteArrayView path, QByteArrayView root)
{
    return path.startsWith(root) && (path.size() == root.size() || path[root.size()] == '/');
}

template <class Call, class... Parts>
static void begin(Exchange &exchange, Parts &...parts)
{
    auto call = std::make_unique<Call>(exchange, parts...);
    Call &story = *call;
    exchange.setHandler(std::move(call));
    story.start();
}

void Lane::handle(Exchange &exchange)
{
    exchange.setWatcher(this);
    const QByteArrayView path = exchange.request().path();
    const QByteArray &method = exchange.request().method;
    if (isBelow(path, "/v1") && !isBelow(path, "/v1/usage")) {
        if (m_draining) {
            const Language language = languageFromHeader(exchange.request().headers.value("Accept-Language"));
            exchange.answer(holderError(HolderFault::ShuttingDown, language));
        } else if (isBelow(path, "/v1/models") && (method == "GET" || method == "HEAD")) {
            begin<ModelsCall>(exchange, m_inside->resources, m_inside->models);
        } else {
            begin<ProxyCall>(exchange, m_inside->resources);
        }
        return;
    }
    AdminExchange::begin(exchange,
                         [this](HttpRequest request, const QByteArray &id, AdminExchange::Reply reply) {
                             askAdmin(std::move(request), id, std::move(reply));
                         });
}

void Lane::onEnded(const Exchange &exchange, int status)
{
    m_options.metrics.requestFinished(exchange.request().method, status,
                                      std::chrono::duration_cast<std::chrono::microseconds>(
                                          std::chrono::steady_clock::now() - exchange.begun()));
}

void Lane::askAdmin(HttpRequest request, const QByteArray &id, AdminExchange::Reply reply)
{
    QObject *context = &m_inside->server;
    m_options.admin(
        std::move(request), id, [alive = m_alive, context, reply = std::move(reply)](HttpAnswer answer) {
            if (!*alive)
                return;
            QMetaObject::invokeMethod(context, [reply, answer = std::move(answer)] { reply(answer); });
        });
}

void Lane::drain()
{
    QMetaObject::invokeMethod(&m_inside->server, [this] {
        m_draining = true;
        m_inside->server.drain();
    });
}

void Lane::cutAll()
{
    QMetaObject::invokeMethod(&m_inside->server, [this] { m_inside->server.cutAll(); });
}

void Lane::hold(std::shared_ptr<std::latch> arrived, std::shared_future<void> end)
{
    QMetaObject::invokeMethod(&m_inside->server, [arrived = std::move(arrived), end = std::move(end)] {
        arrived->count_down();
        end.wait();
    });
}

namespace
{

// A promise that is kept in any case: with an empty result when the lane ends before the test does. One that is
// only dropped would cancel its future, and nobody would be told.
class TestPromise
{
public:
    TestPromise() { m_promise.start(); }
    ~TestPromise()
    {
        if (!m_kept)
            keep({});
    }
    Q_DISABLE_COPY_MOVE(TestPromise)

    void keep(const ProviderTest &result)
    {
        m_kept = true;
        m_promise.addResult(result);
        m_promise.finish();
    }
    QFuture<ProviderTest> future() { return m_promise.future(); }

private:
    QPromise<ProviderTest> m_promise;
    bool m_kept = false;
};

}

QFuture<ProviderTest> Lane::testProvider(const StoredProvider &provider)
{
    auto promise = std::make_shared<TestPromise>();
    const QFuture<ProviderTest> future = promise->future();
    QMetaObject::invokeMethod(&m_inside->server, [this, provider, promise] {
        // A child of the server: it ends with the lane when it is not over before.
        auto *test = new ProviderTester(provider, m_inside->client, &m_inside->server);
        connect(test, &ProviderTester::finished, test, [test, promise] {
            promise->keep(test->result());
            test->deleteLater();
        });
        test->start();
    });
    return future;
}

}

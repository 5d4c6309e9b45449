// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/adminexchange.h"
#include "service/http/server.h"
#include "service/proxy/modelscall.h"
#include "service/proxy/resources.h"
#include "shared/provider.h"

#include <QThread>

#include <functional>
#include <future>
#include <latch>
#include <memory>

// One worker of the data path: a thread with its own listening socket, server, upstream client and view of the
// keys; lanes share no lock on the way of a request. Requests below /v1/ are told by ProxyCall right here, all
// others are handed to the main thread's admin API and answered from there.
namespace quota::service
{

struct LaneOptions
{
    const Config &config;
    const Clock &clock;
    const Keyring &keyring;
    const ProviderList &providers;
    StoreThread &writer;
    LaneMetrics &metrics;
    int connections = 1;                            // open at a time
    const ServedCertificate *certificate = nullptr; // null: plain HTTP
    // Called in the lane's thread; calls reply in the main thread, in its good time.
    std::function<void(HttpRequest request, QByteArray requestId, std::function<void(HttpAnswer)> reply)>
        admin;
    RequestShelf *shelf = nullptr; // of this lane; null: no request is to be explained later
};

class Lane : public QObject, private ExchangeWatcher
{
    Q_OBJECT

public:
    explicit Lane(LaneOptions options);
    ~Lane() override; // ends the thread; requests under way are cut and settled

    // Starts the thread and serves the listening descriptor in it.
    Done start(int descriptor);

    // Main thread. Stops accepting, lets requests under way go on; drained() follows.
    void drain();
    // Main thread. Cuts what is left; drained() follows.
    void cutAll();
    // Main thread; asks the upstream in stages from the lane's thread.
    QFuture<ProviderTest> testProvider(const StoredProvider &provider);

    // Main thread. The lane's thread says that it has arrived, then does nothing until the end: while what all lanes
    // count in is exchanged.
    void hold(std::shared_ptr<std::latch> arrived, std::shared_future<void> end);

Q_SIGNALS:
    void drained();

private:
    struct Inside; // what lives in the thread
    void handle(Exchange &exchange);
    void onEnded(const Exchange &exchange, int status) override;
    void askAdmin(HttpRequest request, const QByteArray &id, AdminExchange::Reply reply);

    const LaneOptions m_options;
    QThread m_thread;
    std::unique_ptr<Inside> m_inside;
    bool m_draining = false; // lane's thread
    // Read and cleared in the main thread only: an answer of the admin API may come when this lane is gone.
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/keyring.h"
#include "service/access/providerlist.h"
#include "service/admin/adminapi.h"
#include "service/admin/adminlistener.h"
#include "service/admin/context.h"
#include "service/backup/keeper.h"
#include "service/bookskeeper.h"
#include "service/config.h"
#include "service/http/servedcertificate.h"
#include "service/lane.h"
#include "service/runlock.h"
#include "service/store/leasedesk.h"
#include "service/store/storethread.h"
#include "service/storeswap.h"
#include "service/telemetry/metrics.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

// The service as a whole, its table of contents: builds every part in order, joins them, and takes them down in
// reverse, so that nothing that was counted is lost. Made by the serve command and by tests; main thread.
namespace quota::service
{

class Service : public QObject
{
    Q_OBJECT

public:
    // The config and the clock must outlive the service.
    Service(const Config &config, const Clock &clock, QObject *parent = nullptr);
    ~Service() override;

    // Everything up to serving; an Error says what to do. Nothing listens when it fails.
    Done start();

    quint16 port() const { return m_port; } // the real one
    // Where key holders connect to, and where the admin API is; real ports, and loopback for «all addresses».
    QUrl url() const;
    QUrl adminUrl() const;
    quint16 adminPort() const { return m_adminPort; } // port() unless ADMIN_LISTEN is set
    // Empty when the token came from the settings; else where the generated one was written.
    QString writtenTokenPath() const { return m_writtenTokenPath; }
    QByteArray adminToken() const { return m_adminToken; }
    bool demo() const { return m_providers->demo(); } // after start()

    // Stops accepting, lets requests under way go on for the grace, then cuts them; stopped() follows when the
    // books are closed. A second call cuts at once.
    void stop();
    // Reads the certificate and its key anew, for connections that come from now on. What is wrong with the new
    // ones is logged, and the ones before stay in use.
    void reload();
    bool isStopped() const { return m_stopped; }

Q_SIGNALS:
    void stopped();

private:
    Done prepareDirectory();
    Done prepareToken();
    Done prepareCertificate();
    Done openStore();
    Done openLeases();
    Done loadKeys();
    Done loadProviders();
    Done startLanes();
    Done startAdmin(int descriptor);
    Done startLane(int descriptor);
    void announce();
    void prepareSwap();
    void whileLanesHold(const std::function<void()> &call);
    void frontDrained();
    void cutAll();
    void takeDown();
    void purgeDeletedKeys();

    const Config &m_config;
    const Clock &m_clock;
    RunLock m_lock;
    QByteArray m_adminToken;
    QString m_writtenTokenPath;
    QString m_instance;
    ServedCertificate m_certificate;
    std::unique_ptr<StoreThread> m_writer;
    std::unique_ptr<StoreThread> m_reader; // null in memory mode: the writer reads
    std::unique_ptr<SealKey> m_sealKey;
    std::unique_ptr<LeaseDesk> m_leases; // null in memory mode: nothing there outlives a crash
    std::unique_ptr<Keyring> m_keyring;
    std::unique_ptr<ProviderList> m_providers;
    std::unique_ptr<BackupKeeper> m_backups;
    std::unique_ptr<BooksKeeper> m_books;
    Metrics m_metrics;
    std::unique_ptr<AdminContext> m_context;
    std::unique_ptr<StoreSwap> m_swap; // null in memory mode
    std::unique_ptr<AdminApi> m_admin;
    std::unique_ptr<AdminListener> m_adminListener; // null: the lanes serve the admin API
    std::vector<std::unique_ptr<RequestShelf>>
        m_shelves; // of each lane; none when no request is to be explained
    std::vector<std::unique_ptr<Lane>> m_lanes;
    size_t m_frontsDrained = 0; // lanes, admin listener
    int m_connections = 1;      // per lane
    quint16 m_port = 0;
    quint16 m_adminPort = 0;
    QTimer m_graceTimer;
    QTimer m_purgeTimer;
    QTimer m_leaseTimer;
    bool m_stopping = false;
    bool m_stopped = false;
};

}

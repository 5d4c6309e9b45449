// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/service.h"

#include "service/admin/keyroutes.h"
#include "service/admintoken.h"
#include "service/backup/databasefile.h"
#include "service/backup/databasetraces.h"
#include "service/descriptorlimit.h"
#include "service/http/listener.h"
#include "service/store/keystore.h"
#include "service/telemetry/log.h"

#include <QCoreApplication>
#include <QDir>
#include <QScopeGuard>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

Service::Service(const Config &config, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_config(config)
    , m_clock(clock)
{
    m_graceTimer.setSingleShot(true);
    connect(&m_graceTimer, &QTimer::timeout, this, [this] {
        logLine(lcService(), LogLevel::Warning, u"The grace is over: cutting what is still open."_s);
        cutAll();
    });
    m_purgeTimer.setInterval(std::chrono::hours(24));
    connect(&m_purgeTimer, &QTimer::timeout, this, &Service::purgeDeletedKeys);
    m_leaseTimer.setInterval(Lease::idleTime);
    connect(&m_leaseTimer, &QTimer::timeout, this, [this] { m_leases->takeBackIdle(m_keyring->accounts()); });
}

Service::~Service()
{
    takeDown();
}

Done Service::start()
{
    for (const auto step : {&Service::prepareDirectory, &Service::prepareToken, &Service::prepareCertificate,
                            &Service::openStore, &Service::openLeases, &Service::loadKeys,
                            &Service::loadProviders, &Service::startLanes}) {
        if (Done done = (this->*step)(); !done)
            return done;
    }
    announce();
    purgeDeletedKeys();
    m_purgeTimer.start();
    m_backups->startSchedule();
    m_books->start();
    return {};
}

Done Service::prepareDirectory()
{
    const QString path = m_config.dataDirectory;
    if (!QDir().mkpath(path))
        return failure(ErrorCode::Storage,
                       u"Cannot create the data directory %1. Create it for this user or choose another with "
                       "--data-dir or DATA_DIR."_s.arg(path));
    // It holds tokens and the books: nobody else's business. An administrator's wider choice on an existing
    // directory stays.
    if (QDir(path).isEmpty())
        QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    if (Done locked = m_lock.take(path + u"/run.lock"_s); !locked)
        return locked;
    const auto recovered = recoverRestore(path);
    if (!recovered)
        return tl::unexpected<Error>(recovered.error());
    if (!recovered->isEmpty())
        logLine(lcService(), LogLevel::Warning, *recovered);
    return {};
}

Done Service::prepareToken()
{
    if (!m_config.adminToken.isEmpty()) {
        m_adminToken = m_config.adminToken;
        return {};
    }
    auto token = loadOrCreateAdminToken(m_config.adminTokenPath());
    if (!token)
        return tl::unexpected<Error>(token.error());
    m_adminToken = *token;
    m_writtenTokenPath = m_config.adminTokenPath();
    return {};
}

Done Service::prepareCertificate()
{
    if (!m_config.speaksTls())
        return {};
    // Its warnings stand among the notices of the settings already.
    const auto certificate = loadCertificate(m_config.tlsCertificateFile, m_config.tlsKeyFile, m_clock.now());
    if (!certificate)
        return tl::unexpected<Error>(certificate.error().constFirst());
    m_certificate.put(*certificate);
    return {};
}

Done Service::openStore()
{
    if (const Done there = m_config.memoryMode ? Done() : checkNotVanished(BackupPlaces(m_config)); !there)
        return there;
    BackupProgress progress(u"create"_s);
    const auto backup = m_config.memoryMode
                            ? Result<std::optional<BackupInfo>>(std::nullopt)
                            : backUpBeforeMigration(BackupPlaces(m_config), m_clock.now(), progress);
    if (!backup)
        return tl::unexpected<Error>(backup.error());
    if (*backup)
        logLine(lcService(), LogLevel::Info,
                u"The database is brought up to date; a backup of before was made."_s,
                {{u"schema"_s, (*backup)->schema}, {u"backup"_s, (*backup)->id}});
    DatabaseOptions options;
    options.inMemory = m_config.memoryMode;
    options.path = m_config.memoryMode ? u":memory:"_s : m_config.databasePath;
    auto writer = StoreThread::start(options, m_config.timeZone);
    if (!writer)
        return tl::unexpected<Error>(writer.error());
    m_writer = std::move(*writer);
    if (m_config.memoryMode) {
        m_sealKey = std::make_unique<SealKey>(SealKey::ephemeral());
    } else {
        options.readOnly = true;
        auto reader = StoreThread::start(options, m_config.timeZone);
        if (!reader)
            return tl::unexpected<Error>(reader.error());
        m_reader = std::move(*reader);
        auto sealKey = SealKey::loadOrCreate(m_config.dataDirectory + u"/seal-key"_s);
        if (!sealKey)
            return tl::unexpected<Error>(sealKey.error());
        m_sealKey = std::make_unique<SealKey>(std::move(*sealKey));
    }
    auto instance = m_writer->run([](Database &database) { return database.meta(u"instance"_s); }).result();
    if (!instance)
        return tl::unexpected<Error>(instance.error());
    m_instance = *instance;
    m_backups = std::make_unique<BackupKeeper>(m_config, m_clock, *m_writer);
    m_books = std::make_unique<BooksKeeper>(m_config, m_clock, *m_writer, m_reader ? *m_reader : *m_writer);
    return {};
}

// Before the keys are loaded: their counters hold what a crash left in doubt.
Done Service::openLeases()
{
    if (m_config.memoryMode)
        return {};
    const auto counted = m_writer
                             ->run([this](Database &database) {
                                 return leasestore::countAsSpent(database, m_clock.now(), m_config.timeZone);
                             })
                             .result();
    if (!counted)
        return tl::unexpected<Error>(counted.error());
    for (auto it = counted->keyValueBegin(); it != counted->keyValueEnd(); ++it)
        logLine(lcService(), LogLevel::Warning,
                u"The service was killed: what this key may have spent meanwhile counts as spent."_s,
                {{u"key"_s, it->first.value},
                 {u"requests"_s, it->second.requests},
                 {u"tokens"_s, it->second.tokens}});
    m_leases = std::make_unique<LeaseDesk>(*m_writer, m_clock);
    m_leaseTimer.start();
    return {};
}

Done Service::loadKeys()
{
    m_keyring = std::make_unique<Keyring>(m_config.timeZone, m_config.defaultLimits, m_leases.get());
    const auto contents =
        m_writer->run([](Database &database) { return keystore::loadContents(database); }).result();
    if (!contents)
        return tl::unexpected<Error>(contents.error());
    m_keyring->replaceAll(*contents);
    return {};
}

Done Service::loadProviders()
{
    StoredProvider fromSettings;
    if (!m_config.upstreamBaseUrl.isEmpty()) {
        Provider &provider = fromSettings.provider;
        provider.id = {u"settings"_s};
        provider.name = m_config.upstreamBaseUrl.host();
        provider.baseUrl = m_config.upstreamBaseUrl;
        provider.secretMask = maskSecret(m_config.upstreamSecret);
        provider.privateCa = m_config.upstreamPrivateCa;
        provider.source = ProviderSource::Settings;
        provider.createdAt = provider.updatedAt = m_clock.now();
        fromSettings.secret = m_config.upstreamSecret;
    }
    m_providers = std::make_unique<ProviderList>(fromSettings);
    const auto stored =
        m_writer->run([this](Database &database) { return providerstore::loadAll(database, *m_sealKey); })
            .result();
    if (!stored)
        return tl::unexpected<Error>(stored.error());
    m_providers->replaceStored(*stored);
    return {};
}

Done Service::startLanes()
{
    m_connections = planConnections(m_config.lanes, m_config.maximumConnections);
    auto listeners = openListeners(m_config.host, m_config.port, m_config.lanes);
    if (!listeners)
        return tl::unexpected<Error>(listeners.error());
    m_port = m_adminPort = listeners->port;
    QList<int> unused = listeners->descriptors;
    const auto closeUnused = qScopeGuard([&unused] {
        for (const int descriptor : std::as_const(unused))
            ::close(descriptor);
    });
    // Taken down without draining, the API still hears what its lanes had handed over; nobody waits for it.
    const auto testProvider = [this](const StoredProvider &provider) {
        return m_lanes.empty() ? QtFuture::makeReadyFuture(ProviderTest())
                               : m_lanes.front()->testProvider(provider);
    };
    m_context.reset(new AdminContext{m_config, m_clock, m_adminToken, m_instance, m_clock.now(), *m_keyring,
                                     *m_writer, m_reader ? *m_reader : *m_writer, *m_providers, *m_sealKey,
                                     m_metrics, *m_backups, *m_books, m_config.lanes, testProvider,
                                     m_connections, m_config.speaksTls() ? &m_certificate : nullptr});
    prepareSwap();
    const qint64 explained = m_config.explainedRequests;
    for (int lane = 0; explained > 0 && lane < m_config.lanes; ++lane) {
        m_shelves.push_back(
            std::make_unique<RequestShelf>(size_t((explained + m_config.lanes - 1) / m_config.lanes)));
        m_context->shelves.push_back(m_shelves.back().get());
    }
    m_admin = std::make_unique<AdminApi>(*m_context);
    if (m_config.adminListen) {
        const auto &[host, port] = *m_config.adminListen;
        const auto listener = openListeners(host, port, 1, u"ADMIN_LISTEN"_s);
        if (!listener)
            return tl::unexpected<Error>(listener.error());
        m_adminPort = listener->port;
        if (Done started = startAdmin(listener->descriptors.constFirst()); !started)
            return started;
    }
    // From here on a lane owns its descriptor, whether it starts or not.
    while (!unused.isEmpty()) {
        if (Done started = startLane(unused.takeFirst()); !started)
            return started;
    }
    return {};
}

void Service::prepareSwap()
{
    if (m_config.memoryMode)
        return;
    m_swap = std::make_unique<StoreSwap>(
        StoreSwap::Parts{*m_writer, *m_reader, *m_leases, *m_keyring, *m_providers, *m_sealKey, *m_backups,
                         *m_books, *m_context, [this](const auto &call) { whileLanesHold(call); }});
    m_backups->setSwap([this](const auto &exchange, const auto &prove, const auto &undo) {
        return m_swap->run(exchange, prove, undo);
    });
}

void Service::whileLanesHold(const std::function<void()> &call)
{
    const auto arrived = std::make_shared<std::latch>(std::ptrdiff_t(m_lanes.size()));
    std::promise<void> end;
    const std::shared_future<void> ended = end.get_future().share();
    for (const auto &lane : m_lanes)
        lane->hold(arrived, ended);
    arrived->wait();
    call();
    end.set_value();
}

Done Service::startAdmin(int descriptor)
{
    m_adminListener =
        std::make_unique<AdminListener>(m_config, *m_admin, m_metrics.addLane(), m_context->certificate);
    connect(m_adminListener.get(), &AdminListener::drained, this, &Service::frontDrained);
    return m_adminListener->start(descriptor);
}

Done Service::startLane(int descriptor)
{
    const auto door = m_config.adminListen ? AdminApi::Door::Holders : AdminApi::Door::All;
    const auto toAdmin = [this, door](HttpRequest request, QByteArray requestId,
                                      std::function<void(HttpAnswer)> reply) {
        QMetaObject::invokeMethod(m_admin.get(),
                                  [this, door, request = std::move(request), requestId = std::move(requestId),
                                   reply = std::move(reply)] {
                                      m_admin->handle(request, requestId, door).then(m_admin.get(), reply);
                                  });
    };
    auto lane = std::make_unique<Lane>(LaneOptions{
        m_config, m_clock, *m_keyring, *m_providers, *m_writer, m_metrics.addLane(), m_connections,
        m_context->certificate, toAdmin, m_shelves.empty() ? nullptr : m_shelves.at(m_lanes.size()).get()});
    connect(lane.get(), &Lane::drained, this, &Service::frontDrained);
    m_lanes.push_back(std::move(lane));
    return m_lanes.back()->start(descriptor);
}

QUrl Service::url() const
{
    return ListenAddress{m_config.host, m_port}.url(m_config.speaksTls());
}

QUrl Service::adminUrl() const
{
    return ListenAddress{m_config.adminAddress().host, m_adminPort}.url(m_config.speaksTls());
}

// For the command line on this host.
void Service::announce()
{
    m_lock.announce(adminUrl(), m_config.speaksTls() ? m_certificate.get()->fingerprint : QByteArray());
}

void Service::reload()
{
    if (!m_config.speaksTls() || m_stopping)
        return;
    if (m_certificate.reload(m_config.tlsCertificateFile, m_config.tlsKeyFile, m_clock.now()))
        announce();
}

void Service::stop()
{
    if (m_stopping)
        return cutAll();
    m_stopping = true;
    m_purgeTimer.stop();
    m_graceTimer.start(m_config.shutdownGrace);
    for (const auto &lane : m_lanes)
        lane->drain();
    if (m_adminListener)
        m_adminListener->drain();
}

void Service::cutAll()
{
    for (const auto &lane : m_lanes)
        lane->cutAll();
    if (m_adminListener)
        m_adminListener->cutAll();
}

void Service::frontDrained()
{
    if (++m_frontsDrained < m_lanes.size() + (m_adminListener ? 1 : 0))
        return;
    m_graceTimer.stop();
    // The admin listener may be what tells it, and must not go while it does.
    QMetaObject::invokeMethod(
        this,
        [this] {
            takeDown();
            m_stopped = true;
            Q_EMIT stopped();
        },
        Qt::QueuedConnection);
}

void Service::takeDown()
{
    // Against the order of building. Requests that were cut settle while their lane ends, before the books close;
    // what the books still had to tell the admin API is heard before it goes.
    m_lanes.clear();
    m_adminListener.reset();
    m_leaseTimer.stop();
    if (m_leases && m_keyring)
        m_leases->takeBackAll(m_keyring->accounts());
    if (m_books)
        m_books->end();
    if (m_backups)
        m_backups->end();
    if (m_reader)
        m_reader->stop();
    if (m_writer)
        m_writer->stop();
    if (m_admin)
        QCoreApplication::sendPostedEvents(m_admin.get(), QEvent::MetaCall);
    m_admin.reset();
    m_backups.reset();
}

void Service::purgeDeletedKeys()
{
    service::purgeDeletedKeys(*m_context, this);
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/keyring.h"
#include "service/config.h"
#include "service/http/servedcertificate.h"
#include "service/store/providerstore.h"
#include "service/store/requestshelf.h"
#include "service/store/storethread.h"
#include "service/telemetry/metrics.h"
#include "shared/clock.h"
#include "shared/provider.h"

#include <functional>

// What the admin routes work with; the service builds it and outlives them. All references belong to others.
namespace quota::service
{

class BackupKeeper;
class BooksKeeper;
class ProviderList;

struct AdminContext
{
    const Config &config;
    const Clock &clock;
    QByteArray adminToken;
    QString instance; // random id of the data directory
    Timestamp startedAt;
    Keyring &keyring;
    StoreThread &writer;
    StoreThread &reader; // the writer itself in memory mode
    ProviderList &providers;
    const SealKey &sealKey; // for the secrets of providers at rest
    const Metrics &metrics;
    BackupKeeper &backups;
    const BooksKeeper &books;
    int lanes = 1;
    // Asks an upstream in stages; a lane does the network part. The future finishes in the main thread.
    std::function<QFuture<ProviderTest>(const StoredProvider &)> testProvider;
    // What a lane takes: fewer than the settings ask for where this host lets the service open too few files.
    int connections = config.maximumConnections;
    const ServedCertificate *certificate = nullptr; // null: plain HTTP
    std::vector<const RequestShelf *> shelves{};    // the last requests of each lane

    // Runs the job in the reader after all that has settled until now is committed, so that an answer never
    // lags behind the request before it. F: Result<T>(Database &).
    template <class F>
    auto history(F job) -> QFuture<std::invoke_result_t<F, Database &>>
    {
        if (&reader == &writer)
            return writer.run(std::move(job));
        return writer.run([](Database &) { return Done(); })
            .then([&reader = reader, job = std::move(job)](const Done &) { return reader.run(job); })
            .unwrap();
    }

    // The same for what a person waits for: after so long without the writer, what is committed is good enough.
    template <class F>
    auto soonHistory(F job) -> QFuture<std::invoke_result_t<F, Database &>>
    {
        if (&reader == &writer)
            return writer.run(std::move(job));
        return committed(longestHistoryWait)
            .then([&reader = reader, job = std::move(job)] { return reader.run(job); })
            .unwrap();
    }
    static constexpr std::chrono::milliseconds longestHistoryWait{1'000};

    // Finishes when all that has settled until now is committed, or after so long. Main thread.
    QFuture<void> committed(std::chrono::milliseconds longest);
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/fileexchange.h"
#include "service/backup/snapshot.h"
#include "service/store/database.h"

#include <QFileInfo>

#include <functional>

// Putting a backup back, with a running service or without: proven first, compared, a safety backup of what is there,
// all files exchanged at once, the new store opened and proven, and everything put back by itself when that fails.
// Blocks; for a thread that may wait.
namespace quota::service
{

struct RestoreRequest
{
    QString archive; // path
    RestoreScope scope = RestoreScope::All;
    QByteArray passphrase;
    bool dryRun = false;
    Timestamp now;
    QString actor;
};

struct RestorePlaces : BackupPlaces
{
    explicit RestorePlaces(const Config &config)
        : BackupPlaces(config)
        , journal(config.dataDirectory + QStringLiteral("/restore.journal"))
        , envFile(config.envFile.isEmpty() ? config.dataDirectory + QStringLiteral("/config.env")
                                           : config.envFile)
        , hasEnvFile(!config.envFile.isEmpty())
    {
        // A link stays, and what it leads to is exchanged: there SQLite keeps its journal, too.
        for (QString *path : {&database, &envFile}) {
            if (const QFileInfo file(*path); file.isSymLink() && file.exists())
                *path = file.canonicalFilePath();
        }
    }

    QString journal;
    QString envFile; // which the settings go to
    bool hasEnvFile;

    // Not, say, /dev/null: what takes its place would be all programs'.
    bool envFileIsPlain() const { return !QFileInfo::exists(envFile) || QFileInfo(envFile).isFile(); }
};

// How the store is reached. The offline ones open the file themselves.
struct RestoreStore
{
    // Closes the store, calls exchange, opens the store again and lets prove look at it; when that succeeds, it is for
    // good. When one of these fails, it closes again, calls undo, and opens what was there before.
    using Exchange = std::function<Done()>;
    using Prove = std::function<Result<qint64>(Database &)>;
    std::function<Result<qint64>(const Exchange &exchange, const Prove &prove, const Exchange &undo)> swap;
    // As BackupRequest::copy, for the safety backup.
    std::function<Done(const QString &path)> copy;
    // Runs it with the writing connection; how many keys there are then.
    std::function<Result<qint64>(const std::function<Result<qint64>(Database &)> &)> change;
};

RestoreStore offlineStore(const QString &databasePath);

Result<RestoreOutcome> restoreBackup(const RestorePlaces &places, const RestoreRequest &request,
                                     const RestoreStore &store, BackupProgress &progress,
                                     const FileExchange::Step &step = {});

// Before anything else opens the store: finishes or undoes a restore that was interrupted, and clears scratch places.
// Under the lock of the data directory. A text for the log; empty: there was nothing to do.
Result<QString> recoverRestore(const QString &dataDirectory);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/backupdirectory.h"
#include "service/backup/progress.h"
#include "service/config.h"

#include <functional>

// Making a backup, while the service runs or not: a consistent copy of the database, the settings and perhaps the
// seal key, packed, proven, and only then given its name. Blocks; for a thread that may wait.
namespace quota::service
{

// Where a data directory keeps what backups are made of and from.
struct BackupPlaces
{
    explicit BackupPlaces(const Config &config)
        : database(config.databasePath)
        , sealKey(config.dataDirectory + QStringLiteral("/seal-key"))
        , scratch(config.dataDirectory + QStringLiteral("/scratch"))
        , directory(config.backupDirectory)
        , settings(config.given)
        , maximumBytes(config.backupMaximumSize)
    {}

    QString database; // empty in memory mode
    QString sealKey;
    QString scratch;
    BackupDirectory directory;
    QList<GivenSetting> settings;
    qint64 maximumBytes;
};

struct BackupRequest
{
    BackupKind kind = BackupKind::Manual;
    QByteArray passphrase; // empty: not encrypted
    Timestamp now;
    // Writes a consistent copy of the database to this new file; null: of the file at BackupPlaces::database.
    std::function<Done(const QString &path)> copy;
};

// A consistent copy of all that is committed now, in a new file; writers are not kept waiting.
Done copyDatabaseFile(const QString &database, const QString &path);
// The backup as it is listed from now on; it is good.
Result<BackupInfo> makeBackup(const BackupPlaces &places, const BackupRequest &request,
                              BackupProgress &progress);
// Proves one that is there, and keeps what was found. A damaged one is a value; an Error is a failure to look.
Result<BackupInfo> verifyListed(const BackupPlaces &places, const QString &id, const QByteArray &passphrase,
                                Timestamp now, BackupProgress &progress);
// An archive that came from elsewhere, in a part file of the directory: proven, then named as a foreign one. An encrypted
// one stays unproven until somebody gives its passphrase. With an Error it is not in the list; the part is the caller's.
Result<BackupInfo> takeArchive(const BackupPlaces &places, const QString &part, Timestamp now,
                               BackupProgress &progress);
// Lets go of those that have had their time; their ids.
Result<QStringList> pruneBackups(const BackupDirectory &directory, const Retention &retention,
                                 const QTimeZone &zone);

}

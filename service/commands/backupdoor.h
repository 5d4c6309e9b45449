// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/commandparser.h"
#include "shared/backupinfo.h"

#include <memory>

// What the backup verbs need, done by a running service over its admin API, or here on the data directory when none
// runs: the verbs do not see the difference.
namespace quota::service
{

class BackupDoor
{
public:
    BackupDoor() = default;
    virtual ~BackupDoor() = default;
    Q_DISABLE_COPY_MOVE(BackupDoor)

    virtual Result<BackupInfo> create(const QByteArray &passphrase) = 0;
    virtual Result<BackupList> list() = 0;
    virtual Result<BackupInfo> verify(const QString &id, const QByteArray &passphrase) = 0;
    virtual Result<QStringList> prune() = 0;
    // A copy of the archive, in a file that must not be there.
    virtual Done fetch(const QString &id, const QString &path) = 0;

    struct Restore
    {
        QString what; // an id, or the path of a file here
        bool isFile = false;
        RestoreScope scope = RestoreScope::All;
        bool dryRun = false;
        QByteArray passphrase;
    };
    virtual Result<RestoreOutcome> restore(const Restore &restore) = 0;

    // Says an Error with its cure; returns ExitRefused.
    virtual int refused(const Error &error) = 0;

    static void addOptions(CommandParser &parser);
    // After parse(). With --url the service there; else the one that runs on the data directory, or the directory
    // itself, which mayBeNew makes when it is not there.
    static tl::expected<std::unique_ptr<BackupDoor>, int> open(const CommandParser &parser,
                                                               bool mayBeNew = false);
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/archive.h"

#include <QTemporaryDir>

#include <memory>

// The proof that an archive can be restored: unpacked in a scratch place, its digests right, the database intact and
// its rows as many as the manifest says. Creating, listing, verifying and restoring all mean this by «good».
namespace quota::service
{

struct BackupContents
{
    int schema = 0;
    QString instance;
    QMap<QString, qint64> rows; // of every table
};

// Integrity, foreign keys, and the count of every table of a database that nobody writes.
Result<BackupContents> examineDatabase(const QString &path);

struct VerifiedBackup
{
    UnpackedBackup unpacked;
    BackupContents contents;
    std::unique_ptr<QTemporaryDir> scratch; // what is unpacked lives as long
};

struct VerifyRequest
{
    QString archive;
    QString scratch; // a directory with room, in which one of our own is made
    QByteArray passphrase;
    qint64 maximumBytes = 0;
};
Result<VerifiedBackup> verifyBackup(const VerifyRequest &request, BackupProgress &progress);

// A directory of our own below this one; its name says whose it is, so that a later start can clear what a kill left.
Result<std::unique_ptr<QTemporaryDir>> makeScratch(const QString &below);

}

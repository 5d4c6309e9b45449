// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/manifest.h"
#include "service/backup/progress.h"

#include <QIODevice>

// From files to one archive and back. Packing writes the manifest first; unpacking believes nothing: names, kinds,
// sizes and counts are bounded while it reads, and what comes out has the digests of the manifest, or an Error says
// what is wrong. An archive without a manifest is one that somebody made with tar; its database is found by what it
// is.
namespace quota::service
{

struct FileToPack
{
    QString member;
    QString path;
};

// Fills in the manifest's members.
Done packArchive(QIODevice &target, BackupManifest &manifest, const QList<FileToPack> &files,
                 BackupProgress &progress);

struct UnpackRequest
{
    QString archive;
    QString directory; // an empty one of our own
    QByteArray passphrase;
    qint64 maximumBytes = 0; // of all that comes out
};

struct UnpackedBackup
{
    std::optional<BackupManifest> manifest; // none: made by hand
    bool encrypted = false;
    QString database;
    QString settings; // empty: there are none
    QString sealKey;  // empty: there is none
};

Result<UnpackedBackup> unpackArchive(const UnpackRequest &request, BackupProgress &progress);

}

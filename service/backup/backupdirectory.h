// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/backupinfo.h"

// The directory of the archives: their names, what is known of each, and how a new one gets its name only when it is
// whole. Beside an archive lies a small file with what was found when it was verified; it counts as long as the
// archive has not changed since. An id is a file's name, so one that leads elsewhere names nothing.
namespace quota::service
{

class BackupDirectory
{
public:
    explicit BackupDirectory(QString path)
        : m_path(std::move(path))
    {}

    const QString &path() const { return m_path; }
    // Makes it, for this user alone, and clears what killed processes left half-made.
    Done prepare() const;
    // Newest first; a directory that is not there has none.
    Result<QList<BackupInfo>> list() const;
    Result<BackupInfo> find(const QString &id) const;
    QString pathOf(const QString &id) const { return m_path + u'/' + id; }
    // Keeps what is known of it.
    Done remember(const BackupInfo &backup) const;
    Done remove(const QString &id) const;

    // «quota-proxy-20261127T141107Z.tar.gz», and a number where that is taken.
    QString freeName(Timestamp time, BackupKind kind, bool encrypted) const;
    // Where the bytes go before the archive has its name.
    QString partPath(const QString &id) const;
    // On disk to the last byte, then named; never over another one.
    Done publish(const QString &partPath, const QString &id) const;

    static bool isId(const QString &text);

private:
    BackupInfo describe(const QString &id) const;
    QString notePath(const QString &id) const;
    QString m_path;
};

// Gives the bytes of a file, or the names of a directory, to the disk.
Done syncToDisk(const QString &path);

}

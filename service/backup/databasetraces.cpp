// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/databasetraces.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

static QString traceOf(const BackupPlaces &places)
{
    const QFileInfo database(places.database);
    const QDir directory = database.absoluteDir();
    if (const QString journal = places.database + u"-wal"_s; QFileInfo(journal).size() > 0)
        return journal;
    const QString name = database.fileName();
    const QStringList kept = directory.entryList(
        {name + u".damaged-*"_s, name + u".kept-*"_s, name + u".before-restore"_s}, QDir::Files);
    if (!kept.isEmpty())
        return directory.filePath(kept.constFirst());
    if (QFileInfo::exists(places.sealKey))
        return places.sealKey;
    const auto backups = places.directory.list();
    return backups && !backups->isEmpty() ? places.directory.pathOf(backups->constFirst().id) : QString();
}

Done checkNotVanished(const BackupPlaces &places)
{
    const QFileInfo database(places.database);
    if (places.database.isEmpty() || database.exists())
        return {};
    if (database.isSymLink()) {
        return failure(ErrorCode::Storage,
                       u"The database %1 is a link to %2, where nothing is. Is the disk mounted? Nothing was "
                       "made."_s.arg(places.database, database.symLinkTarget()));
    }
    const QString trace = traceOf(places);
    if (trace.isEmpty())
        return {};
    return failure(ErrorCode::Storage,
                   u"The database %1 is gone: there has been one, for %2 is there. Nothing was made. Put the "
                   u"last good backup "
                   "back (quota-proxy backup list, quota-proxy backup restore NAME), or begin anew without "
                   "keys with quota-proxy "
                   "database init. If it is elsewhere, give its place with DATABASE_URL or DATA_DIR."_s.arg(
                       places.database, trace));
}

// Whoever has it open keeps a lock on these bytes (https://www.sqlite.org/fileformat2.html#lock_byte_page). Closing a
// descriptor of ours is safe here: there is no connection whose locks it could drop.
Done checkNotOpen(const QString &path)
{
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return {}; // who reads it says why
    struct flock lock
    {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = 0x40000000;
    lock.l_len = 512;
    const bool isKnown = ::fcntl(descriptor, F_GETLK, &lock) == 0;
    ::close(descriptor);
    if (!isKnown || lock.l_type == F_UNLCK)
        return {};
    return failure(
        ErrorCode::Storage,
        u"The database %1 is open in another program (pid %2). Nothing was changed. Close that program, and "
        "try again."_s.arg(path)
            .arg(lock.l_pid));
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/snapshot.h"

#include "service/backup/sealedfile.h"
#include "service/backup/settingsfile.h"
#include "service/backup/sqlitefile.h"
#include "service/backup/verification.h"
#include "shared/version.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QScopeGuard>
#include <QStorageInfo>

#include <sys/statvfs.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

// A copy that fills the disk of the data directory would stop the books themselves.
static Done checkRoom(const BackupPlaces &places)
{
    constexpr qint64 spare = 64LL << 20;
    struct statvfs disk
    {};
    if (places.database.isEmpty() || ::statvfs(QFile::encodeName(places.scratch).constData(), &disk) != 0)
        return {};
    // The copy, and the copy that comes out of the archive again.
    const qint64 needed =
        2 * (QFileInfo(places.database).size() + QFileInfo(places.database + u"-wal"_s).size()) + spare;
    const qint64 free = qint64(disk.f_bavail) * qint64(disk.f_frsize);
    if (free >= needed)
        return {};
    return failure(
        ErrorCode::Storage,
        u"There is too little room in %1 for a backup: %2 MB are free, %3 MB are needed for the time it "
        "takes. Free some space."_s.arg(places.scratch)
            .arg(free >> 20)
            .arg((needed >> 20) + 1));
}

Done copyDatabaseFile(const QString &database, const QString &path)
{
    const auto source = SqliteFile::open(database, QFileInfo::exists(database + u"-wal"_s));
    if (!source)
        return tl::unexpected(source.error());
    return (*source)->copyTo(path);
}

static Result<std::optional<SealKey>> existingSealKey(const QString &path)
{
    if (!QFileInfo::exists(path))
        return std::optional<SealKey>();
    auto key = SealKey::loadOrCreate(path);
    if (!key)
        return tl::unexpected(key.error());
    return std::optional<SealKey>(std::move(*key));
}

static Done writeFile(const QString &path, const QByteArray &text)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner) ||
        file.write(text) != text.size() || !file.flush())
        return failure(ErrorCode::Storage, u"%1 cannot be written: %2."_s.arg(path, file.errorString()));
    return {};
}

// What goes into the archive, in the scratch place.
static Result<QList<FileToPack>> gather(const BackupPlaces &places, const BackupRequest &request,
                                        const QString &scratch, BackupProgress &progress)
{
    progress.begin("copy");
    const QString database = scratch + u"/copy.db"_s;
    if (const Done copied =
            request.copy ? request.copy(database) : copyDatabaseFile(places.database, database);
        !copied)
        return tl::unexpected(copied.error());
    const auto key = existingSealKey(places.sealKey);
    if (!key)
        return tl::unexpected(key.error());
    const QString settings = scratch + u"/config.env"_s;
    if (const Done written = writeFile(settings, settingsText(places.settings, *key)); !written)
        return tl::unexpected(written.error());
    QList<FileToPack> files{{QString(databaseMember), database}, {QString(settingsMember), settings}};
    // Only where a passphrase protects it: it opens what is sealed.
    if (!request.passphrase.isEmpty() && key->has_value())
        files.append({QString(sealKeyMember), places.sealKey});
    return files;
}

static Done packInto(const QString &path, BackupManifest &manifest, const QList<FileToPack> &files,
                     BackupProgress &progress)
{
    QFile target(path);
    if (!target.open(QIODevice::ReadWrite | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
        return failure(
            ErrorCode::Storage,
            u"The backup %1 cannot be written: %2. The service's user needs write permission on the "
            "directory."_s.arg(path, target.errorString()));
    if (Done packed = packArchive(target, manifest, files, progress); !packed)
        return packed;
    if (!target.flush())
        return failure(ErrorCode::Storage, u"The backup %1 cannot be written: %2. Free some space."_s.arg(
                                               path, target.errorString()));
    return {};
}

static Done sealInto(const QString &plainPath, const QString &path, const QByteArray &passphrase)
{
    QFile plain(plainPath);
    QFile sealed(path);
    if (!plain.open(QIODevice::ReadOnly) ||
        !sealed.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
        return failure(ErrorCode::Storage,
                       u"The backup %1 cannot be written: %2."_s.arg(path, sealed.errorString()));
    if (Done done = sealFile(plain, sealed, passphrase); !done)
        return done;
    if (!sealed.flush())
        return failure(ErrorCode::Storage, u"The backup %1 cannot be written: %2. Free some space."_s.arg(
                                               path, sealed.errorString()));
    return {};
}

static BackupInfo described(const VerifiedBackup &verified, Timestamp now)
{
    BackupInfo backup;
    backup.state = BackupState::Good;
    backup.verifiedAt = now;
    backup.createdAt = now;
    backup.encrypted = verified.unpacked.encrypted;
    backup.carriesSealKey = !verified.unpacked.sealKey.isEmpty();
    backup.schema = verified.contents.schema;
    backup.instance = verified.contents.instance;
    backup.rows = verified.contents.rows;
    if (verified.unpacked.manifest) {
        backup.version = verified.unpacked.manifest->version;
        backup.createdAt = verified.unpacked.manifest->created;
        backup.kind = verified.unpacked.manifest->kind;
    }
    return backup;
}

// Named when all else is done.
static Result<BackupInfo> publish(const BackupPlaces &places, BackupInfo backup, const QString &part)
{
    if (const Done published = places.directory.publish(part, backup.id); !published)
        return tl::unexpected(published.error());
    backup.size = QFileInfo(places.directory.pathOf(backup.id)).size();
    if (const Done noted = places.directory.remember(backup); !noted)
        return tl::unexpected(noted.error());
    return backup;
}

Result<BackupInfo> makeBackup(const BackupPlaces &places, const BackupRequest &request,
                              BackupProgress &progress)
{
    if (const Done good = request.passphrase.isEmpty() ? Done() : checkPassphrase(request.passphrase); !good)
        return tl::unexpected(good.error());
    if (const Done prepared = places.directory.prepare(); !prepared)
        return tl::unexpected(prepared.error());
    const auto scratch = makeScratch(places.scratch);
    if (!scratch)
        return tl::unexpected(scratch.error());
    if (const Done room = checkRoom(places); !room)
        return tl::unexpected(room.error());

    const auto files = gather(places, request, (*scratch)->path(), progress);
    if (!files)
        return tl::unexpected(files.error());
    const auto contents = examineDatabase(files->constFirst().path);
    if (!contents)
        return tl::unexpected(contents.error());
    BackupManifest manifest;
    manifest.version = productVersion;
    manifest.schema = contents->schema;
    manifest.instance = contents->instance;
    manifest.created = request.now;
    manifest.kind = request.kind;
    manifest.rows = contents->rows;

    const bool encrypted = !request.passphrase.isEmpty();
    const QString id = places.directory.freeName(request.now, request.kind, encrypted);
    const QString part = places.directory.partPath(id);
    const auto removePart = qScopeGuard([&part] { QFile::remove(part); });
    const QString packed = encrypted ? (*scratch)->path() + u"/plain.tar.gz"_s : part;
    if (const Done done = packInto(packed, manifest, *files, progress); !done)
        return tl::unexpected(done.error());
    QFile::remove(files->constFirst().path);
    if (const Done sealed = encrypted ? sealInto(packed, part, request.passphrase) : Done(); !sealed)
        return tl::unexpected(sealed.error());

    const auto verified =
        verifyBackup({part, places.scratch, request.passphrase, places.maximumBytes}, progress);
    if (!verified)
        return tl::unexpected(verified.error());
    BackupInfo backup = described(*verified, request.now);
    backup.id = id;
    // A safety backup is a part of what goes on.
    if (const Done go =
            request.kind == BackupKind::Safety ? progress.checkCancelled() : progress.beginChange();
        !go)
        return tl::unexpected(go.error());
    return publish(places, backup, part);
}

// That an archive is damaged is for who sent it to mend, unless the disk here was too small to find out.
static Error theirFault(Error error, const QString &scratch)
{
    constexpr qint64 little = 1 << 20;
    if (error.code == ErrorCode::Storage && QStorageInfo(scratch).bytesAvailable() > little) {
        error.code = ErrorCode::InvalidField;
        error.field = u"body"_s;
    }
    return error;
}

Result<BackupInfo> takeArchive(const BackupPlaces &places, const QString &part, Timestamp now,
                               BackupProgress &progress)
{
    QFile file(part);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Storage, u"%1 cannot be read: %2."_s.arg(part, file.errorString()));
    BackupInfo backup;
    backup.createdAt = now;
    backup.encrypted = isSealed(file);
    file.close();
    if (!backup.encrypted) {
        const auto verified = verifyBackup({part, places.scratch, {}, places.maximumBytes}, progress);
        if (!verified)
            return tl::unexpected(theirFault(verified.error(), places.scratch));
        backup = described(*verified, now);
    }
    backup.kind = BackupKind::Foreign;
    if (const Done go = progress.beginChange(); !go)
        return tl::unexpected(go.error());
    backup.id = places.directory.freeName(backup.createdAt, backup.kind, backup.encrypted);
    return publish(places, backup, part);
}

Result<BackupInfo> verifyListed(const BackupPlaces &places, const QString &id, const QByteArray &passphrase,
                                Timestamp now, BackupProgress &progress)
{
    auto listed = places.directory.find(id);
    if (!listed)
        return listed;
    const auto verified = verifyBackup(
        {places.directory.pathOf(id), places.scratch, passphrase, places.maximumBytes}, progress);
    if (!verified) {
        // What the caller gave, or broke off, says nothing of the archive.
        const ErrorCode code = verified.error().code;
        if (code == ErrorCode::InvalidField || code == ErrorCode::Cancelled)
            return tl::unexpected(verified.error());
        listed->state = BackupState::Damaged;
        listed->fault = verified.error().message;
        listed->verifiedAt = now;
    } else {
        const BackupInfo before = *listed;
        listed = described(*verified, now);
        listed->id = id;
        listed->size = before.size;
        if (before.kind == BackupKind::Foreign)
            listed->kind = before.kind;
    }
    if (const Done go = progress.beginChange(); !go)
        return tl::unexpected(go.error());
    if (const Done noted = places.directory.remember(*listed); !noted)
        return tl::unexpected(noted.error());
    return listed;
}

Result<QStringList> pruneBackups(const BackupDirectory &directory, const Retention &retention,
                                 const QTimeZone &zone)
{
    auto backups = directory.list();
    if (!backups)
        return tl::unexpected(backups.error());
    const QStringList expired = expiredBackups(std::move(*backups), retention, zone);
    for (const QString &id : expired) {
        if (const Done removed = directory.remove(id); !removed)
            return tl::unexpected(removed.error());
    }
    return expired;
}

}

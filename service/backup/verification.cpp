// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/verification.h"

#include "service/backup/sqlitefile.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace quota::service
{

Result<std::unique_ptr<QTemporaryDir>> makeScratch(const QString &below)
{
    if (!QDir().mkpath(below))
        return failure(
            ErrorCode::Storage,
            u"The directory %1 cannot be made. The service's user needs write permission on the data "
            "directory."_s.arg(below));
    auto scratch = std::make_unique<QTemporaryDir>(below + u"/XXXXXX"_s);
    if (!scratch->isValid())
        return failure(ErrorCode::Storage,
                       u"No scratch directory can be made in %1: %2."_s.arg(below, scratch->errorString()));
    return scratch;
}

static Error damaged(const QString &what)
{
    return Error{ErrorCode::Storage,
                 u"The database in the backup is damaged: %1. Take another backup."_s.arg(what),
                 {},
                 {}};
}

static Done checkIntegrity(SqliteFile &file)
{
    const auto integrity = file.text(u"PRAGMA integrity_check(1)"_s);
    if (!integrity)
        return tl::unexpected(integrity.error());
    if (*integrity != "ok"_L1)
        return tl::unexpected(damaged(integrity->simplified().left(200)));
    const auto orphans = file.rows(u"PRAGMA foreign_key_check"_s);
    if (!orphans)
        return tl::unexpected(orphans.error());
    if (!orphans->isEmpty())
        return tl::unexpected(damaged(u"%1 rows of %2 belong to nothing"_s.arg(
            QString::number(orphans->size()), orphans->constFirst().value(0).toString())));
    return {};
}

Result<BackupContents> examineDatabase(const QString &path)
{
    // A journal beside it is part of it, and must be worked in before it can be read.
    const auto file = SqliteFile::open(path, QFileInfo::exists(path + u"-wal"_s));
    if (!file)
        return tl::unexpected(file.error());
    if (const Done intact = checkIntegrity(**file); !intact)
        return tl::unexpected(intact.error());
    BackupContents contents;
    contents.schema = (*file)->schema();
    const auto tables = (*file)->rows(
        u"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"_s);
    if (!tables)
        return tl::unexpected(tables.error());
    for (const QVariantList &table : *tables) {
        const QString name = table.value(0).toString();
        const auto count =
            (*file)->number(u"SELECT count(*) FROM \"%1\""_s.arg(QString(name).replace(u'"', u"\"\""_s)));
        if (!count)
            return tl::unexpected(count.error());
        contents.rows.insert(name, *count);
    }
    if (!contents.rows.contains(u"keys"_s) || !contents.rows.contains(u"meta"_s))
        return tl::unexpected(damaged(u"the table of keys is missing"_s));
    const auto instance = (*file)->text(u"SELECT value FROM meta WHERE name = 'instance'"_s);
    if (!instance)
        return tl::unexpected(instance.error());
    contents.instance = *instance;
    return contents;
}

static Done compare(const BackupManifest &manifest, const BackupContents &contents)
{
    if (manifest.schema != contents.schema || manifest.instance != contents.instance)
        return tl::unexpected(damaged(u"it is not the one that the manifest describes"_s));
    if (manifest.rows == contents.rows)
        return {};
    for (auto it = contents.rows.begin(); it != contents.rows.end(); ++it) {
        if (manifest.rows.value(it.key(), -1) != it.value())
            return tl::unexpected(damaged(u"%1 has %2 rows, and the manifest says %3"_s.arg(
                it.key(), QString::number(it.value()), QString::number(manifest.rows.value(it.key())))));
    }
    return tl::unexpected(damaged(u"a table is missing"_s));
}

Result<VerifiedBackup> verifyBackup(const VerifyRequest &request, BackupProgress &progress)
{
    VerifiedBackup verified;
    auto scratch = makeScratch(request.scratch);
    if (!scratch)
        return tl::unexpected(scratch.error());
    verified.scratch = std::move(*scratch);
    auto unpacked = unpackArchive(
        {request.archive, verified.scratch->path(), request.passphrase, request.maximumBytes}, progress);
    if (!unpacked)
        return tl::unexpected(unpacked.error());
    verified.unpacked = std::move(*unpacked);
    progress.begin("check");
    auto contents = examineDatabase(verified.unpacked.database);
    if (!contents)
        return tl::unexpected(contents.error());
    verified.contents = std::move(*contents);
    if (verified.unpacked.manifest) {
        if (const Done same = compare(*verified.unpacked.manifest, verified.contents); !same)
            return tl::unexpected(same.error());
    }
    return verified;
}

}

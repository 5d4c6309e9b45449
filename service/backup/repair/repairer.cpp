// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/repairer.h"

#include "service/backup/databasetraces.h"
#include "service/backup/sqlitefile.h"
#include "service/backup/verification.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QScopeGuard>
#include <QTimeZone>

#include <algorithm>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

static bool isDamage(DatabaseFinding::Subject subject)
{
    return subject == DatabaseFinding::Subject::File || subject == DatabaseFinding::Subject::Integrity ||
           subject == DatabaseFinding::Subject::References;
}

static Error notRepaired(const QString &path, const Error &error)
{
    Error worse = error;
    if (error.code != ErrorCode::NotFound) {
        worse.message =
            u"The database %1 is not repaired, and nothing was changed: %2"_s.arg(path, error.message);
        return worse;
    }
    worse.message =
        u"The database %1 cannot be repaired: %2. Nothing was changed. Put the last good backup back: "
        "quota-proxy backup list, then quota-proxy backup restore NAME."_s.arg(
            path, error.message.endsWith(u'.') ? error.message.chopped(1) : error.message);
    return worse;
}

static void countTables(PreparedRepair &repair)
{
    const auto damaged = SqliteFile::open(repair.path);
    const auto fresh = SqliteFile::open(repair.fresh);
    const auto tables =
        fresh ? (*fresh)->rows(u"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT "
                               "LIKE 'sqlite\\_%' ESCAPE '\\'"_s)
              : Result<QList<QVariantList>>(QList<QVariantList>());
    for (const QVariantList &table : tables.value_or(QList<QVariantList>())) {
        const QString name = table.value(0).toString();
        const QString count = u"SELECT count(*) FROM \"%1\""_s.arg(name);
        RepairedTable counts;
        counts.after = (*fresh)->number(count).value_or(0);
        if (const auto before =
                damaged ? (*damaged)->number(count) : Result<qint64>(tl::unexpected(damaged.error())))
            counts.before = *before;
        repair.tables.insert(name, counts);
    }
}

static Done proveFresh(PreparedRepair &repair)
{
    const DatabaseReport proof = checkDatabase(repair.fresh, true);
    for (const DatabaseFinding &finding : proof.findings) {
        if (isDamage(finding.subject))
            return failure(ErrorCode::NotFound, u"what was salvaged is not sound: %1"_s.arg(finding.text));
        if (finding.subject == DatabaseFinding::Subject::Books)
            repair.left.append(finding);
    }
    return {};
}

Result<PreparedRepair> prepareRepair(const RestorePlaces &places, const QString &actor, Timestamp now)
{
    PreparedRepair repair;
    const QFileInfo file(places.database);
    repair.path = file.exists() ? file.canonicalFilePath() : places.database;
    if (const Done alone = checkNotOpen(repair.path); !alone)
        return tl::unexpected(alone.error());
    repair.found = checkDatabase(repair.path, false);
    repair.isNeeded = std::any_of(repair.found.findings.begin(), repair.found.findings.end(),
                                  [](const DatabaseFinding &finding) { return isDamage(finding.subject); });
    if (!repair.isNeeded)
        return repair;
    const auto pages = PageFile::open(repair.path);
    if (!pages)
        return tl::unexpected(pages.error());
    const bool hadScratch = QFileInfo::exists(places.scratch);
    auto scratch = makeScratch(places.scratch);
    if (!scratch)
        return tl::unexpected(scratch.error());
    repair.scratch = std::move(*scratch);
    repair.fresh = repair.scratch->filePath(u"quota.db"_s);
    Done done;
    if (const auto salvaged = salvage(**pages, repair.fresh, actor, now)) {
        repair.schema = salvaged->schema;
        repair.remarks = salvaged->remarks;
        done = proveFresh(repair);
    } else {
        done = tl::unexpected(salvaged.error());
    }
    if (!done) {
        repair.scratch.reset();
        if (!hadScratch)
            QDir().rmdir(places.scratch);
        return tl::unexpected(notRepaired(repair.path, done.error()));
    }
    countTables(repair);
    return repair;
}

static QString nameOfDamaged(const QString &path, Timestamp now)
{
    const QString stamp = QDateTime::fromMSecsSinceEpoch(toMilliseconds(now), QTimeZone::utc())
                              .toString(u"yyyyMMdd'T'HHmmss'Z'"_s);
    QString name = path + u".damaged-"_s + stamp;
    for (int number = 2; QFileInfo::exists(name); ++number)
        name = u"%1.damaged-%2-%3"_s.arg(path, stamp).arg(number);
    return name;
}

static Done moveBeside(const PreparedRepair &repair, const QString &staged)
{
    QFile::remove(staged);
    if (QFile::rename(repair.fresh, staged))
        return {};
    QFile::remove(staged);
    return failure(
        ErrorCode::Storage,
        u"%1 cannot be written. Nothing was changed. Free some space there, and look at who may write "
        "there."_s.arg(staged));
}

// Where it can take the damaged one's name: in the scratch place, which the next start clears, or beside the target when
// that is on another disk. As private as before, and its owner's: a repair by root must not lock the service's user out.
static Result<QString> stage(const PreparedRepair &repair)
{
    struct stat damaged
    {};
    struct stat fresh
    {};
    const bool isKnown = ::stat(QFile::encodeName(repair.path).constData(), &damaged) == 0 &&
                         ::stat(QFile::encodeName(repair.fresh).constData(), &fresh) == 0;
    QString staged = repair.fresh;
    if (!isKnown || damaged.st_dev != fresh.st_dev) {
        staged = repair.path + u".repairing"_s;
        if (const Done moved = moveBeside(repair, staged); !moved)
            return tl::unexpected(moved.error());
    }
    QFile::setPermissions(staged, QFile::ReadOwner | QFile::WriteOwner);
    if (::geteuid() == 0 && isKnown)
        (void)!::chown(QFile::encodeName(staged).constData(), damaged.st_uid, damaged.st_gid);
    return staged;
}

static Done proveInPlace(const PreparedRepair &repair)
{
    const auto file = SqliteFile::open(repair.path);
    if (!file)
        return tl::unexpected(file.error());
    const auto keys = (*file)->number(u"SELECT count(*) FROM keys"_s);
    if (!keys)
        return tl::unexpected(keys.error());
    if (*keys == repair.tables.value(u"keys"_s).after)
        return {};
    return failure(ErrorCode::Storage,
                   u"After the exchange the store has %1 keys instead of %2."_s.arg(
                       QString::number(*keys), QString::number(repair.tables.value(u"keys"_s).after)));
}

Result<QString> carryOutRepair(const RestorePlaces &places, PreparedRepair &repair, Timestamp now,
                               const FileExchange::Step &step)
{
    const auto staged = stage(repair);
    if (!staged)
        return tl::unexpected(staged.error());
    const auto removeStaged =
        qScopeGuard([&staged] { QFile::remove(*staged); }); // gone when it took its place
    const QString kept = nameOfDamaged(repair.path, now);
    FileExchange exchange(places.journal,
                          {{repair.path + u"-wal"_s, {}, kept + u"-wal"_s},
                           {repair.path + u"-shm"_s, {}, kept + u"-shm"_s},
                           {repair.path, *staged, kept}},
                          step);
    Done done = exchange.begin();
    if (done)
        done = exchange.exchange();
    if (done)
        done = proveInPlace(repair);
    if (!done) {
        if (const Done undone = exchange.undo(); !undone)
            return tl::unexpected(undone.error());
        return tl::unexpected(done.error());
    }
    if (const Done finished = exchange.keep(); !finished)
        return tl::unexpected(finished.error());
    for (const QLatin1StringView part : {""_L1, "-wal"_L1, "-shm"_L1}) {
        if (QFileInfo::exists(kept + part))
            QFile::setPermissions(kept + part, QFile::ReadOwner | QFile::WriteOwner);
    }
    return kept;
}

}

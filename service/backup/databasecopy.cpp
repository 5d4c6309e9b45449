// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/databasecopy.h"

#include "service/backup/databasetraces.h"
#include "service/backup/sqlitefile.h"
#include "service/backup/verification.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QScopeGuard>
#include <QTimeZone>

#include <algorithm>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

QString toString(SealKeyPart part)
{
    switch (part) {
    case SealKeyPart::None:
        return u"none"_s;
    case SealKeyPart::Same:
        return u"same"_s;
    case SealKeyPart::Comes:
        return u"comes"_s;
    case SealKeyPart::Other:
        return u"other"_s;
    }
    Q_UNREACHABLE();
}

using Counts = QMap<QString, qint64>;

static Result<Counts> countRows(SqliteFile &file)
{
    const auto tables = file.rows(
        u"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"_s);
    if (!tables)
        return tl::unexpected(tables.error());
    Counts counts;
    for (const QVariantList &table : *tables) {
        const QString name = table.value(0).toString();
        const auto count = file.number(u"SELECT count(*) FROM \"%1\""_s.arg(name));
        if (!count)
            return tl::unexpected(count.error());
        counts.insert(name, *count);
    }
    return counts;
}

static Result<Counts> countRows(const QString &path)
{
    const auto file = SqliteFile::open(path);
    if (!file)
        return tl::unexpected(file.error());
    return countRows(**file);
}

static QByteArray contentOf(const QString &path)
{
    QFile file(path);
    constexpr qint64 largest = 4096; // of a seal key, by far
    return file.open(QIODevice::ReadOnly) ? file.read(largest) : QByteArray();
}

static SealKeyPart judgeSealKey(const CopyRequest &request, const QString &target)
{
    if (!QFileInfo::exists(request.sealKey))
        return SealKeyPart::None;
    if (!QFileInfo::exists(target))
        return SealKeyPart::Comes;
    return contentOf(target) == contentOf(request.sealKey) ? SealKeyPart::Same : SealKeyPart::Other;
}

static Done checkTarget(const CopyRequest &request, const QFileInfo &target)
{
    const QFileInfo directory(target.absolutePath());
    if (!directory.isDir())
        return failure(
            ErrorCode::NotFound,
            u"The directory %1 of the copy does not exist. Create it, or give another place with --to."_s.arg(
                directory.filePath()));
    if (target.isDir())
        return failure(ErrorCode::InvalidField,
                       u"%1 is a directory: --to must name a file in it."_s.arg(target.filePath()));
    if (target.isSymLink() && !target.exists())
        return failure(ErrorCode::InvalidField,
                       u"%1 is a link to %2, where nothing is: give a file with --to."_s.arg(
                           target.filePath(), target.symLinkTarget()));
    if (target.exists() && target.canonicalFilePath() == QFileInfo(request.source).canonicalFilePath())
        return failure(ErrorCode::InvalidField,
                       u"%1 is the database itself: give another place with --to."_s.arg(target.filePath()));
    return target.exists() ? checkNotOpen(target.canonicalFilePath()) : Done();
}

static bool isEmpty(const Counts &counts)
{
    // Whatever somebody has changed in it stands in its audit log.
    const QStringList ofUse{u"keys"_s, u"providers"_s, u"requests"_s, u"audit"_s};
    return std::all_of(ofUse.begin(), ofUse.end(),
                       [&counts](const QString &table) { return counts.value(table) == 0; });
}

Result<CopyPlan> planCopy(const CopyRequest &request)
{
    const QFileInfo target(request.target);
    if (const Done good = checkTarget(request, target); !good)
        return tl::unexpected(good.error());
    CopyPlan plan;
    plan.targetExists = target.exists();
    plan.target = plan.targetExists ? target.canonicalFilePath() : target.absoluteFilePath();
    plan.sealKeyTarget = QFileInfo(plan.target).absolutePath() + u"/seal-key"_s;
    plan.sealKey = judgeSealKey(request, plan.sealKeyTarget);
    const auto source = SqliteFile::open(request.source);
    if (!source)
        return tl::unexpected(source.error());
    plan.schema = (*source)->schema();
    const auto instance = (*source)->text(u"SELECT value FROM meta WHERE name = 'instance'"_s);
    const auto here = countRows(**source);
    if (!instance || !here)
        return tl::unexpected(instance ? here.error() : instance.error());
    plan.instance = *instance;
    for (auto it = here->begin(); it != here->end(); ++it)
        plan.tables[it.key()].here = it.value();
    if (!plan.targetExists)
        return plan;
    // What cannot be read may be kept aside all the same.
    const auto there = countRows(plan.target);
    plan.targetIsEmpty = there && isEmpty(*there);
    for (auto it = there ? there->begin() : Counts::const_iterator(); there && it != there->end(); ++it)
        plan.tables[it.key()].there = it.value();
    return plan;
}

static Done copyPrivately(const QString &from, const QString &to)
{
    QFile::remove(to);
    QFile file(to);
    const QByteArray bytes = contentOf(from);
    if (bytes.isEmpty() ||
        !file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner) ||
        file.write(bytes) != bytes.size() || !file.flush())
        return failure(ErrorCode::Storage,
                       u"The seal key cannot be copied to %1. Nothing was changed. Look at the disk "
                       "and at who may write there."_s.arg(to));
    return {};
}

// A copy by root must not lock the service's user out of its new directory.
static void giveToOwnerOf(const QString &directory, const QString &path)
{
    struct stat owner
    {};
    if (::geteuid() == 0 && ::stat(QFile::encodeName(directory).constData(), &owner) == 0)
        (void)!::chown(QFile::encodeName(path).constData(), owner.st_uid, owner.st_gid);
}

// The copy is of one instant between the two counts of the source.
static Result<QMap<QString, CopiedTable>> prove(const CopyRequest &request, const CopyPlan &plan,
                                                const QString &staged)
{
    const auto contents = examineDatabase(staged);
    if (!contents)
        return tl::unexpected(contents.error());
    const auto after = countRows(request.source);
    if (!after)
        return tl::unexpected(after.error());
    QMap<QString, CopiedTable> tables = plan.tables;
    for (auto it = tables.begin(); it != tables.end(); ++it) {
        if (!it->here)
            continue;
        const qint64 copied = contents->rows.value(it.key(), -1);
        const qint64 later = after->value(it.key());
        if (copied < std::min(*it->here, later) || copied > std::max(*it->here, later))
            return failure(
                ErrorCode::Storage,
                u"The copy has %1 rows of %2, and the database %3. Nothing was changed; try again."_s.arg(
                    QString::number(copied), it.key(), QString::number(*it->here)));
        it->copied = copied;
    }
    if (contents->instance != plan.instance)
        return failure(ErrorCode::Storage,
                       u"The copy is of another instance. Nothing was changed; try again."_s);
    return tables;
}

static Done writeCopy(const CopyRequest &request, const QString &staged)
{
    for (const QLatin1StringView part : {""_L1, "-wal"_L1, "-shm"_L1, "-journal"_L1})
        QFile::remove(staged + part);
    // Private from its first byte on.
    QFile file(staged);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
        return failure(ErrorCode::Storage,
                       u"%1 cannot be written: %2. Nothing was changed. Give this user write "
                       "permission there."_s.arg(staged, file.errorString()));
    file.close();
    const auto source = SqliteFile::open(request.source);
    return source ? (*source)->copyTo(staged) : tl::unexpected(source.error());
}

static QString nameAside(const QString &path, Timestamp now)
{
    const QString stamp = QDateTime::fromMSecsSinceEpoch(toMilliseconds(now), QTimeZone::utc())
                              .toString(u"yyyyMMdd'T'HHmmss'Z'"_s);
    QString name = path + u".kept-"_s + stamp;
    for (int number = 2; QFileInfo::exists(name); ++number)
        name = u"%1.kept-%2-%3"_s.arg(path, stamp).arg(number);
    return name;
}

// A database that is there gets the commits of its journal first: killed between the two files, a later start must not
// find it without them. One that cannot be read stays as it is.
static void closeTarget(const QString &path)
{
    if (QFileInfo(path + u"-wal"_s).size() == 0)
        return;
    if (const auto file = SqliteFile::open(path, true))
        (void)(*file)->execute(u"PRAGMA wal_checkpoint(TRUNCATE)"_s);
}

static Done exchangeFiles(const CopyPlan &plan, const QString &staged, const QString &stagedKey,
                          const QString &aside, const FileExchange::Step &step)
{
    const QString journal = QFileInfo(plan.target).absolutePath() + u"/restore.journal"_s;
    const auto kept = [&aside](QLatin1StringView part) { return aside.isEmpty() ? QString() : aside + part; };
    QList<FileExchange::Item> items{{plan.target + u"-wal"_s, {}, kept("-wal"_L1)},
                                    {plan.target + u"-shm"_s, {}, {}},
                                    {plan.target, staged, kept(""_L1)}};
    if (!stagedKey.isEmpty())
        items.append({plan.sealKeyTarget, stagedKey,
                      plan.sealKey == SealKeyPart::Other ? kept("-seal-key"_L1) : QString()});
    FileExchange exchange(journal, items, step);
    Done done = exchange.begin();
    if (done)
        done = exchange.exchange();
    if (done)
        return exchange.keep();
    const Done undone = exchange.undo();
    return undone ? done : undone;
}

Result<CopyOutcome> carryOutCopy(const CopyRequest &request, const CopyPlan &plan,
                                 const FileExchange::Step &step)
{
    const QString directory = QFileInfo(plan.target).absolutePath();
    // What an interrupted copy to this place left.
    if (const auto recovered = FileExchange::recover(directory + u"/restore.journal"_s); !recovered)
        return tl::unexpected(recovered.error());
    const QString staged = plan.target + u".copying"_s;
    const bool takesKey = plan.sealKey == SealKeyPart::Comes || plan.sealKey == SealKeyPart::Other;
    const QString stagedKey = takesKey ? plan.sealKeyTarget + u".copying"_s : QString();
    const auto removeStaged = qScopeGuard([&] {
        for (const QString &file : {staged, staged + u"-journal"_s, stagedKey}) {
            if (!file.isEmpty())
                QFile::remove(file); // gone when it took its place
        }
    });
    if (const Done written = writeCopy(request, staged); !written)
        return tl::unexpected(written.error());
    auto tables = prove(request, plan, staged);
    if (!tables)
        return tl::unexpected(tables.error());
    if (const Done copied = takesKey ? copyPrivately(request.sealKey, stagedKey) : Done(); !copied)
        return tl::unexpected(copied.error());
    for (const QString &file : {staged, stagedKey}) {
        if (!file.isEmpty())
            giveToOwnerOf(directory, file);
    }
    if (plan.targetExists)
        closeTarget(plan.target);
    const QString aside = plan.targetExists ? nameAside(plan.target, request.now) : QString();
    if (const Done exchanged = exchangeFiles(plan, staged, stagedKey, aside, step); !exchanged)
        return tl::unexpected(exchanged.error());
    return CopyOutcome{*tables, aside};
}

}

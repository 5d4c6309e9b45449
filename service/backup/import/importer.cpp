// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/import/importer.h"

#include "service/backup/import/sourcecopy.h"
#include "service/backup/import/sourcefile.h"
#include "service/backup/sqlitefile.h"
#include "service/store/auditstore.h"
#include "service/store/keystore.h"
#include "service/store/usagebooks.h"

#include <QDateTime>
#include <QFileInfo>
#include <QSet>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

struct Present // what the store holds
{
    QSet<SecretHash> hashes;
    bool isEmpty = true;
};

}

// From a copy: opening the store itself would change files beside it.
static Result<Present> readPresent(const QString &database)
{
    Present present;
    if (!QFileInfo::exists(database))
        return present;
    const auto copy = SourceCopy::make(database);
    if (!copy)
        return tl::unexpected(copy.error());
    const auto file = SqliteFile::open((*copy)->path(), true);
    if (!file) {
        Error error = file.error();
        error.message.replace((*copy)->path(), database);
        return tl::unexpected(error);
    }
    const auto keys = (*file)->rows(u"SELECT secret_hash FROM keys"_s);
    const auto rows =
        (*file)->number(u"SELECT (SELECT count(*) FROM keys) + (SELECT count(*) FROM providers) + "
                        "(SELECT count(*) FROM (SELECT 1 FROM requests LIMIT 1))"_s);
    if (!keys || !rows) {
        Error error = keys ? rows.error() : keys.error();
        error.message.replace((*copy)->path(), database);
        return tl::unexpected(error);
    }
    for (const QVariantList &row : *keys)
        present.hashes.insert(row.value(0).toByteArray());
    present.isEmpty = *rows == 0;
    return present;
}

Result<PreparedImport> prepareImport(const BackupPlaces &places, const QString &path, Timestamp now)
{
    PreparedImport import;
    auto plan = readSource(path, now);
    if (!plan)
        return tl::unexpected(plan.error());
    const auto present = readPresent(places.database);
    if (!present)
        return tl::unexpected(present.error());
    import.plan = std::move(*plan);
    import.found = import.plan.keys.size();
    import.storeIsEmpty = present->isEmpty;
    QList<ImportedKey> coming;
    for (ImportedKey &imported : import.plan.keys) {
        if (present->hashes.contains(imported.secretHash)) {
            import.already += 1;
            continue;
        }
        imported.key.id = makeKeyId();
        coming.append(std::move(imported));
    }
    import.plan.keys = std::move(coming);
    return import;
}

static Timestamp startOf(const QDate &day, const QTimeZone &zone)
{
    return fromMilliseconds(day.startOfDay(zone).toMSecsSinceEpoch());
}

// Days as sums, and what the lifetime counter knows beyond them as an adjustment.
static Done writeUse(Database &database, UsageBooks &books, const ImportedKey &imported,
                     const QTimeZone &zone, const QString &actor, Timestamp now)
{
    std::vector<PastUse> uses;
    qint64 byDay = 0;
    for (auto day = imported.days.begin(); day != imported.days.end(); ++day) {
        const Timestamp start = startOf(day.key(), zone);
        // Before the epoch, or in days to come: nobody used a key then.
        if (day.value() == 0 || start > now || start < fromMilliseconds(0))
            continue;
        uses.push_back({imported.key.id, start, day.value()});
        byDay += day.value();
    }
    Done done = uses.empty() ? Done() : books.addPast(uses);
    const qint64 beyond = imported.requests - byDay;
    if (done && (beyond != 0 || imported.tokens != 0))
        done = usagestore::addImported(database, imported.key.id, beyond, imported.tokens, now, actor);
    if (!done || !imported.lastUsedAt)
        return done;
    return keystore::noteUse(database, imported.key.id, std::min(*imported.lastUsedAt, now));
}

// Those of keys that come now, and those of no key unless an earlier import brought them.
static Done writeDeeds(Database &database, const ImportPlan &plan)
{
    const QString origin = u"imported"_s;
    QHash<SecretHash, QString> ids;
    for (const ImportedKey &imported : plan.keys)
        ids.insert(imported.secretHash, imported.key.id.value);
    QList<ImportedDeed> coming;
    for (const ImportedDeed &deed : plan.deeds) {
        if (!deed.keyHash.isEmpty()) {
            if (ids.contains(deed.keyHash))
                coming.append(deed);
            continue;
        }
        const auto known = auditstore::has(database, deed.time, origin, u"imported."_s + deed.action);
        if (!known)
            return tl::unexpected(known.error());
        if (!*known)
            coming.append(deed);
    }
    for (const ImportedDeed &deed : std::as_const(coming)) {
        auto done = auditstore::append(database, deed.time, origin, u"imported."_s + deed.action,
                                       ids.value(deed.keyHash), deed.detail);
        if (!done)
            return done;
    }
    return {};
}

static Result<qint64> writeKeys(Database &database, const PreparedImport &import, const QTimeZone &zone,
                                const QString &actor, Timestamp now, BackupProgress &progress)
{
    UsageBooks books(database, zone);
    Done done = books.open();
    Transaction transaction(database);
    if (done)
        done = transaction.begin();
    progress.begin("write", import.plan.keys.size());
    for (const ImportedKey &imported : import.plan.keys) {
        if (done)
            done = progress.checkCancelled();
        if (done)
            done = keystore::insertWithin(database, {{imported.key, imported.secretHash, {}, {}}},
                                          u"import"_s, actor, now);
        if (done)
            done = writeUse(database, books, imported, zone, actor, now);
        if (!done)
            return tl::unexpected(done.error());
        progress.add(1);
    }
    if (done)
        done = writeDeeds(database, import.plan);
    if (done)
        done = auditstore::append(database, now, actor, u"database.import"_s, import.plan.kind,
                                  u"%1 of %2 keys came"_s.arg(import.plan.keys.size()).arg(import.found));
    const auto keys = done ? keystore::count(database) : Result<qint64>(tl::unexpected(done.error()));
    if (!keys)
        return tl::unexpected(keys.error());
    if (const Done committed = transaction.commit(); !committed)
        return tl::unexpected(committed.error());
    return *keys;
}

Result<ImportOutcome> runImport(const BackupPlaces &places, const PreparedImport &import,
                                const QTimeZone &zone, const QString &actor, Timestamp now,
                                BackupProgress &progress)
{
    ImportOutcome outcome;
    if (!import.storeIsEmpty) {
        BackupRequest request;
        request.kind = BackupKind::Safety;
        request.now = now;
        const auto backup = makeBackup(places, request, progress);
        if (!backup)
            return tl::unexpected(backup.error());
        outcome.backup = backup->id;
    }
    DatabaseOptions options;
    options.path = places.database;
    const auto database = Database::open(options);
    if (!database)
        return tl::unexpected(database.error());
    const auto keys = writeKeys(**database, import, zone, actor, now, progress);
    if (!keys)
        return tl::unexpected(keys.error());
    outcome.keys = *keys;
    return outcome;
}

}

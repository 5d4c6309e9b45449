// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/databasefile.h"

#include "service/backup/sqlitefile.h"
#include "service/backup/verification.h"
#include "service/store/bookscheck.h"
#include "service/store/database.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr qsizetype mostFindings = 100;

static QString journalOf(const QString &path)
{
    return path + u"-wal"_s;
}

static Done readContents(SqliteFile &file, DatabaseStatus &status)
{
    const auto tables = file.rows(
        u"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"_s);
    if (!tables)
        return tl::unexpected(tables.error());
    for (const QVariantList &table : *tables) {
        const QString name = table.value(0).toString();
        const auto count = file.number(u"SELECT count(*) FROM \"%1\""_s.arg(name));
        if (!count)
            return tl::unexpected(count.error());
        status.rows.insert(name, *count);
    }
    const auto facts = file.rows(
        u"SELECT (SELECT value FROM meta WHERE name = 'instance'), (SELECT value FROM meta WHERE name = "
        "'created'), (SELECT min(reserved_at) FROM requests), (SELECT max(reserved_at) FROM requests)"_s);
    if (!facts)
        return tl::unexpected(facts.error());
    const QVariantList row = facts->value(0);
    const auto instant = [&row](qsizetype column) -> std::optional<Timestamp> {
        if (row.value(column).isNull())
            return std::nullopt;
        return fromMilliseconds(row.value(column).toLongLong());
    };
    status.instance = row.value(0).toString();
    status.createdAt = instant(1);
    status.firstRequestAt = instant(2);
    status.lastRequestAt = instant(3);
    return {};
}

DatabaseStatus databaseStatus(const QString &path)
{
    const QFileInfo place(path);
    DatabaseStatus status;
    status.path = path;
    status.exists = place.exists();
    status.size = place.size();
    status.journalSize = QFileInfo(journalOf(path)).size();
    status.writable = place.isWritable() && QFileInfo(place.absolutePath()).isWritable();
    status.newestSchema = Database::newestSchema();
    if (!status.exists)
        return status;
    const auto file = SqliteFile::open(path);
    Done read = file ? Done() : tl::unexpected(file.error());
    if (file) {
        status.schema = (*file)->schema();
        read = readContents(**file, status);
    }
    if (!read)
        status.fault = read.error().message;
    return status;
}

QString toString(DatabaseFinding::Subject subject)
{
    switch (subject) {
    case DatabaseFinding::Subject::File:
        return u"file"_s;
    case DatabaseFinding::Subject::Integrity:
        return u"integrity"_s;
    case DatabaseFinding::Subject::References:
        return u"references"_s;
    case DatabaseFinding::Subject::Schema:
        return u"schema"_s;
    case DatabaseFinding::Subject::Books:
        return u"books"_s;
    }
    Q_UNREACHABLE();
}

static Done checkPages(SqliteFile &file, QList<DatabaseFinding> &findings)
{
    const auto faults = file.rows(u"PRAGMA integrity_check(%1)"_s.arg(mostFindings));
    if (!faults)
        return tl::unexpected(faults.error());
    for (const QVariantList &fault : *faults) {
        if (const QString text = fault.value(0).toString(); text != "ok"_L1)
            findings.append({DatabaseFinding::Subject::Integrity, text.simplified()});
    }
    return {};
}

static Done checkReferences(SqliteFile &file, QList<DatabaseFinding> &findings)
{
    const auto orphans = file.rows(u"PRAGMA foreign_key_check"_s);
    if (!orphans)
        return tl::unexpected(orphans.error());
    QMap<std::pair<QString, QString>, qint64> counts;
    for (const QVariantList &orphan : *orphans)
        ++counts[{orphan.value(0).toString(), orphan.value(2).toString()}];
    for (auto it = counts.begin(); it != counts.end(); ++it) {
        findings.append({DatabaseFinding::Subject::References,
                         u"%1 rows of %2 belong to rows of %3 that are not there"_s.arg(it.value())
                             .arg(it.key().first, it.key().second)});
    }
    return {};
}

static QString textOf(const BooksDiscrepancy &one)
{
    const QString whose = one.key.isEmpty() ? u"all keys"_s : one.key;
    const QString where = u"%1 from %2, %3"_s.arg(one.window, toIso(one.start), whose);
    switch (one.between) {
    case BooksDiscrepancy::Between::RowsAndSums:
        return u"the sums of the %1: %2 %3, and the rows say %4"_s.arg(where)
            .arg(one.found)
            .arg(one.figure)
            .arg(one.expected);
    case BooksDiscrepancy::Between::FineAndCoarseSums:
        return u"the sums of the %1: %2 %3, and the finer sums say %4"_s.arg(where)
            .arg(one.found)
            .arg(one.figure)
            .arg(one.expected);
    case BooksDiscrepancy::Between::SumsAndCounters:
        return u"the counter of the %1: %2 %3, and the sums say %4"_s.arg(where)
            .arg(one.found)
            .arg(one.figure)
            .arg(one.expected);
    }
    Q_UNREACHABLE();
}

// Through the store's own door, beside the connection that has worked a journal in.
static Done checkBooks(const QString &path, QList<DatabaseFinding> &findings)
{
    DatabaseOptions options;
    options.path = path;
    options.readOnly = true;
    const auto database = Database::open(options);
    if (!database)
        return tl::unexpected(database.error());
    const auto books = bookscheck::check(**database);
    if (!books)
        return tl::unexpected(books.error());
    for (const BooksDiscrepancy &one : books->named)
        findings.append({DatabaseFinding::Subject::Books, textOf(one)});
    if (books->total > books->named.size())
        findings.append({DatabaseFinding::Subject::Books,
                         u"%1 more figures that differ"_s.arg(books->total - books->named.size())});
    return {};
}

DatabaseReport checkDatabase(const QString &path, bool isOurs)
{
    DatabaseReport report;
    const auto unreadable = [&report](const Error &error) {
        report.findings.append({DatabaseFinding::Subject::File, error.message});
        return report;
    };
    const auto file = SqliteFile::open(path, isOurs && QFileInfo::exists(journalOf(path)));
    if (!file)
        return unreadable(file.error());
    report.schema = (*file)->schema();
    // One view of the file for all questions, while a service goes on writing.
    if (const Done begun = (*file)->execute(u"BEGIN"_s); !begun)
        return unreadable(begun.error());
    for (const auto check : {checkPages, checkReferences}) {
        if (const Done done = check(**file, report.findings); !done)
            return unreadable(done.error());
    }
    if (report.schema < Database::newestSchema()) {
        report.findings.append({DatabaseFinding::Subject::Schema,
                                u"the tables are of schema %1, and this program's are %2"_s.arg(report.schema)
                                    .arg(Database::newestSchema())});
        return report;
    }
    report.booksChecked = true;
    if (const Done done = checkBooks(path, report.findings); !done)
        return unreadable(done.error());
    return report;
}

Result<std::optional<BackupInfo>> backUpBeforeMigration(const BackupPlaces &places, Timestamp now,
                                                        BackupProgress &progress)
{
    if (places.database.isEmpty() || !QFileInfo::exists(places.database))
        return std::nullopt;
    {
        // What cannot be opened says so itself when the store opens it.
        const auto file = SqliteFile::open(places.database);
        if (!file || (*file)->schema() == Database::newestSchema())
            return std::nullopt;
    }
    BackupRequest request;
    request.kind = BackupKind::BeforeMigration;
    request.now = now;
    auto made = makeBackup(places, request, progress);
    if (!made) {
        return failure(
            ErrorCode::Storage,
            u"The database %1 is not changed to the tables of this program, for no backup of it could "
            "be made first: %2"_s.arg(places.database, made.error().message));
    }
    return std::move(*made);
}

}

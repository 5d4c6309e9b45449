// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/snapshot.h"

#include <QMap>

// What can be said of a database file without opening it as the store does: what it is, whether it is sound, whether
// its tables are of an older program. The database verbs ask, and the start of the service before it migrates. Reads
// only, beside a running service too.
namespace quota::service
{

struct DatabaseStatus
{
    QString path;
    bool exists = false;
    qint64 size = 0;
    qint64 journalSize = 0; // committed, not yet in the file itself
    bool writable = false;
    QString fault; // why nothing below is known; empty: it is
    int schema = 0;
    int newestSchema = 0; // that this program knows
    QString instance;
    std::optional<Timestamp> createdAt;
    QMap<QString, qint64> rows; // of every table
    std::optional<Timestamp> firstRequestAt;
    std::optional<Timestamp> lastRequestAt;
};
DatabaseStatus databaseStatus(const QString &path);

struct DatabaseFinding
{
    enum class Subject
    {
        File,       // it cannot be read as a database at all
        Integrity,  // pages, indexes
        References, // rows that belong to nothing
        Schema,     // older than this program; the next start brings it up to date
        Books       // rows, sums and counters do not add up
    };
    Subject subject = Subject::File;
    QString text;
};
QString toString(DatabaseFinding::Subject subject);

struct DatabaseReport
{
    int schema = 0;
    bool booksChecked = false; // those of an older schema cannot be
    QList<DatabaseFinding> findings;
};
// Integrity, references, schema and books; at most a hundred findings of each. isOurs: nobody else has the data
// directory, so that a journal left beside the file may be worked in.
DatabaseReport checkDatabase(const QString &path, bool isOurs);

// Before an existing file is migrated: a proven backup of what it was. Nothing when there is no file, or nothing to
// migrate.
Result<std::optional<BackupInfo>> backUpBeforeMigration(const BackupPlaces &places, Timestamp now,
                                                        BackupProgress &progress);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/import/importedkey.h"
#include "service/backup/snapshot.h"

// Taking over the keys of another system: read, compared with what is here, and written in one transaction after a
// safety backup. A key that is here already stays as it is, so that a second run changes nothing. Blocks; for a data
// directory that no service uses.
namespace quota::service
{

struct PreparedImport
{
    ImportPlan plan; // its keys are those that will come, and have their ids
    qint64 found = 0;
    qint64 already = 0; // here, deleted ones included
    bool storeIsEmpty = true;
};

// Changes nothing, neither the file nor the data directory.
Result<PreparedImport> prepareImport(const BackupPlaces &places, const QString &path, Timestamp now);

struct ImportOutcome
{
    QString backup;  // of what was there before; empty: there was nothing to lose
    qint64 keys = 0; // in the store now
};

// zone: of the days of the imported counts, and of the counters' windows.
Result<ImportOutcome> runImport(const BackupPlaces &places, const PreparedImport &import,
                                const QTimeZone &zone, const QString &actor, Timestamp now,
                                BackupProgress &progress);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/databasefile.h"
#include "service/backup/repair/salvage.h"
#include "service/backup/restore.h"

#include <QTemporaryDir>

// Repairing a database that no service uses: looked at, salvaged into a fresh file in a scratch place, proven there, and
// only then put in the place of the damaged one, which stays beside it. Nothing is changed before that. Blocks.
namespace quota::service
{

struct RepairedTable
{
    std::optional<qint64> before; // as far as the damaged file can be counted
    qint64 after = 0;
};

struct PreparedRepair
{
    QString path; // of the damaged file itself, where a link leads to it
    DatabaseReport found;
    bool isNeeded = false; // else nothing below is known
    int schema = 0;
    QMap<QString, RepairedTable> tables;
    QList<RepairRemark> remarks;
    QList<DatabaseFinding> left;            // what is still to be said of the new file
    QString fresh;                          // the new file
    std::unique_ptr<QTemporaryDir> scratch; // where it is, as long as this lives
};

// Leaves nothing behind when the result is let go.
Result<PreparedRepair> prepareRepair(const RestorePlaces &places, const QString &actor, Timestamp now);

// Where the damaged file stays from now on.
Result<QString> carryOutRepair(const RestorePlaces &places, PreparedRepair &repair, Timestamp now,
                               const FileExchange::Step &step = {});

}

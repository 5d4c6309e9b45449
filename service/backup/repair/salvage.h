// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/repair/pagefile.h"
#include "shared/clock.h"

#include <QStringList>

// Takes every row that can be read out of a damaged database into a fresh one of the same schema, and makes up for what
// is lost where the rest knows it: words of the dictionary, sums, counters. Keys whose limits may be incomplete are
// disabled, so that none becomes unlimited. Reads the damaged file only.
namespace quota::service
{

struct RepairRemark // what is lost, or not as it was
{
    QString table;
    const char *text = nullptr; // to be translated, with places for the arguments
    QStringList arguments;
};

struct SalvagedDatabase
{
    int schema = 0;
    QList<RepairRemark> remarks;
};

// path: of the fresh database; there is no such file yet. An error when there is nothing of ours in the pages.
Result<SalvagedDatabase> salvage(const PageFile &pages, const QString &path, const QString &actor,
                                 Timestamp now);

}

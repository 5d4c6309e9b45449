// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/repair/treereader.h"

#include <QMap>

// Which schema a damaged file has, by the definitions that can still be read in it, and where its tables begin. The
// salvage asks.
namespace quota::service
{

struct SavedSchema
{
    int version = 0;
    bool isOurs = false;         // else nothing in it says so
    QMap<QString, qint64> roots; // of tables and indexes; those that are known
    QStringList strangers;       // tables that no program of ours has made
    bool isWhole = true;
};

Result<SavedSchema> readSavedSchema(const PageFile &pages, const QString &path);

}

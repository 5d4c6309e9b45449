// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/import/importedkey.h"
#include "shared/result.h"

// A file of another system, told apart by what is in it, never by its name: a SQLite database, JSON or CSV. Reads it
// without changing it, and hands it to the mapper of its family. Blocks.
namespace quota::service
{

inline constexpr qint64 maximumImportText = 256LL * 1024 * 1024; // of JSON and CSV, which are read at once

Result<ImportPlan> readSource(const QString &path, Timestamp now, qint64 maximumText = maximumImportText);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/import/oldstore.h"
#include "shared/result.h"

// Reads another program's SQLite database into values: which tables it has, the rows of those that hold keys, and what
// was used on which day. From a copy; blocks.
namespace quota::service
{

Result<SourceTables> readSourceTables(const QString &path);

}

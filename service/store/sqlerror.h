// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QSqlError>

// What SQLite refuses, in words with a cure: the one place that knows its result codes. The database calls it
// for every failed statement; the file's path is named, values never are.
namespace quota::service
{

enum class SqlFault
{
    Locked,
    Denied, // may not be read, or may not be written
    Damaged,
    DiskFull,
    DiskFault,
    Other
};

SqlFault faultOf(const QSqlError &error);
Error sqlError(const QSqlError &error, const QString &path, const QString &statement);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QMap>
#include <QStringList>

// The numbered schema files NNN_name.sql: which there are, and the statements in each. A statement ends with a
// semicolon at the end of a line; lines that begin with -- are comments.
namespace quota::service
{

// «qupx»: in the header of every file of ours, so that another program's database is recognised.
inline constexpr qint64 applicationId = 0x71757078;

// Number to path, of common/ and sqlite/ below this directory; a number exists in one of the two.
QMap<int, QString> schemaFiles(const QString &directory);
Result<QStringList> schemaStatements(const QString &path);

}

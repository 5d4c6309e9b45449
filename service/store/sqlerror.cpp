// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/sqlerror.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

SqlFault faultOf(const QSqlError &error)
{
    // The low byte is the primary result code (https://www.sqlite.org/rescode.html).
    switch (error.nativeErrorCode().toInt() & 0xff) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
        return SqlFault::Locked;
    case 3:  // SQLITE_PERM
    case 8:  // SQLITE_READONLY
    case 14: // SQLITE_CANTOPEN
    case 23: // SQLITE_AUTH
        return SqlFault::Denied;
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
        return SqlFault::Damaged;
    case 13: // SQLITE_FULL
        return SqlFault::DiskFull;
    case 10: // SQLITE_IOERR
        return SqlFault::DiskFault;
    default:
        return SqlFault::Other;
    }
}

static QString messageOf(SqlFault fault, const QString &path, const QString &words)
{
    switch (fault) {
    case SqlFault::Locked:
        return u"The database %1 is locked by another program. Close that program (perhaps a second service, "
               u"or "
               "a database browser) and try again."_s.arg(path);
    case SqlFault::Denied:
        return u"The database %1 may not be read or written. The service's user needs read and write "
               "permission on the file and on its directory."_s.arg(path);
    case SqlFault::Damaged:
        return u"The database %1 is damaged, or is no SQLite database. Nothing was changed. Put the last "
               u"good backup back (quota-proxy backup list, quota-proxy backup restore NAME), or save what "
               u"can be "
               u"read of it (quota-proxy database repair --dry-run shows what); quota-proxy database check "
               u"says "
               u"more."_s.arg(path);
    case SqlFault::DiskFull:
        return u"The disk that holds the database %1 is full. Free some space; what is waiting is written "
               "then."_s.arg(path);
    case SqlFault::DiskFault:
        return u"The disk that holds the database %1 reports a fault (%2). Look into the system log, and "
               u"copy "
               "the data directory to another disk."_s.arg(path, words);
    case SqlFault::Other:
        break;
    }
    return u"The database %1 refused a statement: %2."_s.arg(path, words);
}

Error sqlError(const QSqlError &error, const QString &path, const QString &statement)
{
    const QString words =
        (error.databaseText().isEmpty() ? error.driverText() : error.databaseText()).simplified();
    const QString detail =
        u"%1 (code %2) in: %3"_s.arg(words, error.nativeErrorCode(), statement.simplified());
    return Error{ErrorCode::Storage, messageOf(faultOf(error), path, words), detail, {}};
}

}

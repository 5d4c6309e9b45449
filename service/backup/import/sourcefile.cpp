// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/import/sourcefile.h"

#include "service/backup/import/litellm.h"
#include "service/backup/import/oneapi.h"
#include "service/backup/import/sourcetables.h"
#include "service/backup/import/sourcetext.h"

#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace quota::service
{

static Result<ImportPlan> planDatabase(const QString &path, Timestamp now)
{
    const auto tables = readSourceTables(path);
    if (!tables)
        return tl::unexpected(tables.error());
    if (isOneApi(tables->columns))
        return planOneApi(*tables, now);
    if (!oldKeyTables(tables->columns).isEmpty())
        return planOldTables(*tables, now);
    if (tables->rows.contains(liteLlmTable))
        return planLiteLlm(tables->rows.value(liteLlmTable), u"SQLite"_s, now);
    QStringList names = tables->columns.keys();
    names.sort();
    constexpr qsizetype shown = 12;
    const QString list = names.mid(0, shown).join(u", "_s) + (names.size() > shown ? u", …"_s : u""_s);
    return unsupportedSource(path, names.isEmpty() ? u"a SQLite database without tables"_s
                                                   : u"a SQLite database with the tables %1"_s.arg(list));
}

// What people have instead of the file itself, with the way to it.
static std::optional<QString> wrapping(const QByteArray &head)
{
    if (head.startsWith("\x1f\x8b"))
        return u"a gzip archive: unpack it (tar -xzf, gunzip), and import the file in it"_s;
    if (head.startsWith("PK\x03\x04"))
        return u"a ZIP archive: unpack it, and import the file in it"_s;
    if (head.startsWith("PRAGMA ") || head.startsWith("BEGIN TRANSACTION") || head.contains("CREATE TABLE "))
        return u"SQL text: make a database of it first (sqlite3 NEW.db < FILE), and import that"_s;
    return std::nullopt;
}

Result<ImportPlan> readSource(const QString &path, Timestamp now, qint64 maximumText)
{
    const QFileInfo info(path);
    if (!info.exists())
        return failure(ErrorCode::NotFound, u"There is no file %1."_s.arg(path));
    if (!info.isFile())
        return failure(ErrorCode::InvalidField, u"%1 is no file. Name the file to import."_s.arg(path));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(
            ErrorCode::Storage,
            u"%1 cannot be read: %2. Give this user permission to read it."_s.arg(path, file.errorString()));
    constexpr qint64 headSize = 4096;
    const QByteArray head = file.peek(headSize);
    if (head.isEmpty())
        return unsupportedSource(path, u"nothing (0 bytes)"_s);
    if (head.startsWith(QByteArray("SQLite format 3\0", 16)))
        return planDatabase(path, now);
    if (const auto found = wrapping(head))
        return unsupportedSource(path, *found);
    if (head.contains('\0'))
        return unsupportedSource(path, u"bytes of an unknown kind"_s);
    if (info.size() > maximumText)
        return failure(ErrorCode::InvalidField,
                       u"%1 is text of %2 bytes, and at most %3 are read. Part it."_s.arg(path)
                           .arg(info.size())
                           .arg(maximumText));
    return planText(path, file.readAll(), now);
}

}

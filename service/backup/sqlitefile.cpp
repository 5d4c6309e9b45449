// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/sqlitefile.h"

#include "service/store/database.h"
#include "service/store/schemafiles.h"
#include "service/store/sqlerror.h"

#include <QFileInfo>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>

#include <atomic>

using namespace Qt::StringLiterals;

namespace quota::service
{

SqliteFile::SqliteFile(QString path)
    : m_path(std::move(path))
{
    static std::atomic<quint64> last{0};
    m_connection = u"quota-backup-%1"_s.arg(++last);
}

SqliteFile::~SqliteFile()
{
    QSqlDatabase::removeDatabase(m_connection);
}

Result<std::unique_ptr<SqliteFile>> SqliteFile::open(const QString &path, bool writable)
{
    if (!QFileInfo::exists(path))
        return failure(ErrorCode::Storage, u"There is no database at %1."_s.arg(path));
    std::unique_ptr<SqliteFile> file(new SqliteFile(path));
    {
        auto connection = QSqlDatabase::addDatabase(u"QSQLITE"_s, file->m_connection);
        connection.setConnectOptions(writable ? u"QSQLITE_BUSY_TIMEOUT=5000"_s
                                              : u"QSQLITE_BUSY_TIMEOUT=5000;QSQLITE_OPEN_READONLY"_s);
        connection.setDatabaseName(path);
        if (!connection.open())
            return tl::unexpected(sqlError(connection.lastError(), path, u"open"_s));
    }
    const auto application = file->number(u"PRAGMA application_id"_s);
    if (!application)
        return tl::unexpected(application.error());
    if (*application != applicationId)
        return failure(ErrorCode::Storage, u"%1 is a database of another program."_s.arg(path));
    const auto schema = file->number(u"PRAGMA user_version"_s);
    if (!schema)
        return tl::unexpected(schema.error());
    file->m_schema = int(*schema);
    if (const int newest = Database::newestSchema(); file->m_schema > newest) {
        return failure(
            ErrorCode::Storage,
            u"The database %1 has schema %2, and this program knows schemas up to %3: a newer version has "
            "used it. Install that version."_s.arg(path)
                .arg(file->m_schema)
                .arg(newest));
    }
    return file;
}

Result<QList<QVariantList>> SqliteFile::rows(const QString &statement, const QVariantList &values)
{
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    query.setForwardOnly(true);
    bool good = query.prepare(statement);
    for (const QVariant &value : values)
        query.addBindValue(value);
    good = good && query.exec();
    const int columns = good ? query.record().count() : 0;
    QList<QVariantList> rows;
    while (good && query.next()) {
        QVariantList row;
        for (int column = 0; column < columns; ++column)
            row.append(query.value(column));
        rows.append(row);
    }
    // A row that cannot be read ends the rows without a word: only the error tells.
    if (!good || query.lastError().isValid())
        return tl::unexpected(sqlError(query.lastError(), m_path, statement));
    return rows;
}

Result<qint64> SqliteFile::number(const QString &statement, const QVariantList &values)
{
    return rows(statement, values).map([](const QList<QVariantList> &rows) {
        return rows.value(0).value(0).toLongLong();
    });
}

Result<QString> SqliteFile::text(const QString &statement, const QVariantList &values)
{
    return rows(statement, values).map([](const QList<QVariantList> &rows) {
        return rows.value(0).value(0).toString();
    });
}

Done SqliteFile::execute(const QString &statement, const QVariantList &values)
{
    const auto done = rows(statement, values);
    return done ? Done() : tl::unexpected(done.error());
}

bool SqliteFile::hasTable(const QString &name)
{
    return number(u"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"_s, {name})
               .value_or(0) == 1;
}

Done SqliteFile::copyTo(const QString &path)
{
    return execute(u"VACUUM INTO ?"_s, {path});
}

}

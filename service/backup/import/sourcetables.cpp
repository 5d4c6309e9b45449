// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/import/sourcetables.h"

#include "service/backup/import/litellm.h"
#include "service/backup/import/oneapi.h"
#include "service/backup/import/sourcecopy.h"
#include "service/store/schemafiles.h"
#include "service/store/sqlerror.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QSqlRecord>

#include <atomic>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

class SourceReader
{
public:
    explicit SourceReader(QString path) // of the original, for messages
        : m_path(std::move(path))
    {
        static std::atomic<quint64> last{0};
        m_connection = u"quota-import-%1"_s.arg(++last);
    }
    ~SourceReader() { QSqlDatabase::removeDatabase(m_connection); }
    Q_DISABLE_COPY_MOVE(SourceReader)

    Result<SourceTables> read(const QString &copy);

private:
    using EachRow = std::function<void(const QSqlQuery &)>;
    Done run(const QString &statement, const EachRow &each);
    Result<QVariant> value(const QString &statement);
    Done checkWhole();
    Done readShape();
    Done readRows(const QString &table, const QString &columns = u"*"_s);
    Done readUses();
    Done readUsesOf(const QString &table);

    const QString m_path;
    QString m_connection;
    SourceTables m_tables;
};

}

static QString quoted(const QString &name)
{
    return u'"' + QString(name).replace(u'"', u"\"\""_s) + u'"';
}

Done SourceReader::run(const QString &statement, const EachRow &each)
{
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    query.setForwardOnly(true);
    const bool good = query.exec(statement);
    while (good && query.next())
        each(query);
    if (good && !query.lastError().isValid())
        return {};
    const QSqlError error = query.lastError();
    if (faultOf(error) != SqlFault::Damaged)
        return tl::unexpected(sqlError(error, m_path, statement));
    return failure(
        ErrorCode::Storage,
        u"%1 is damaged (%2). Nothing was changed. Mend it with “sqlite3 %1 .recover”, and import what that "
        "gives."_s.arg(m_path, error.databaseText().simplified()));
}

Result<QVariant> SourceReader::value(const QString &statement)
{
    QVariant value;
    const Done done = run(statement, [&value](const QSqlQuery &row) { value = row.value(0); });
    return done ? Result<QVariant>(value) : tl::unexpected(done.error());
}

Done SourceReader::checkWhole()
{
    const auto application = value(u"PRAGMA application_id"_s);
    if (!application)
        return tl::unexpected(application.error());
    if (application->toLongLong() == applicationId)
        return failure(
            ErrorCode::InvalidField,
            u"%1 is a store of this program already. Use it with DATABASE_URL, or restore a backup of "
            "it."_s.arg(m_path));
    const auto check = value(u"PRAGMA quick_check(1)"_s);
    if (!check)
        return tl::unexpected(check.error());
    if (check->toString() != "ok"_L1)
        return failure(
            ErrorCode::Storage,
            u"%1 is damaged (%2). Nothing was changed. Mend it with “sqlite3 %1 .recover”, and import what "
            "that gives."_s.arg(m_path, check->toString().simplified().left(200)));
    return {};
}

Done SourceReader::readShape()
{
    QStringList names;
    Done done = run(u"SELECT name FROM sqlite_master WHERE type = 'table'"_s,
                    [&names](const QSqlQuery &row) { names.append(row.value(0).toString()); });
    for (const QString &name : std::as_const(names)) {
        if (!done)
            return done;
        const QString table = name.toLower();
        const QSqlRecord record = QSqlDatabase::database(m_connection, false).record(name);
        for (int i = 0; i < record.count(); ++i)
            m_tables.columns[table].append(record.fieldName(i).toLower());
        done = run(u"SELECT count(*) FROM "_s + quoted(name), [this, &table](const QSqlQuery &row) {
            m_tables.counts.insert(table, row.value(0).toLongLong());
        });
    }
    return done;
}

Done SourceReader::readRows(const QString &table, const QString &columns)
{
    QList<SourceRow> &rows = m_tables.rows[table];
    return run(u"SELECT %1 FROM %2"_s.arg(columns, quoted(table)), [&rows](const QSqlQuery &query) {
        const QSqlRecord record = query.record();
        SourceRow row;
        for (int i = 0; i < record.count(); ++i)
            row.insert(record.fieldName(i).toLower(), query.value(i));
        rows.append(row);
    });
}

static QString firstOf(const QStringList &columns, std::initializer_list<QLatin1StringView> names)
{
    for (const QLatin1StringView name : names) {
        if (columns.contains(name))
            return name;
    }
    return {};
}

// A table of counts by day, or a log with a row for each request, whose days are those of UTC.
Done SourceReader::readUsesOf(const QString &table)
{
    const QStringList columns = m_tables.columns.value(table);
    const QString key =
        firstOf(columns, {"trial_key"_L1, "api_key"_L1, "key"_L1, "key_value"_L1, "key_id"_L1});
    const QString day = firstOf(columns, {"day"_L1, "date"_L1, "usage_date"_L1});
    const QString count = firstOf(
        columns, {"requests"_L1, "req_count"_L1, "request_count"_L1, "total_requests"_L1, "count"_L1});
    const QString time = firstOf(columns, {"timestamp"_L1, "created_at"_L1, "time"_L1});
    QString statement;
    if (!key.isEmpty() && !day.isEmpty() && !count.isEmpty()) {
        const QString updated = columns.contains("updated_at"_L1) ? u"updated_at"_s : u"NULL"_s;
        statement = u"SELECT %1, %2, %3, %4 FROM %5"_s.arg(quoted(key), quoted(day), quoted(count), updated,
                                                           quoted(table));
    } else if (!key.isEmpty() && !time.isEmpty()) {
        statement =
            u"SELECT %1, date(CASE WHEN typeof(%2) = 'text' THEN strftime('%s', %2) WHEN %2 > 9e11 THEN "
            "%2 / 1000 ELSE %2 END, 'unixepoch'), count(*), max(%2) FROM %3 GROUP BY 1, 2"_s.arg(
                quoted(key), quoted(time), quoted(table));
    } else {
        return {};
    }
    m_tables.usageTable = table;
    return run(statement, [this](const QSqlQuery &row) {
        constexpr qsizetype dateLength = 10;
        m_tables.uses.append({row.value(0).toString().trimmed(),
                              QDate::fromString(row.value(1).toString().left(dateLength), Qt::ISODate),
                              row.value(2).toLongLong(), instantFrom(row.value(3).toString())});
    });
}

Done SourceReader::readUses()
{
    for (const QString &table : {u"daily_usage"_s, u"usage_stats"_s, u"usage_logs"_s, u"usage_log"_s,
                                 u"api_usage_stats"_s, u"request_logs"_s}) {
        if (m_tables.counts.value(table) == 0)
            continue;
        const Done done = readUsesOf(table);
        if (!done || !m_tables.usageTable.isEmpty())
            return done;
    }
    return {};
}

Result<SourceTables> SourceReader::read(const QString &copy)
{
    auto connection = QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connection);
    connection.setDatabaseName(copy);
    if (!connection.open())
        return tl::unexpected(sqlError(connection.lastError(), m_path, u"open"_s));
    Done done = checkWhole();
    if (done)
        done = readShape();
    QStringList wanted = oldKeyTables(m_tables.columns);
    const bool isOld = !wanted.isEmpty();
    if (isOneApi(m_tables.columns)) {
        wanted = {u"tokens"_s};
        if (const QStringList users = m_tables.columns.value(u"users"_s);
            done && users.contains("id"_L1) && users.contains("status"_L1))
            done = readRows(u"users"_s, u"id, status"_s);
    } else if (!isOld && isLiteLlm(m_tables.columns.value(liteLlmTable))) {
        wanted = {liteLlmTable};
    }
    for (const QString &table : std::as_const(wanted)) {
        if (done)
            done = readRows(table);
    }
    if (done && isOld && !isOneApi(m_tables.columns)) {
        done = readUses();
        if (done && m_tables.columns.contains(auditTable))
            done = readRows(auditTable);
    }
    return done ? Result<SourceTables>(std::move(m_tables)) : tl::unexpected(done.error());
}

Result<SourceTables> readSourceTables(const QString &path)
{
    const auto copy = SourceCopy::make(path);
    if (!copy)
        return tl::unexpected(copy.error());
    return SourceReader(path).read((*copy)->path());
}

}

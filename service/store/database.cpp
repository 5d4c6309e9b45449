// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/database.h"

#include "service/store/schemafiles.h"
#include "service/store/sqlerror.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QSqlDriver>

using namespace Qt::StringLiterals;

namespace quota::service
{

// Everything before the connection that can be said better than SQLite says it. No descriptor of the file is
// opened here: closing one would drop this process's locks on it (https://www.sqlite.org/howtocorrupt.html §2.2).
static Done checkPlace(const QString &path)
{
    const QFileInfo file(path);
    const QFileInfo directory(file.absolutePath());
    if (!directory.exists()) {
        return failure(ErrorCode::Storage,
                       u"The directory %1 of the database does not exist. Create it, or give "
                       "another place with DATA_DIR or DATABASE_URL."_s.arg(directory.filePath()));
    }
    if (!directory.isDir() || file.isDir()) {
        return failure(
            ErrorCode::Storage,
            u"%1 cannot be the database: DATABASE_URL must name a file in a directory."_s.arg(path));
    }
    if (file.exists() && file.size() == 0) {
        return failure(
            ErrorCode::Storage,
            u"The database %1 is empty (0 bytes), so it is damaged. Put the last good backup "
            "back (quota-proxy backup restore NAME), or begin anew with quota-proxy database init --force."_s
                .arg(path));
    }
    return {};
}

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions &options)
{
    if (!options.inMemory) {
        if (auto place = checkPlace(options.path); !place)
            return tl::unexpected(place.error());
        if (!QFileInfo::exists(options.path)) {
            if (options.readOnly) {
                return failure(
                    ErrorCode::Storage,
                    u"There is no database at %1. Start the service once to create it, or give its "
                    "place with DATABASE_URL."_s.arg(options.path));
            }
            if (auto created = create(options); !created)
                return tl::unexpected(created.error());
        }
    }
    std::unique_ptr<Database> database(new Database(options));
    auto done = database->connectTo(options.path, !options.readOnly);
    if (done && !options.inMemory)
        done = database->check();
    if (done)
        done = database->prepare();
    if (done && (options.inMemory || !options.readOnly))
        done = database->migrate();
    if (!done)
        return tl::unexpected(done.error());
    return database;
}

Database::Database(DatabaseOptions options)
    : m_options(std::move(options))
{
    static std::atomic<quint64> last{0};
    m_connectionName = u"quota-%1"_s.arg(++last);
}

Database::~Database()
{
    m_fastStatements.clear();
    m_statements.clear();
    QSqlDatabase::removeDatabase(m_connectionName);
}

Done Database::connectTo(const QString &path, bool writable)
{
    auto connection = QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connectionName);
    QStringList settings{u"QSQLITE_BUSY_TIMEOUT=%1"_s.arg(m_options.busyTimeout.count())};
    if (path.startsWith("file:"_L1))
        settings.append(u"QSQLITE_OPEN_URI"_s);
    if (!writable)
        settings.append(u"QSQLITE_OPEN_READONLY"_s);
    connection.setConnectOptions(settings.join(u';'));
    connection.setDatabaseName(path);
    if (!connection.open())
        return tl::unexpected(sqlError(connection.lastError(), m_options.path, u"open"_s));
    return takeHandle();
}

// Qt's driver and we must speak to one and the same library: a copy inside the driver would know nothing of our locks.
Done Database::takeHandle()
{
    const QVariant handle = QSqlDatabase::database(m_connectionName, false).driver()->handle();
    if (handle.isValid() && qstrcmp(handle.typeName(), "sqlite3*") == 0)
        m_handle = *static_cast<sqlite3 *const *>(handle.constData());
    const auto source = run(u"SELECT sqlite_source_id()"_s);
    if (!source)
        return tl::unexpected(source.error());
    const bool isSame = (*source)->next() && (*source)->value(0).toString() == Statement::sourceId();
    (*source)->finish();
    if (!m_handle || !isSame) {
        return failure(
            ErrorCode::Storage,
            u"Qt's SQLite driver uses another SQLite library than this program. Install Qt's driver "
            "of the same system (Debian: libqt6sql6-sqlite)."_s);
    }
    return {};
}

Done Database::check()
{
    const auto application = number(u"PRAGMA application_id"_s);
    if (!application)
        return tl::unexpected(application.error());
    // Reads the whole first page: a file cut short or overwritten says so now.
    if (const auto tables = number(u"SELECT count(*) FROM sqlite_master"_s); !tables)
        return tl::unexpected(tables.error());
    if (*application != applicationId) {
        return failure(ErrorCode::Storage,
                       u"%1 is a database of another program. Nothing was changed. Give another "
                       "file with DATABASE_URL."_s.arg(m_options.path));
    }
    const auto version = number(u"PRAGMA user_version"_s);
    if (!version)
        return tl::unexpected(version.error());
    m_schemaVersion = int(*version);
    const int newest = newestSchema(m_options.schema);
    if (m_schemaVersion > newest) {
        return failure(
            ErrorCode::Storage,
            u"The database %1 has schema %2, and this program knows schemas up to %3: a newer version "
            "has used it. Nothing was changed. Install that version again, or restore a backup of "
            "before."_s.arg(m_options.path)
                .arg(m_schemaVersion)
                .arg(newest));
    }
    if (m_options.readOnly && m_schemaVersion < newest) {
        return failure(ErrorCode::Storage,
                       u"The database %1 has schema %2, and this program reads schema %3. Start "
                       "the service once to bring it up to date."_s.arg(m_options.path)
                           .arg(m_schemaVersion)
                           .arg(newest));
    }
    return {};
}

Done Database::prepare()
{
    QStringList pragmas{u"PRAGMA foreign_keys = ON"_s};
    if (!m_options.readOnly && !m_options.inMemory) {
        pragmas += {u"PRAGMA journal_mode = WAL"_s, u"PRAGMA synchronous = FULL"_s,
                    u"PRAGMA wal_autocheckpoint = 1000"_s};
    }
    for (const QString &pragma : pragmas) {
        if (auto done = change(pragma); !done)
            return tl::unexpected(done.error());
    }
    // A pragma that writes says nothing when the file may only be read.
    if (!m_options.readOnly) {
        Transaction probe(*this);
        if (auto begun = probe.begin(); !begun)
            return begun;
    }
    return {};
}

Result<QSqlQuery *> Database::prepared(const QString &statement)
{
    auto &query = m_statements[statement];
    if (query)
        return query.get();

    query = std::make_shared<QSqlQuery>(QSqlDatabase::database(m_connectionName, false));
    query->setForwardOnly(true);
    if (!query->prepare(statement)) {
        const QSqlError error = query->lastError();
        m_statements.remove(statement);
        return tl::unexpected(sqlError(error, m_options.path, statement));
    }
    return query.get();
}

void Database::count(qint64 statements, const QElapsedTimer &since)
{
    if (!m_options.counters)
        return;
    m_options.counters->statements.fetch_add(statements, std::memory_order_relaxed);
    m_options.counters->microseconds.fetch_add(since.nsecsElapsed() / 1000, std::memory_order_relaxed);
}

Result<QSqlQuery *> Database::run(const QString &statement, const QVariantList &values)
{
    QElapsedTimer timer;
    timer.start();
    const auto prepared = this->prepared(statement);
    if (!prepared)
        return tl::unexpected(prepared.error());
    QSqlQuery *query = *prepared;
    for (qsizetype index = 0; index < values.size(); ++index) {
        const QVariant &value = values.at(index);
        if (value.typeId() == QMetaType::QString && value.toString().isNull())
            query->bindValue(int(index), u""_s);
        else
            query->bindValue(int(index), value);
    }
    const bool good = query->exec();
    count(1, timer);
    if (good)
        return query;
    const QSqlError error = query->lastError();
    query->finish();
    return tl::unexpected(sqlError(error, m_options.path, statement));
}

Result<qint64> Database::change(const QString &statement, const QVariantList &values)
{
    return run(statement, values).map([](QSqlQuery *query) {
        const qint64 rows = query->numRowsAffected();
        query->finish();
        return rows;
    });
}

Result<Statement *> Database::statement(const char *text)
{
    auto &statement = m_fastStatements[text];
    if (!statement) {
        auto prepared = Statement::prepare(m_handle, text, m_options.path, m_options.counters);
        if (!prepared) {
            m_fastStatements.remove(text);
            return tl::unexpected(prepared.error());
        }
        statement = std::move(*prepared);
    }
    return statement.get();
}

Result<qint64> Database::number(const QString &statement)
{
    return run(statement).map([](QSqlQuery *query) {
        const qint64 value = query->next() ? query->value(0).toLongLong() : 0;
        query->finish();
        return value;
    });
}

void Database::release()
{
    for (const auto &query : std::as_const(m_statements)) {
        if (query->isActive())
            query->finish();
    }
}

Result<QString> Database::meta(const QString &name)
{
    auto query = run(u"SELECT value FROM meta WHERE name = ?"_s, {name});
    if (!query)
        return tl::unexpected(query.error());
    if (!(*query)->next())
        return failure(ErrorCode::NotFound,
                       u"The database %1 does not know its %2."_s.arg(m_options.path, name));
    const QString value = (*query)->value(0).toString();
    (*query)->finish();
    return value;
}

Transaction::Transaction(Database &database)
    : m_database(database)
{}

Transaction::~Transaction()
{
    if (m_open)
        (void)m_database.change(u"ROLLBACK"_s);
}

Done Transaction::begin()
{
    Q_ASSERT(!m_open);
    auto begun = m_database.change(u"BEGIN IMMEDIATE"_s);
    if (!begun)
        return tl::unexpected(begun.error());
    m_open = true;
    return {};
}

Done Transaction::commit()
{
    Q_ASSERT(m_open);
    auto committed = m_database.change(u"COMMIT"_s);
    if (!committed)
        return tl::unexpected(committed.error());
    m_open = false;
    return {};
}

Snapshot::Snapshot(Database &database)
    : m_database(database)
{}

Snapshot::~Snapshot()
{
    m_database.release();
    if (m_open)
        (void)m_database.change(u"ROLLBACK"_s);
}

Done Snapshot::begin()
{
    Q_ASSERT(!m_open);
    auto begun = m_database.change(u"BEGIN"_s);
    if (!begun)
        return tl::unexpected(begun.error());
    m_open = true;
    return {};
}

}

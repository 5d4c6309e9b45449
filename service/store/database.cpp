// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/database.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QUuid>

// Resources of a static library are only there when somebody names them.
static void initialiseSchema()
{
    Q_INIT_RESOURCE(quota_schema);
}

using namespace Qt::StringLiterals;

namespace quota::service
{

// «QPrx» in the file's header tells our stores from other people's SQLite files.
static constexpr int applicationId = 0x51507278;
static constexpr int busyMilliseconds = 5'000;

// SQLite's primary result codes, https://www.sqlite.org/rescode.html
static constexpr int sqlitePermission = 3;
static constexpr int sqliteBusy = 5;
static constexpr int sqliteLocked = 6;
static constexpr int sqliteReadOnly = 8;
static constexpr int sqliteInput = 10;
static constexpr int sqliteCorrupt = 11;
static constexpr int sqliteFull = 13;
static constexpr int sqliteCannotOpen = 14;
static constexpr int sqliteNotADatabase = 26;

static QMap<int, QString> migrations()
{
    initialiseSchema();
    QMap<int, QString> found;
    const QDir directory(u":/schema/sqlite"_s);
    const QStringList names = directory.entryList({u"*.sql"_s});
    for (const QString &name : names)
        found.insert(name.section(u'_', 0, 0).toInt(), directory.filePath(name));
    return found;
}

int Database::newestSchema()
{
    return migrations().lastKey();
}

Database::Database(DatabaseOptions options)
    : m_options(std::move(options))
    , m_connectionName(QUuid::createUuid().toString(QUuid::WithoutBraces))
{}

Database::~Database()
{
    // Statements first: a connection with live ones cannot be removed.
    m_statements.clear();
    {
        QSqlDatabase connection = this->connection();
        connection.close();
    }
    QSqlDatabase::removeDatabase(m_connectionName);
}

QSqlDatabase Database::connection() const
{
    return QSqlDatabase::database(m_connectionName, false);
}

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions &options)
{
    std::unique_ptr<Database> database(new Database(options));
    if (Done connected = database->connect(); !connected)
        return tl::unexpected<Error>(connected.error());
    if (Done prepared = database->prepare(); !prepared)
        return tl::unexpected<Error>(prepared.error());
    if (Done migrated = database->migrate(); !migrated)
        return tl::unexpected<Error>(migrated.error());
    return database;
}

Done Database::connect()
{
    QSqlDatabase connection = QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connectionName);
    QStringList settings{u"QSQLITE_BUSY_TIMEOUT=%1"_s.arg(busyMilliseconds)};
    if (!m_options.inMemory) {
        const QFileInfo directory(QFileInfo(m_options.path).absolutePath());
        if (!directory.isDir())
            return failure(
                ErrorCode::Storage,
                u"The directory %1 of the database does not exist. Create it, or correct DATABASE_URL."_s.arg(
                    directory.filePath()));
        if (m_options.readOnly) {
            settings.append(u"QSQLITE_OPEN_READONLY"_s);
        } else if (!QFileInfo::exists(m_options.path)) {
            // Made here, so that at no moment others can read it.
            QFile file(m_options.path);
            if (file.open(QIODevice::WriteOnly | QIODevice::NewOnly))
                file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        }
    }
    connection.setConnectOptions(settings.join(u';'));
    connection.setDatabaseName(m_options.inMemory ? u":memory:"_s : m_options.path);
    if (!connection.open())
        return tl::unexpected<Error>(errorOf(connection.lastError(), u"open"_s));
    return {};
}

Error Database::errorOf(const QSqlError &error, const QString &statement) const
{
    const int code = error.nativeErrorCode().toInt() & 0xff;
    const QString &path = m_options.path;
    QString message;
    switch (code) {
    case sqliteCorrupt:
        message =
            u"The database %1 is damaged. Keep the file: stop the service and restore a copy of it."_s.arg(
                path);
        break;
    case sqliteNotADatabase:
        message =
            u"%1 is no SQLite database, or it is damaged from its first byte. It is left as it is. Point "
            "DATABASE_URL at the right file, or move this one away to begin anew."_s.arg(path);
        break;
    case sqliteBusy:
    case sqliteLocked:
        message =
            u"The database %1 is locked by another program. Close that program and try again."_s.arg(path);
        break;
    case sqlitePermission:
    case sqliteReadOnly:
    case sqliteCannotOpen:
        message =
            u"The database %1 cannot be opened for writing. Give this user read and write permission on the "
            "file and its directory."_s.arg(path);
        break;
    case sqliteFull:
        message = u"The disk of the database %1 is full. Free some space."_s.arg(path);
        break;
    case sqliteInput:
        message = u"The disk of the database %1 reports read or write errors."_s.arg(path);
        break;
    default:
        message = u"The database refused a statement."_s;
        break;
    }
    // The text of the statement has placeholders only; values never come here.
    return {ErrorCode::Storage,
            message,
            u"SQLite %1 %2 in: %3"_s.arg(error.nativeErrorCode(), error.databaseText(),
                                         statement.simplified().left(200)),
            {}};
}

Done Database::prepare()
{
    auto owner = run(u"PRAGMA application_id"_s);
    if (!owner)
        return tl::unexpected<Error>(owner.error());
    const int id = (*owner)->next() ? (*owner)->value(0).toInt() : 0;
    auto tables = run(u"SELECT count(*) FROM sqlite_master"_s);
    if (!tables)
        return tl::unexpected<Error>(tables.error());
    const bool empty = (*tables)->next() && (*tables)->value(0).toInt() == 0;
    m_statements.clear(); // an unfinished one would keep a transaction open
    if (id != applicationId && !empty)
        return failure(
            ErrorCode::Storage,
            u"%1 is an SQLite database of another program. Point DATABASE_URL at the right file."_s.arg(
                m_options.path));
    QStringList pragmas{u"PRAGMA foreign_keys = ON"_s, u"PRAGMA temp_store = MEMORY"_s};
    if (!m_options.readOnly) {
        if (!m_options.inMemory)
            pragmas.append(u"PRAGMA journal_mode = WAL"_s);
        pragmas.append({u"PRAGMA synchronous = FULL"_s, u"PRAGMA wal_autocheckpoint = 1000"_s,
                        u"PRAGMA journal_size_limit = 67108864"_s});
    }
    for (const QString &pragma : std::as_const(pragmas)) {
        if (auto done = run(pragma); !done)
            return tl::unexpected<Error>(done.error());
    }
    m_statements.clear();
    return {};
}

Done Database::migrate()
{
    auto version = run(u"PRAGMA user_version"_s);
    if (!version)
        return tl::unexpected<Error>(version.error());
    m_schemaVersion = (*version)->next() ? (*version)->value(0).toInt() : 0;
    m_statements.clear();
    const QMap<int, QString> all = migrations();
    if (m_schemaVersion > all.lastKey())
        return failure(
            ErrorCode::Storage,
            u"The database %1 has schema %2, this program knows up to %3. Use the newer program that wrote "
            "it, or restore a copy from before the update."_s.arg(m_options.path)
                .arg(m_schemaVersion)
                .arg(all.lastKey()));
    if (m_options.readOnly)
        return {};
    for (auto it = all.upperBound(m_schemaVersion); it != all.end(); ++it) {
        if (Done applied = applyMigration(it.key(), it.value()); !applied)
            return applied;
        m_schemaVersion = it.key();
    }
    return {};
}

Done Database::applyMigration(int number, const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Internal, u"The schema step %1 is missing in this program."_s.arg(path));
    Transaction transaction(*this);
    if (Done begun = transaction.begin(); !begun)
        return begun;
    const QStringList statements = QString::fromUtf8(file.readAll()).split(u";\n"_s);
    QSqlQuery query(connection());
    for (const QString &statement : statements) {
        if (statement.trimmed().isEmpty())
            continue;
        if (!query.exec(statement))
            return tl::unexpected<Error>(errorOf(query.lastError(), statement));
    }
    query.finish();
    if (number == 1) {
        const auto named = run(u"INSERT INTO meta (name, value) VALUES ('instance', ?)"_s,
                               {QUuid::createUuid().toString(QUuid::WithoutBraces)});
        if (!named)
            return tl::unexpected<Error>(named.error());
    }
    // Both are part of the file and of the transaction: after a crash the step is done or it never began.
    for (const QString &pragma :
         {u"PRAGMA user_version = %1"_s.arg(number), u"PRAGMA application_id = %1"_s.arg(applicationId)}) {
        if (!query.exec(pragma))
            return tl::unexpected<Error>(errorOf(query.lastError(), pragma));
    }
    query.finish();
    return transaction.commit();
}

Result<QSqlQuery *> Database::run(const QString &statement, const QVariantList &values)
{
    QElapsedTimer watch;
    watch.start();
    std::shared_ptr<QSqlQuery> &query = m_statements[statement];
    if (!query) {
        query = std::make_shared<QSqlQuery>(connection());
        query->setForwardOnly(true);
        if (!query->prepare(statement)) {
            const Error error = errorOf(query->lastError(), statement);
            m_statements.remove(statement);
            return tl::unexpected<Error>(error);
        }
    }
    for (qsizetype i = 0; i < values.size(); ++i)
        query->bindValue(int(i), values.at(i));
    const bool good = query->exec();
    if (m_counts) {
        m_counts->statements.fetch_add(1, std::memory_order_relaxed);
        m_counts->microseconds.fetch_add(watch.nsecsElapsed() / 1000, std::memory_order_relaxed);
    }
    if (!good)
        return tl::unexpected<Error>(errorOf(query->lastError(), statement));
    m_changes = query->isSelect() ? 0 : query->numRowsAffected();
    return query.get();
}

Result<QString> Database::instance()
{
    auto query = run(u"SELECT value FROM meta WHERE name = 'instance'"_s);
    if (!query)
        return tl::unexpected<Error>(query.error());
    const QString id = (*query)->next() ? (*query)->value(0).toString() : QString();
    (*query)->finish();
    return id;
}

Transaction::Transaction(Database &database)
    : m_database(database)
{}

Transaction::~Transaction()
{
    if (m_open)
        m_database.run(u"ROLLBACK"_s);
}

Done Transaction::begin()
{
    if (auto begun = m_database.run(u"BEGIN IMMEDIATE"_s); !begun)
        return tl::unexpected<Error>(begun.error());
    m_open = true;
    return {};
}

Done Transaction::commit()
{
    Q_ASSERT(m_open);
    if (auto committed = m_database.run(u"COMMIT"_s); !committed)
        return tl::unexpected<Error>(committed.error());
    m_open = false;
    return {};
}

}

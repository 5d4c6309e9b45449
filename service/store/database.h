// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/statement.h"
#include "shared/result.h"

#include <QElapsedTimer>
#include <QHash>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariantList>

#include <chrono>
#include <memory>

// One SQLite connection of one thread: opens it with our pragmas, brings the schema up to date, runs prepared
// statements and transactions. Everything in store/ works through it. An object lives and dies in the thread
// that opened it.
namespace quota::service
{

struct DatabaseOptions
{
    QString path; // a file, or a shared memory URI («file:NAME?mode=memory&cache=shared»)
    bool inMemory = false;
    bool readOnly = false;                        // a reader of history; never migrates
    std::chrono::milliseconds busyTimeout{5'000}; // how long another writer is waited for
    QString schema = QStringLiteral(":/schema");  // holds common/ and sqlite/ with NNN_name.sql
    int upTo = 0;                                 // the schema that migrating ends with; 0: the newest
    StatementCounters *counters = nullptr;        // outlives the database
};

class Database
{
public:
    Q_DISABLE_COPY_MOVE(Database)

    // Opens, checks and (unless read-only) migrates. Tells apart a file that is missing its directory, not
    // permitted, locked, damaged, not ours, or newer than this program, each with its cure in the message.
    // A file that exists is never replaced; a new one appears under its name only when its schema is complete.
    static Result<std::unique_ptr<Database>> open(const DatabaseOptions &options);
    ~Database();

    // Runs one prepared statement; statements are cached by their text. The query is positioned before the
    // first row and stays valid until the same statement runs again. Errors name the statement, never its
    // values. Null texts are bound as empty ones; an invalid QVariant is NULL.
    Result<QSqlQuery *> run(const QString &statement, const QVariantList &values = {});
    // Runs a statement whose rows do not matter; how many rows it changed.
    Result<qint64> change(const QString &statement, const QVariantList &values = {});
    // The cheap way, for what runs often; text is a literal, which also finds it again. Valid as long as the database.
    Result<Statement *> statement(const char *text);
    // Counts the time of work through such statements; they count themselves.
    void countTime(const QElapsedTimer &since) { count(0, since); }
    // Lets go of rows not read, so that no snapshot is held between jobs.
    void release();

    int schemaVersion() const { return m_schemaVersion; }
    // A value of the meta table: «instance» (random id of this store), «created».
    Result<QString> meta(const QString &name);

    static int newestSchema(const QString &schema = QStringLiteral(":/schema")); // the highest number there

private:
    explicit Database(DatabaseOptions options);
    static Done create(const DatabaseOptions &options);
    Done connectTo(const QString &path, bool writable);
    Done takeHandle();
    Done check();
    Done prepare();
    Done migrate();
    Done step(int number);
    Result<qint64> number(const QString &statement);

    friend class Transaction;
    DatabaseOptions m_options;
    QString m_connectionName;
    int m_schemaVersion = 0;
    Result<QSqlQuery *> prepared(const QString &statement);
    void count(qint64 statements, const QElapsedTimer &since);

    QHash<QString, std::shared_ptr<QSqlQuery>> m_statements;
    QHash<const char *, std::shared_ptr<Statement>> m_fastStatements; // by the literal's address
    sqlite3 *m_handle = nullptr;
};

// Rolls back when it dies uncommitted. BEGIN IMMEDIATE: a transaction that will write says so at once.
class Transaction
{
public:
    explicit Transaction(Database &database);
    ~Transaction();
    Q_DISABLE_COPY_MOVE(Transaction)

    Done begin(); // must be called first, and succeed
    Done commit();

private:
    Database &m_database;
    bool m_open = false;
};

// A transaction that only reads: all its statements see the same instant. Not within another one.
class Snapshot
{
public:
    explicit Snapshot(Database &database);
    ~Snapshot();
    Q_DISABLE_COPY_MOVE(Snapshot)

    Done begin(); // must be called first, and succeed

private:
    Database &m_database;
    bool m_open = false;
};

}

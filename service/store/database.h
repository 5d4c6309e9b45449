// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QHash>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariantList>

#include <atomic>
#include <memory>

// One SQLite connection of one thread: opens it with our pragmas, brings the schema up to date, runs prepared
// statements and transactions. Everything in store/ works through it. An object lives and dies in the thread
// that opened it.
namespace quota::service
{

struct DatabaseOptions
{
    QString path;          // of the file; not looked at in memory
    bool inMemory = false; // a store of this connection alone, gone with it
    bool readOnly = false; // a reader of history; never migrates
};

class Database
{
public:
    Q_DISABLE_COPY_MOVE(Database)

    // Opens, checks and (unless read-only) migrates. Tells apart a file that is missing its directory, not
    // permitted, locked, damaged, not ours, or newer than this program, each with its cure in the message.
    static Result<std::unique_ptr<Database>> open(const DatabaseOptions &options);
    ~Database();

    // Runs one prepared statement; statements are cached by their text. The query is positioned before the
    // first row. Errors name the statement, never its values.
    Result<QSqlQuery *> run(const QString &statement, const QVariantList &values = {});
    int schemaVersion() const { return m_schemaVersion; }
    // The random id of this store, made with it.
    Result<QString> instance();
    // Rows that the last run() changed.
    qint64 changes() const { return m_changes; }

    // Since the database was opened, for the metrics; read from any thread.
    struct Counts
    {
        std::atomic<qint64> statements{0};
        std::atomic<qint64> microseconds{0};
    };
    void countInto(Counts *counts) { m_counts = counts; }

    static int newestSchema(); // the highest number in store/schema

private:
    explicit Database(DatabaseOptions options);
    Done connect();
    Done prepare();
    Done migrate();
    Done applyMigration(int number, const QString &path);
    Error errorOf(const QSqlError &error, const QString &statement) const;
    QSqlDatabase connection() const;

    friend class Transaction;
    DatabaseOptions m_options;
    QString m_connectionName;
    int m_schemaVersion = 0;
    qint64 m_changes = 0;
    Counts *m_counts = nullptr;
    QHash<QString, std::shared_ptr<QSqlQuery>> m_statements;
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

}

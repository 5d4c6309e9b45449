// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariantList>

// One SQLite connection of one thread: opens it with our pragmas, brings the schema up to date, runs prepared
// statements and transactions. Everything in store/ works through it. An object lives and dies in the thread
// that opened it.
namespace quota::service
{

struct DatabaseOptions
{
    QString path; // a file, or a shared memory URI («file:NAME?mode=memory&cache=shared»)
    bool inMemory = false;
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

    static int newestSchema(); // the highest number in store/schema

private:
    explicit Database(DatabaseOptions options);
    Done migrate();

    friend class Transaction;
    DatabaseOptions m_options;
    QString m_connectionName;
    int m_schemaVersion = 0;
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

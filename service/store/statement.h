// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArrayView>

#include <atomic>
#include <memory>

struct sqlite3;
struct sqlite3_stmt;

// A prepared statement of SQLite itself, without QVariants: what runs for every request, and what reads sums by the
// hundred thousand. The database makes and keeps them; one call of run or next after another, values first. Texts
// must live until then.
namespace quota::service
{

// What one or more connections did; read from any thread.
struct StatementCounters
{
    std::atomic<qint64> statements{0};
    std::atomic<qint64> microseconds{0};
};

class Statement
{
public:
    Q_DISABLE_COPY_MOVE(Statement)
    ~Statement();

    void bind(int position, qint64 value); // positions from 1
    void bind(int position, QByteArrayView utf8);
    void bindBlob(int position, QByteArrayView bytes);
    void bindReal(int position, double value);
    void bindNull(int position);
    template <class... Values>
    void bindAll(const Values &...values)
    {
        int position = 0;
        (bind(++position, values), ...);
    }

    Done run(); // a statement without rows, ready for the next values after it
    // The next row: false after the last, and then ready for new values.
    Result<bool> next();
    qint64 integer(int column) const; // columns from 0, of the row that next() found
    QString text(int column) const;
    void reset(); // lets go of rows not read

    static QString sourceId(); // of the library that this speaks to

private:
    friend class Database;
    static Result<std::unique_ptr<Statement>> prepare(sqlite3 *connection, const char *text,
                                                      const QString &path, StatementCounters *counters);
    Statement(sqlite3 *connection, const char *text, const QString &path, StatementCounters *counters);
    Error error() const;

    sqlite3 *const m_connection;
    sqlite3_stmt *m_statement = nullptr;
    const char *const m_text;
    const QString m_path;                // of the database, for messages
    StatementCounters *const m_counters; // may be null
};

}

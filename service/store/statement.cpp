// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/statement.h"

#include "service/store/sqlerror.h"

#include <sqlite3.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

Statement::Statement(sqlite3 *connection, const char *text, const QString &path, StatementCounters *counters)
    : m_connection(connection)
    , m_text(text)
    , m_path(path)
    , m_counters(counters)
{}

Statement::~Statement()
{
    sqlite3_finalize(m_statement);
}

Result<std::unique_ptr<Statement>> Statement::prepare(sqlite3 *connection, const char *text,
                                                      const QString &path, StatementCounters *counters)
{
    std::unique_ptr<Statement> statement(new Statement(connection, text, path, counters));
    if (sqlite3_prepare_v3(connection, text, -1, SQLITE_PREPARE_PERSISTENT, &statement->m_statement,
                           nullptr) != SQLITE_OK)
        return tl::unexpected<Error>(statement->error());
    return statement;
}

void Statement::bind(int position, qint64 value)
{
    [[maybe_unused]] const int code = sqlite3_bind_int64(m_statement, position, value);
    Q_ASSERT_X(code == SQLITE_OK, "Statement::bind", m_text);
}

void Statement::bind(int position, QByteArrayView utf8)
{
    // A null pointer would be NULL.
    const char *data = utf8.isEmpty() ? "" : utf8.data();
    [[maybe_unused]] const int code =
        sqlite3_bind_text(m_statement, position, data, int(utf8.size()), SQLITE_STATIC);
    Q_ASSERT_X(code == SQLITE_OK, "Statement::bind", m_text);
}

void Statement::bindBlob(int position, QByteArrayView bytes)
{
    const char *data = bytes.isEmpty() ? "" : bytes.data();
    [[maybe_unused]] const int code =
        sqlite3_bind_blob(m_statement, position, data, int(bytes.size()), SQLITE_STATIC);
    Q_ASSERT_X(code == SQLITE_OK, "Statement::bindBlob", m_text);
}

void Statement::bindReal(int position, double value)
{
    [[maybe_unused]] const int code = sqlite3_bind_double(m_statement, position, value);
    Q_ASSERT_X(code == SQLITE_OK, "Statement::bindReal", m_text);
}

void Statement::bindNull(int position)
{
    [[maybe_unused]] const int code = sqlite3_bind_null(m_statement, position);
    Q_ASSERT_X(code == SQLITE_OK, "Statement::bindNull", m_text);
}

Result<bool> Statement::next()
{
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW)
        return true;
    if (m_counters)
        m_counters->statements.fetch_add(1, std::memory_order_relaxed);
    if (code == SQLITE_DONE) {
        sqlite3_reset(m_statement);
        return false;
    }
    const Error found = error();
    sqlite3_reset(m_statement);
    return tl::unexpected<Error>(found);
}

Done Statement::run()
{
    const auto row = next();
    Q_ASSERT_X(!row || !*row, "Statement::run", m_text);
    return row ? Done() : tl::unexpected(row.error());
}

qint64 Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

QString Statement::text(int column) const
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(m_statement, column));
    return QString::fromUtf8(text, sqlite3_column_bytes(m_statement, column));
}

void Statement::reset()
{
    sqlite3_reset(m_statement);
}

QString Statement::sourceId()
{
    return QString::fromLatin1(sqlite3_sourceid());
}

Error Statement::error() const
{
    const QSqlError error({}, QString::fromUtf8(sqlite3_errmsg(m_connection)), QSqlError::StatementError,
                          QString::number(sqlite3_extended_errcode(m_connection)));
    return sqlError(error, m_path, QString::fromUtf8(m_text));
}

}

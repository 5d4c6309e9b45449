// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QSqlDatabase>
#include <QVariantList>

#include <memory>

// A database file that is copied, proven or compared: a connection of its own beside the store's, which reads every
// schema there has been and migrates none. Lives and dies in one thread.
namespace quota::service
{

class SqliteFile
{
public:
    ~SqliteFile();
    Q_DISABLE_COPY_MOVE(SqliteFile)

    // One of ours (by its application id), of a schema this program knows. Writable only where a journal beside it
    // must be worked in first.
    static Result<std::unique_ptr<SqliteFile>> open(const QString &path, bool writable = false);

    Result<qint64> number(const QString &statement, const QVariantList &values = {});
    Result<QString> text(const QString &statement, const QVariantList &values = {});
    Result<QList<QVariantList>> rows(const QString &statement, const QVariantList &values = {});
    Done execute(const QString &statement, const QVariantList &values = {});

    int schema() const { return m_schema; }
    bool hasTable(const QString &name);
    // A consistent copy of all that is committed now, in a new file; writers are not kept waiting.
    Done copyTo(const QString &path);

private:
    explicit SqliteFile(QString path);

    const QString m_path;
    QString m_connection;
    int m_schema = 0;
};

}

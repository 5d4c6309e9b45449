// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/repair/lostfigures.h"
#include "service/backup/repair/storedtable.h"

#include <QMap>

// Writes rows that were read out of a damaged file into the fresh database. The first row with a key stays: a second one,
// found elsewhere, is an older one. Inside the salvage's transaction.
namespace quota::service
{

class RowWriter
{
public:
    explicit RowWriter(Database &database)
        : m_database(database)
    {}

    // Empties the tables, and remembers what a fresh database has in them.
    Done begin(const StoredSchema &schema);
    Done write(const StoredTable &table, const StoredRow &row);
    // An entry of an index that holds whole rows.
    Done write(const StoredTable &table, const StoredTable &entries, const StoredRow &entry);
    qint64 rows(const QString &table) const { return m_rows.value(table); }
    // The rows of a fresh database that the damaged one must have had, too, and that are lost.
    Done restoreWhatWasThere(LostFigures &figures, QList<RepairRemark> &remarks);

private:
    Result<Statement *> insertInto(const StoredTable &table);

    Database &m_database;
    QMap<QString, QByteArray> m_texts; // of the statements, which find them by where it lies
    QMap<QString, qint64> m_rows;
    QString m_instance;
    QString m_created;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/repair/salvage.h"
#include "service/backup/repair/treereader.h"

// What a salvage makes up for after it has read all rows: words of the dictionary, sums out of finer sums or rows,
// counters out of sums; and what it takes away because nothing is left that it belongs to. Only what is missing is
// made; what was read stays as it is. Inside the salvage's transaction.
namespace quota::service
{

class LostFigures
{
public:
    LostFigures(Database &database, int schema, Timestamp now)
        : m_database(database)
        , m_hasBooks(schema >= 6)
        , m_hasKeySums(schema >= 8)
        , m_now(now)
    {}

    // Of a key that is disabled for it.
    static const char *const limitsLost;

    // Rows that belong to rows that are lost; keys stay, without the template that is lost.
    Done removeOrphans(const StoredSchema &schema, QList<RepairRemark> &remarks);
    // The row about the books as a whole.
    Done restoreMark(QList<RepairRemark> &remarks);
    // Rows up to this one, or all, are no longer what sums are compared with.
    Done markLostRows(const std::optional<StoredRow> &before);
    // tables: those that have lost something.
    Done makeUp(const QStringList &tables, QList<RepairRemark> &remarks);

private:
    Done leaveTemplates(const StoredReference &reference, QList<RepairRemark> &remarks);
    Result<qint64> fill(const QString &statement);
    Done fillWords(QList<RepairRemark> &remarks);
    Done fillSums(QList<RepairRemark> &remarks);
    Done fillCounters(QList<RepairRemark> &remarks);

    Database &m_database;
    const bool m_hasBooks;
    const bool m_hasKeySums;
    const Timestamp m_now;
};

}

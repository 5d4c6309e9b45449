// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/repair/salvage.h"
#include "service/backup/repair/savedschema.h"

// Says what a salvage could not read, in words for people: by table, between which keys, and which keys are known to be
// lost. After all rows are in the fresh database, inside the salvage's transaction.
namespace quota::service
{

class LossReport
{
public:
    using Losses = QMap<QString, QList<LostSpan>>; // by table

    LossReport(Database &database, const StoredSchema &schema, const Losses &losses)
        : m_database(database)
        , m_schema(schema)
        , m_losses(losses)
    {}

    Done tell(const PageFile &pages, const SavedSchema &saved, QList<RepairRemark> &remarks);

private:
    Done tellLosses(const SavedSchema &saved);
    Done tellLoss(const StoredTable &table, const LostSpan &span);
    Done tellLostKeys(const PageFile &pages, const SavedSchema &saved);
    Result<qint64> rowsWithin(const StoredTable &table, const LostSpan &span);
    void remark(const QString &table, const char *text, const QStringList &arguments = {})
    {
        m_remarks.append({table, text, arguments});
    }

    Database &m_database;
    const StoredSchema &m_schema;
    const Losses &m_losses;
    QList<RepairRemark> m_remarks;
};

}

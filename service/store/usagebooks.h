// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/database.h"
#include "service/store/pendingsums.h"
#include "service/store/usagestore.h"

// The writing end of the books: a row for each request at once; sums, counters and last uses together, some groups of
// rows later. A mark in the database says up to which row the sums go, so that nothing counts twice or never,
// whenever the process ends: opening adds up what is missing. The store thread owns one; one writes at a time.
namespace quota::service
{

struct PastUse // requests that another system counted
{
    KeyId key;
    Timestamp time;
    qint64 requests = 0;
};

class UsageBooks
{
public:
    Q_DISABLE_COPY_MOVE(UsageBooks)

    // zone: of the counters' windows.
    UsageBooks(Database &database, QTimeZone zone);

    // Sums up rows that are not in the sums yet. After a failure of any method the next one does this first.
    Done open();
    // One transaction: these rows and what they end of their keys' leases, and with sumsToo all sums that are due as well.
    Done append(const std::vector<UsageRow> &rows, bool sumsToo);
    Done sumUp() { return append({}, true); }
    // Inside a transaction of the caller's, after open(): sums and counters without rows, of the model and the provider
    // «imported», the uses of each key in order of time. When that transaction fails, so has this object ended.
    Done addPast(const std::vector<PastUse> &uses);
    bool hasPendingSums() const { return !m_pending.isEmpty(); }

private:
    Done catchUp(qint64 summedThrough);
    Done noteZone();
    Done write(const std::vector<UsageRow> &rows, bool sumsToo);
    Done insertRows(const std::vector<UsageRow> &rows);
    Done lowerLeases(const std::vector<UsageRow> &rows);
    Done writeSums();
    Done writeRollups();
    Done writeCounters();
    Done writeLastUses();
    Result<qint64> numberOf(const QString &word);
    Result<QByteArray> wordOf(qint64 number);

    Database &m_database;
    const QTimeZone m_zone;
    PendingSums m_pending;
    QHash<QString, qint64> m_numbers; // of the dictionary
    qint64 m_lastRow = 0;             // the id given last
    bool m_open = false;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/repair/storedtable.h"

#include <functional>

// Passes rows on in their order, a page later than they come: a row that does not stand in the order of its neighbours,
// on its page and the next, has a damaged key and is left out. Pure.
namespace quota::service
{

class OrderedRows
{
public:
    using Sink = std::function<Done(const StoredRow &row)>;

    OrderedRows(const StoredTable &table, const Sink &sink)
        : m_table(table)
        , m_sink(sink)
    {}

    // How many of the page before were left out.
    Result<qint64> add(const QList<StoredRow> &page);
    Result<qint64> finish();

private:
    Result<qint64> pass(const QList<StoredRow> &rows, qsizetype count);

    const StoredTable &m_table;
    const Sink &m_sink;
    QList<StoredRow> m_held;
    std::optional<StoredRow> m_last;
};

}

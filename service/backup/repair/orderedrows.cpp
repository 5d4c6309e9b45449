// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/orderedrows.h"

#include <algorithm>

namespace quota::service
{

// The longest rising run that leaves rows out: by the smallest end of a run of each length.
static QList<qsizetype> risingRows(const StoredTable &table, const QList<StoredRow> &rows,
                                   const std::optional<StoredRow> &above)
{
    QList<qsizetype> ends;
    QList<qsizetype> before(rows.size(), -1);
    for (qsizetype index = 0; index < rows.size(); ++index) {
        if (above && table.compare(rows.at(index), *above) <= 0)
            continue;
        const auto place =
            std::lower_bound(ends.begin(), ends.end(), index, [&](qsizetype end, qsizetype row) {
                return table.compare(rows.at(end), rows.at(row)) < 0;
            });
        if (place != ends.begin())
            before[index] = *(place - 1);
        if (place == ends.end())
            ends.append(index);
        else
            *place = index;
    }
    QList<qsizetype> run;
    for (qsizetype index = ends.isEmpty() ? -1 : ends.last(); index >= 0; index = before.at(index))
        run.prepend(index);
    return run;
}

static bool isRising(const StoredTable &table, const QList<StoredRow> &rows,
                     const std::optional<StoredRow> &above)
{
    for (qsizetype index = 0; index < rows.size(); ++index) {
        const StoredRow *previous = index > 0 ? &rows.at(index - 1) : above ? &*above : nullptr;
        if (previous && table.compare(*previous, rows.at(index)) >= 0)
            return false;
    }
    return true;
}

Result<qint64> OrderedRows::pass(const QList<StoredRow> &rows, qsizetype count)
{
    qint64 passed = 0;
    const auto give = [&](qsizetype index) -> Done {
        if (index >= count)
            return {};
        m_last = rows.at(index);
        ++passed;
        return m_sink(rows.at(index));
    };
    if (isRising(m_table, rows, m_last)) {
        for (qsizetype index = 0; index < count; ++index) {
            if (const Done given = give(index); !given)
                return tl::unexpected(given.error());
        }
        return 0;
    }
    const QList<qsizetype> run = risingRows(m_table, rows, m_last);
    for (const qsizetype index : run) {
        if (const Done given = give(index); !given)
            return tl::unexpected(given.error());
    }
    return count - passed;
}

Result<qint64> OrderedRows::add(const QList<StoredRow> &page)
{
    const qsizetype count = m_held.size();
    auto left = pass(m_held + page, count);
    m_held = page;
    return left;
}

Result<qint64> OrderedRows::finish()
{
    auto left = pass(m_held, m_held.size());
    m_held.clear();
    return left;
}

}

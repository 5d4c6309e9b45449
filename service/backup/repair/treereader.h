// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/repair/pagereader.h"

#include <functional>

// Reads the rows of tables out of the pages of a damaged file: down each table's tree and around what cannot be read,
// then those pages that no tree leads to any more. What fits its table's columns and stands in its order is a row; the
// rest is told as lost, by the keys that it was between.
namespace quota::service
{

struct LostSpan // of one table, between two rows that are left
{
    std::optional<StoredRow> after;
    std::optional<StoredRow> before;
    qint64 pages = 0; // that cannot be read
    qint64 rows = 0;  // single ones, on pages that can
};

class TreeReader
{
public:
    using Sink = std::function<Done(const StoredRow &row)>;
    // tables: of one shape, so that the row may be of any of them.
    using StraySink = std::function<Done(const QList<const StoredTable *> &tables, const StoredRow &row)>;

    explicit TreeReader(const PageFile &file);

    // The rows of a tree in their order; root 0: nobody knows where it is, all of it is lost.
    Result<QList<LostSpan>> read(const StoredTable &table, qint64 root, const Sink &sink);
    // The rows on pages that no tree has led to, where no index can have left them.
    Done readStrays(const StoredSchema &schema, const StraySink &sink);

private:
    struct Walk;

    Done walk(Walk &walk, qint64 number, int depth);
    Done walkInterior(Walk &walk, qint64 number, int depth);
    QList<const StoredTable *> tablesOfStray(qint64 number, const StoredSchema &schema,
                                             PageReader::Leaf &leaf);

    const PageFile &m_file;
    const PageReader m_pages;
    QBitArray m_seen; // pages that belong to what was read
};

}

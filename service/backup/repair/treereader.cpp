// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/treereader.h"

#include "service/backup/repair/orderedrows.h"

// https://www.sqlite.org/fileformat2.html#b_tree_pages
namespace quota::service
{

static constexpr int deepest = 40; // far beyond any tree; ends a circle

struct TreeReader::Walk
{
    const StoredTable &table;
    OrderedRows rows;
    QList<LostSpan> lost;
    std::optional<StoredRow> last;
    bool isOpen = false; // the last span has no end yet

    LostSpan &span()
    {
        if (!isOpen)
            lost.append(LostSpan{last, {}, 0, 0});
        isOpen = true;
        return lost.last();
    }
    Done add(const QList<StoredRow> &page)
    {
        if (page.isEmpty())
            return {};
        if (isOpen)
            lost.last().before = page.first();
        isOpen = false;
        const auto leftOut = rows.add(page);
        if (!leftOut)
            return tl::unexpected(leftOut.error());
        if (*leftOut > 0)
            lost.append(LostSpan{last, page.first(), 0, *leftOut});
        last = page.last();
        return {};
    }
};

TreeReader::TreeReader(const PageFile &file)
    : m_file(file)
    , m_pages(file)
    , m_seen(file.pageCount() + 1)
{}

Done TreeReader::walkInterior(Walk &walk, qint64 number, int depth)
{
    const QByteArrayView page = m_file.page(number);
    const qsizetype header = PageReader::headerAt(number);
    const qint64 cells = std::min<qint64>(numberAt(page, header + 3, 2), page.size() / 6);
    for (qint64 index = 0; index < cells; ++index) {
        const auto at = qsizetype(numberAt(page, header + 12 + index * 2, 2));
        if (at < header + 12 || at + 4 > page.size()) {
            ++walk.span().pages;
            continue;
        }
        if (const Done below = this->walk(walk, numberAt(page, at, 4), depth + 1); !below)
            return below;
        if (walk.table.hasRowid)
            continue;
        auto cell = m_pages.cellAt(number, at, PageReader::IndexInterior);
        if (!cell || !walk.table.take(cell->row)) {
            ++walk.span().rows;
            continue;
        }
        if (const Done added = walk.add({cell->row}); !added)
            return added;
    }
    return this->walk(walk, numberAt(page, header + 8, 4), depth + 1);
}

// Which kind of page it is may be what is damaged: the content decides.
Done TreeReader::walk(Walk &walk, qint64 number, int depth)
{
    const StoredTable &table = walk.table;
    const QByteArrayView page = m_file.page(number);
    if (number < 1 || page.isEmpty() || depth > deepest || m_seen.testBit(number)) {
        ++walk.span().pages;
        return {};
    }
    const int type = quint8(page[PageReader::headerAt(number)]);
    PageReader::Leaf leaf;
    if (type != table.interiorType() || !m_pages.isInterior(number))
        leaf = m_pages.readLeaf(number, table, table.leafType());
    if (!leaf.rows.isEmpty() || leaf.isEmpty) {
        m_seen.setBit(number);
        if (leaf.lost > 0)
            walk.span().rows += leaf.lost;
        return walk.add(leaf.rows);
    }
    if (type == table.leafType() || !m_pages.isInterior(number)) {
        ++walk.span().pages;
        return {};
    }
    m_seen.setBit(number);
    return walkInterior(walk, number, depth);
}

Result<QList<LostSpan>> TreeReader::read(const StoredTable &table, qint64 root, const Sink &sink)
{
    Walk walk{table, OrderedRows(table, sink), {}, {}, false};
    if (const Done walked = this->walk(walk, root, 0); !walked)
        return tl::unexpected(walked.error());
    const auto leftOut = walk.rows.finish();
    if (!leftOut)
        return tl::unexpected(leftOut.error());
    if (*leftOut > 0)
        walk.span().rows += *leftOut;
    return walk.lost;
}

// Those that most of its cells fit; none when an index could have them, too.
QList<const StoredTable *> TreeReader::tablesOfStray(qint64 number, const StoredSchema &schema,
                                                     PageReader::Leaf &leaf)
{
    const auto type = quint8(m_file.page(number)[PageReader::headerAt(number)]);
    QList<const StoredTable *> best;
    const auto attempt = [&](const StoredTable *table, const StoredTable &shape, int as) {
        if (!PageReader::isNearly(type, as))
            return;
        PageReader::Leaf read = m_pages.readLeaf(number, shape, as);
        if (read.rows.isEmpty() || read.rows.size() < leaf.rows.size())
            return;
        if (read.rows.size() > leaf.rows.size())
            best.clear();
        best.append(table);
        leaf = std::move(read);
    };
    for (const StoredTable &table : schema.tables) {
        attempt(&table, table, table.leafType());
        if (!table.hasRowid)
            attempt(&table, table, PageReader::IndexInterior);
    }
    for (const StoredIndex &index : schema.indexes) {
        attempt(nullptr, index.entries, PageReader::IndexLeaf);
        attempt(nullptr, index.entries, PageReader::IndexInterior);
    }
    return best.contains(nullptr) ? QList<const StoredTable *>() : best;
}

Done TreeReader::readStrays(const StoredSchema &schema, const StraySink &sink)
{
    const QBitArray free = m_file.freePages();
    for (qint64 number = 1; number <= m_file.pageCount(); ++number) {
        if (m_seen.testBit(number) || free.testBit(number) || m_file.page(number).isEmpty())
            continue;
        PageReader::Leaf leaf;
        const QList<const StoredTable *> tables = tablesOfStray(number, schema, leaf);
        if (tables.isEmpty())
            continue;
        for (const StoredRow &row : std::as_const(leaf.rows)) {
            if (const Done given = sink(tables, row); !given)
                return given;
        }
    }
    return {};
}

}

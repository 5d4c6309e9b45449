// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/treereader.h"

#include "service/backup/repair/orderedrows.h"

#include <algorithm>
#include <bit>
#include <limits>

// https://www.sqlite.org/fileformat2.html#b_tree_pages
namespace quota::service
{

static constexpr int tableLeaf = 0x0d;
static constexpr int tableInterior = 0x05;
static constexpr int indexLeaf = 0x0a;
static constexpr int indexInterior = 0x02;
static constexpr qsizetype columnsThatTell = 5;
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
    , m_seen(file.pageCount() + 1)
{}

// But for one bit, perhaps.
static bool isNearly(quint8 type, int wanted)
{
    return std::popcount(quint8(type ^ quint8(wanted))) <= 1;
}

// What did not fit on the page goes on in a chain of pages of its own.
std::optional<QByteArray> TreeReader::longPayload(QByteArrayView page, qsizetype at, qint64 local,
                                                  qint64 size)
{
    if (size > m_file.pageCount() * m_file.pageSize())
        return std::nullopt;
    QByteArray payload = page.sliced(at, local).toByteArray();
    qint64 next = numberAt(page, at + local, 4);
    while (payload.size() < size) {
        const QByteArrayView more = next > 1 ? m_file.page(next) : QByteArrayView();
        if (more.isEmpty())
            return std::nullopt;
        payload.append(more.sliced(4, std::min<qint64>(size - payload.size(), more.size() - 4)));
        next = numberAt(more, 0, 4);
    }
    return payload;
}

std::optional<TreeReader::Cell> TreeReader::cellAt(qint64 number, qsizetype at, int type)
{
    const QByteArrayView page = m_file.page(number);
    const qint64 usable = m_file.pageSize();
    Cell cell;
    if (type == tableInterior || type == indexInterior) {
        if (at + 4 > usable)
            return std::nullopt;
        cell.child = numberAt(page, at, 4);
        at += 4;
    }
    std::optional<quint64> size;
    if (type != tableInterior) {
        size = readVarint(page, at);
        if (!size || *size == 0 || *size > quint64(std::numeric_limits<int>::max()))
            return std::nullopt;
    }
    if (type == tableLeaf || type == tableInterior) {
        const auto rowid = readVarint(page, at);
        if (!rowid)
            return std::nullopt;
        cell.row.rowid = qint64(*rowid);
    }
    cell.end = at;
    if (type == tableInterior)
        return cell;
    const qint64 most = type == tableLeaf ? usable - 35 : (usable - 12) * 64 / 255 - 23;
    const qint64 least = (usable - 12) * 32 / 255 - 23;
    const auto payload = qint64(*size);
    const qint64 cut = least + (payload - least) % (usable - 4);
    const qint64 local = payload <= most ? payload : cut <= most ? cut : least;
    cell.end = at + local + (local < payload ? 4 : 0);
    if (cell.end > usable)
        return std::nullopt;
    std::optional<QList<StoredValue>> values;
    if (local == payload)
        values = readRecord(page.sliced(at, local), true);
    else if (const auto whole = longPayload(page, at, local, payload))
        values = readRecord(*whole, false);
    if (!values)
        return std::nullopt;
    cell.row.values = std::move(*values);
    return cell;
}

// Where a pointer is lost, its row may still stand on the page.
void TreeReader::searchGaps(qint64 number, const StoredTable &table, int type,
                            QList<std::pair<qsizetype, qsizetype>> covered, Leaf &leaf)
{
    std::sort(covered.begin(), covered.end());
    covered.append({m_file.pageSize(), m_file.pageSize()});
    qsizetype at = headerAt(number) + 8;
    for (const auto &[begin, end] : std::as_const(covered)) {
        while (at < begin) {
            auto cell = cellAt(number, at, type);
            if (cell && cell->end <= begin && table.take(cell->row)) {
                leaf.rows.append(cell->row);
                leaf.lost = std::max<qint64>(0, leaf.lost - 1);
                at = cell->end;
            } else {
                ++at;
            }
        }
        at = std::max(at, end);
    }
    std::stable_sort(
        leaf.rows.begin(), leaf.rows.end(),
        [&table](const StoredRow &left, const StoredRow &right) { return table.compare(left, right) < 0; });
}

static qint64 freeBytes(QByteArrayView page, qsizetype header)
{
    qint64 bytes = quint8(page[header + 7]);
    qsizetype block = numberAt(page, header + 1, 2);
    for (int count = 0; block != 0 && block + 4 <= page.size() && count < page.size() / 4; ++count) {
        bytes += numberAt(page, block + 2, 2);
        block = numberAt(page, block, 2);
    }
    return bytes;
}

TreeReader::Leaf TreeReader::readLeaf(qint64 number, const StoredTable &table, int type)
{
    const QByteArrayView page = m_file.page(number);
    const qsizetype header = headerAt(number);
    const bool interior = type == indexInterior;
    const qint64 cells = numberAt(page, header + 3, 2);
    const qsizetype pointers = header + (interior ? 12 : 8);
    Leaf leaf;
    QList<std::pair<qsizetype, qsizetype>> covered;
    qint64 bytes = 0;
    for (qint64 index = 0; index < cells && pointers + index * 2 + 2 <= page.size(); ++index) {
        const auto at = qsizetype(numberAt(page, pointers + index * 2, 2));
        auto cell = at >= pointers ? cellAt(number, at, type) : std::nullopt;
        if (!cell || !table.take(cell->row)) {
            ++leaf.lost;
            continue;
        }
        covered.append({at, cell->end});
        bytes += std::max<qsizetype>(4, cell->end - at);
        leaf.rows.append(std::move(cell->row));
    }
    const qint64 start = numberAt(page, header + 5, 2);
    leaf.isEmpty = cells == 0 && start == page.size() && quint8(page[header]) == type;
    const bool isWhole = leaf.lost == 0 && bytes + freeBytes(page, header) == page.size() - start;
    // Noise is taken for a row of few columns now and then, and never for one of many.
    const bool isLeaf = !leaf.rows.isEmpty() || isNearly(quint8(page[header]), type) ||
                        table.columns.size() >= columnsThatTell;
    if (!isWhole && !interior && !leaf.isEmpty && isLeaf)
        searchGaps(number, table, type, covered, leaf);
    return leaf;
}

// Whether it leads to pages that there are, most of the time.
bool TreeReader::isInterior(qint64 number) const
{
    const QByteArrayView page = m_file.page(number);
    const qsizetype header = headerAt(number);
    const auto isPage = [this](qint64 child) { return child > 1 && child <= m_file.pageCount(); };
    const qint64 cells = numberAt(page, header + 3, 2);
    qint64 good = isPage(numberAt(page, header + 8, 4)) ? 1 : 0;
    for (qint64 index = 0; index < cells; ++index) {
        const auto at = qsizetype(numberAt(page, header + 12 + index * 2, 2));
        if (at >= header + 12 && at + 4 < page.size() && isPage(numberAt(page, at, 4)))
            ++good;
    }
    return good * 2 > cells + 1 || (cells <= 1 && good == cells + 1);
}

Done TreeReader::walkInterior(Walk &walk, qint64 number, int depth)
{
    const QByteArrayView page = m_file.page(number);
    const qsizetype header = headerAt(number);
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
        auto cell = cellAt(number, at, indexInterior);
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
    const int type = quint8(page[headerAt(number)]);
    Leaf leaf;
    if (type != table.interiorType() || !isInterior(number))
        leaf = readLeaf(number, table, table.leafType());
    if (!leaf.rows.isEmpty() || leaf.isEmpty) {
        m_seen.setBit(number);
        if (leaf.lost > 0)
            walk.span().rows += leaf.lost;
        return walk.add(leaf.rows);
    }
    if (type == table.leafType() || !isInterior(number)) {
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
QList<const StoredTable *> TreeReader::tablesOfStray(qint64 number, const StoredSchema &schema, Leaf &leaf)
{
    const auto type = quint8(m_file.page(number)[headerAt(number)]);
    QList<const StoredTable *> best;
    const auto attempt = [&](const StoredTable *table, const StoredTable &shape, int as) {
        if (!isNearly(type, as))
            return;
        Leaf read = readLeaf(number, shape, as);
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
            attempt(&table, table, indexInterior);
    }
    for (const StoredIndex &index : schema.indexes) {
        attempt(nullptr, index.entries, indexLeaf);
        attempt(nullptr, index.entries, indexInterior);
    }
    return best.contains(nullptr) ? QList<const StoredTable *>() : best;
}

Done TreeReader::readStrays(const StoredSchema &schema, const StraySink &sink)
{
    const QBitArray free = m_file.freePages();
    for (qint64 number = 1; number <= m_file.pageCount(); ++number) {
        if (m_seen.testBit(number) || free.testBit(number) || m_file.page(number).isEmpty())
            continue;
        Leaf leaf;
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

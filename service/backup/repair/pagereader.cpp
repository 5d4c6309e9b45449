// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/pagereader.h"

#include <algorithm>
#include <bit>
#include <limits>

// https://www.sqlite.org/fileformat2.html#b_tree_pages
namespace quota::service
{

static constexpr qsizetype columnsThatTell = 5;

bool PageReader::isNearly(quint8 type, int wanted)
{
    return std::popcount(quint8(type ^ quint8(wanted))) <= 1;
}

// What did not fit on the page goes on in a chain of pages of its own.
std::optional<QByteArray> PageReader::longPayload(QByteArrayView page, qsizetype at, qint64 local,
                                                  qint64 size) const
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

std::optional<PageReader::Cell> PageReader::cellAt(qint64 number, qsizetype at, int type) const
{
    const QByteArrayView page = m_file.page(number);
    const qint64 usable = m_file.pageSize();
    Cell cell;
    if (type == TableInterior || type == IndexInterior) {
        if (at + 4 > usable)
            return std::nullopt;
        cell.child = numberAt(page, at, 4);
        at += 4;
    }
    std::optional<quint64> size;
    if (type != TableInterior) {
        size = readVarint(page, at);
        if (!size || *size == 0 || *size > quint64(std::numeric_limits<int>::max()))
            return std::nullopt;
    }
    if (type == TableLeaf || type == TableInterior) {
        const auto rowid = readVarint(page, at);
        if (!rowid)
            return std::nullopt;
        cell.row.rowid = qint64(*rowid);
    }
    cell.end = at;
    if (type == TableInterior)
        return cell;
    const qint64 most = type == TableLeaf ? usable - 35 : (usable - 12) * 64 / 255 - 23;
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
void PageReader::searchGaps(qint64 number, const StoredTable &table, int type,
                            QList<std::pair<qsizetype, qsizetype>> covered, Leaf &leaf) const
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

PageReader::Leaf PageReader::readLeaf(qint64 number, const StoredTable &table, int type) const
{
    const QByteArrayView page = m_file.page(number);
    const qsizetype header = headerAt(number);
    const bool interior = type == IndexInterior;
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
    leaf.isEmpty = cells == 0 && start == page.size() && typeOf(number) == type;
    const bool isWhole = leaf.lost == 0 && bytes + freeBytes(page, header) == page.size() - start;
    // Noise is taken for a row of few columns now and then, and never for one of many.
    const bool isLeaf =
        !leaf.rows.isEmpty() || isNearly(typeOf(number), type) || table.columns.size() >= columnsThatTell;
    if (!isWhole && !interior && !leaf.isEmpty && isLeaf)
        searchGaps(number, table, type, covered, leaf);
    return leaf;
}

bool PageReader::isInterior(qint64 number) const
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

}

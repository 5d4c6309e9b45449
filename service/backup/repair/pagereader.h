// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/repair/pagefile.h"
#include "service/backup/repair/storedtable.h"

// The rows on one page of a damaged file: what its cells hold that fits the table, and what stands between them where
// their pointers are lost. The reader of trees asks it about every page.
namespace quota::service
{

class PageReader
{
public:
    explicit PageReader(const PageFile &file)
        : m_file(file)
    {}

    enum Type // the first byte of a page; but for one bit, perhaps
    {
        TableLeaf = 0x0d,
        TableInterior = 0x05,
        IndexLeaf = 0x0a,
        IndexInterior = 0x02
    };
    static bool isNearly(quint8 type, int wanted);
    static qsizetype headerAt(qint64 number) { return number == 1 ? 100 : 0; }
    quint8 typeOf(qint64 number) const { return quint8(m_file.page(number)[headerAt(number)]); }

    struct Cell
    {
        StoredRow row;
        qint64 child = 0;
        qsizetype end = 0;
    };
    std::optional<Cell> cellAt(qint64 number, qsizetype at, int type) const;

    struct Leaf
    {
        QList<StoredRow> rows;
        qint64 lost = 0; // cells that are no rows
        bool isEmpty = false;
    };
    Leaf readLeaf(qint64 number, const StoredTable &table, int type) const;

    // Whether it leads to pages that there are, most of the time.
    bool isInterior(qint64 number) const;

private:
    std::optional<QByteArray> longPayload(QByteArrayView page, qsizetype at, qint64 local, qint64 size) const;
    void searchGaps(qint64 number, const StoredTable &table, int type,
                    QList<std::pair<qsizetype, qsizetype>> covered, Leaf &leaf) const;

    const PageFile &m_file;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QBitArray>
#include <QByteArrayView>
#include <QFile>
#include <QHash>

#include <memory>

// The pages of a database file as they lie on the disk, with the commits of the journal beside it, and without SQLite:
// what that refuses to open can still be looked at page by page. A repair reads through it. Changes nothing; the
// file must not be written meanwhile.
namespace quota::service
{

class PageFile
{
public:
    static Result<std::unique_ptr<PageFile>> open(const QString &path);

    // Of the first page, believed only where something else agrees.
    struct Header
    {
        bool hasMark = false; // «SQLite format 3»
        quint32 application = 0;
        quint32 schema = 0;
    };
    Header header() const;

    qint64 pageCount() const { return m_pageCount; }
    int pageSize() const { return m_pageSize; }
    QByteArrayView page(qint64 number) const; // from 1; empty: there is none
    QBitArray freePages() const;              // those that the list of free pages names

private:
    explicit PageFile(const QString &path);
    Done map(QFile &file, QByteArrayView &bytes);
    void findPageSize();
    void readJournal();

    QFile m_file;
    QFile m_journal;
    QByteArrayView m_bytes;
    QByteArrayView m_journalBytes;
    QByteArray m_lastPage; // filled up where the file ends within it
    int m_pageSize = 0;
    qint64 m_pageCount = 0;
    QHash<quint32, qint64> m_committed; // where in the journal a page's newest content begins
};

// Big-endian, as all numbers in such a file.
quint32 numberAt(QByteArrayView bytes, qsizetype at, int size);

}

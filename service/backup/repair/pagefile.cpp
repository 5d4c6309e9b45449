// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/pagefile.h"

#include <QtEndian>

using namespace Qt::StringLiterals;

// https://www.sqlite.org/fileformat2.html
namespace quota::service
{

static constexpr int usualPageSize = 4096;
static constexpr qsizetype journalHeader = 32;
static constexpr qsizetype frameHeader = 24;

quint32 numberAt(QByteArrayView bytes, qsizetype at, int size)
{
    quint32 value = 0;
    for (int index = 0; index < size && at + index < bytes.size(); ++index)
        value = (value << 8) | quint8(bytes[at + index]);
    return value;
}

PageFile::PageFile(const QString &path)
    : m_file(path)
    , m_journal(path + "-wal"_L1)
{}

Done PageFile::map(QFile &file, QByteArrayView &bytes)
{
    if (!file.open(QIODevice::ReadOnly)) {
        return failure(ErrorCode::Storage,
                       u"The database %1 cannot be read: %2. This user needs read permission."_s.arg(
                           file.fileName(), file.errorString()));
    }
    if (file.size() == 0)
        return {};
    const uchar *mapped = file.map(0, file.size());
    if (!mapped)
        return failure(ErrorCode::Storage,
                       u"%1 cannot be read: %2."_s.arg(file.fileName(), file.errorString()));
    bytes = QByteArrayView(mapped, qsizetype(file.size()));
    return {};
}

Result<std::unique_ptr<PageFile>> PageFile::open(const QString &path)
{
    std::unique_ptr<PageFile> file(new PageFile(path));
    if (const Done mapped = file->map(file->m_file, file->m_bytes); !mapped)
        return tl::unexpected(mapped.error());
    if (file->m_journal.exists()) {
        if (const Done mapped = file->map(file->m_journal, file->m_journalBytes); !mapped)
            return tl::unexpected(mapped.error());
    }
    file->findPageSize();
    const qint64 size = file->m_bytes.size();
    file->m_pageCount = (size + file->m_pageSize - 1) / file->m_pageSize;
    if (const qint64 rest = size % file->m_pageSize; rest != 0) {
        file->m_lastPage = file->m_bytes.last(rest).toByteArray();
        file->m_lastPage.resize(file->m_pageSize, '\0');
    }
    file->readJournal();
    return file;
}

// One flipped bit never makes another power of two of it: what is none is damaged, and ours have the usual size.
void PageFile::findPageSize()
{
    const quint32 size = numberAt(m_bytes, 16, 2);
    const bool isPossible = size >= 512 && (size & (size - 1)) == 0;
    m_pageSize = isPossible && header().hasMark ? int(size) : usualPageSize;
}

PageFile::Header PageFile::header() const
{
    const QByteArrayView first = m_pageCount > 0 ? page(1) : m_bytes;
    return {first.startsWith(QByteArrayView("SQLite format 3\0", 16)), numberAt(first, 68, 4),
            numberAt(first, 60, 4)};
}

namespace
{

class Checksum // of the journal: over pairs of numbers, in the order of bytes that it names
{
public:
    explicit Checksum(bool bigEndian)
        : m_bigEndian(bigEndian)
    {}
    void add(QByteArrayView bytes)
    {
        for (qsizetype at = 0; at + 8 <= bytes.size(); at += 8) {
            m_first += number(bytes, at) + m_second;
            m_second += number(bytes, at + 4) + m_first;
        }
    }
    bool isAt(QByteArrayView bytes, qsizetype at) const
    {
        return numberAt(bytes, at, 4) == m_first && numberAt(bytes, at + 4, 4) == m_second;
    }

private:
    quint32 number(QByteArrayView bytes, qsizetype at) const
    {
        return m_bigEndian ? qFromBigEndian<quint32>(bytes.data() + at)
                           : qFromLittleEndian<quint32>(bytes.data() + at);
    }
    const bool m_bigEndian;
    quint32 m_first = 0;
    quint32 m_second = 0;
};

}

// As SQLite does it: frames count up to the last commit before the first one that is not whole.
void PageFile::readJournal()
{
    const QByteArrayView bytes = m_journalBytes;
    const quint32 mark = numberAt(bytes, 0, 4);
    if (bytes.size() < journalHeader || (mark & ~1u) != 0x377f0682u ||
        numberAt(bytes, 8, 4) != quint32(m_pageSize))
        return;
    Checksum checksum(mark & 1u);
    checksum.add(bytes.first(24));
    if (!checksum.isAt(bytes, 24))
        return;
    QHash<quint32, qint64> pending;
    for (qsizetype at = journalHeader; at + frameHeader + m_pageSize <= bytes.size();
         at += frameHeader + m_pageSize) {
        if (bytes.sliced(at + 8, 8) != bytes.sliced(16, 8))
            break;
        checksum.add(bytes.sliced(at, 8));
        checksum.add(bytes.sliced(at + frameHeader, m_pageSize));
        if (!checksum.isAt(bytes, at + 16))
            break;
        pending.insert(numberAt(bytes, at, 4), at + frameHeader);
        const quint32 pagesAfterCommit = numberAt(bytes, at + 4, 4);
        if (pagesAfterCommit == 0)
            continue;
        m_committed.insert(pending);
        pending.clear();
        m_pageCount = pagesAfterCommit;
    }
}

QByteArrayView PageFile::page(qint64 number) const
{
    if (number < 1 || number > m_pageCount)
        return {};
    if (const auto committed = m_committed.constFind(quint32(number)); committed != m_committed.constEnd())
        return m_journalBytes.sliced(*committed, m_pageSize);
    const qint64 at = (number - 1) * m_pageSize;
    if (at + m_pageSize <= m_bytes.size())
        return m_bytes.sliced(at, m_pageSize);
    return at < m_bytes.size() ? QByteArrayView(m_lastPage) : QByteArrayView();
}

QBitArray PageFile::freePages() const
{
    QBitArray free(m_pageCount + 1);
    qint64 trunk = numberAt(page(1), 32, 4);
    while (trunk > 1 && trunk <= m_pageCount && !free.testBit(trunk)) {
        free.setBit(trunk);
        const QByteArrayView list = page(trunk);
        const qint64 leaves = std::min<qint64>(numberAt(list, 4, 4), m_pageSize / 4 - 2);
        for (qint64 leaf = 0; leaf < leaves; ++leaf) {
            const qint64 number = numberAt(list, 8 + leaf * 4, 4);
            if (number > 1 && number <= m_pageCount)
                free.setBit(number);
        }
        trunk = numberAt(list, 0, 4);
    }
    return free;
}

}

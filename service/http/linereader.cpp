// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/linereader.h"

#include <cstring>

namespace quota::service
{

LineReader::Outcome LineReader::take(QByteArrayView &input, qsizetype maximum)
{
    if (m_whole) {
        m_begun.truncate(0);
        m_whole = false;
    }
    const qsizetype before = m_begun.size();
    const void *const feed = std::memchr(input.data(), '\n', size_t(input.size()));
    const qsizetype size = feed ? static_cast<const char *>(feed) - input.data() + 1 : input.size();
    // A line that has its most bytes without an end is too long, whatever comes.
    if (before + size > maximum || (!feed && before + size == maximum))
        return Outcome::TooLong;
    const QByteArrayView part = input.first(size);
    input = input.sliced(size);
    if (feed && before == 0)
        return end(part);
    m_begun.append(part);
    return feed ? end(m_begun) : Outcome::Unfinished;
}

LineReader::Outcome LineReader::end(QByteArrayView line)
{
    m_whole = true;
    m_line = line.chopped(1);
    if (!m_line.endsWith('\r'))
        return Outcome::BareLineFeed;
    m_line.chop(1);
    return Outcome::Whole;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/tokenestimate.h"

#include "service/proxy/bytescan.h"

namespace quota::service
{

bool isCjk(char32_t character)
{
    return (character >= 0x2e80 && character <= 0x9fff) || (character >= 0xac00 && character <= 0xd7af) ||
           (character >= 0xf900 && character <= 0xfaff) || (character >= 0xff00 && character <= 0xffef) ||
           (character >= 0x20000 && character <= 0x3ffff);
}

void TokenEstimate::add(QByteArrayView utf8)
{
    while (!utf8.isEmpty()) {
        const qsizetype ascii = bytescan::asciiLength(utf8);
        m_bytes += ascii;
        utf8 = utf8.sliced(ascii);
        if (!utf8.isEmpty())
            utf8 = utf8.sliced(addCharacter(utf8));
    }
}

qsizetype TokenEstimate::addCharacter(QByteArrayView utf8)
{
    const uchar lead = uchar(utf8[0]);
    const int length = lead < 0xe0 ? 1 : lead < 0xf0 ? 3 : 4;
    if (length == 1 || length > utf8.size()) {
        ++m_bytes;
        return 1;
    }
    char32_t character = lead & (length == 3 ? 0x0f : 0x07);
    for (int k = 1; k < length; ++k)
        character = (character << 6) | (uchar(utf8[k]) & 0x3f);
    if (isCjk(character))
        ++m_tokens;
    else
        m_bytes += length;
    return length;
}

void TokenEstimate::add(const TokenEstimate &other)
{
    m_tokens += other.m_tokens;
    m_bytes += other.m_bytes;
}

}

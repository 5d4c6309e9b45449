// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/tokenestimate.h"

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
    for (qsizetype i = 0; i < utf8.size();) {
        const uchar lead = uchar(utf8[i]);
        const int length = lead < 0xe0 ? 1 : lead < 0xf0 ? 3 : 4;
        if (length > 1 && i + length <= utf8.size()) {
            char32_t character = lead & (length == 3 ? 0x0f : 0x07);
            for (int k = 1; k < length; ++k)
                character = (character << 6) | (uchar(utf8[i + k]) & 0x3f);
            if (isCjk(character))
                ++m_tokens;
            else
                m_bytes += length;
            i += length;
        } else {
            ++m_bytes;
            ++i;
        }
    }
}

void TokenEstimate::add(const TokenEstimate &other)
{
    m_tokens += other.m_tokens;
    m_bytes += other.m_bytes;
}

}

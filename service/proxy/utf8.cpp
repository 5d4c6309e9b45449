// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/utf8.h"

namespace quota::service
{

int utf8SequenceLength(QByteArrayView bytes)
{
    const auto byteAt = [&](qsizetype place) {
        return place < bytes.size() ? uchar(bytes[place]) : uchar(0);
    };
    const uchar lead = byteAt(0);
    if (lead < 0x80)
        return bytes.isEmpty() ? 0 : 1;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    const int length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    // The second byte's range is narrower where a shorter form, a surrogate or too large a value would begin.
    const uchar low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const uchar high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (byteAt(1) < low || byteAt(1) > high)
        return 0;
    for (int i = 2; i < length; ++i) {
        if ((byteAt(i) & 0xc0) != 0x80)
            return 0;
    }
    return length;
}

void appendUtf8(QByteArray &out, char32_t character)
{
    const auto continuation = [&](int shift) { return char(0x80 | ((character >> shift) & 0x3f)); };
    if (character < 0x80) {
        out += char(character);
    } else if (character < 0x800) {
        out += char(0xc0 | (character >> 6));
        out += continuation(0);
    } else if (character < 0x10000) {
        out += char(0xe0 | (character >> 12));
        out += continuation(6);
        out += continuation(0);
    } else {
        out += char(0xf0 | (character >> 18));
        out += continuation(12);
        out += continuation(6);
        out += continuation(0);
    }
}

}

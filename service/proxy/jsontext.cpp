// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/jsontext.h"

#include "service/proxy/utf8.h"

namespace quota::service
{

// The four hexadecimal digits that a view begins with, as in an escape.
static char32_t unitOf(QByteArrayView digits)
{
    char32_t unit = 0;
    for (const char c : digits.first(4))
        unit = (unit << 4) | char32_t(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    return unit;
}

static bool isHighSurrogate(char32_t unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

static bool isLowSurrogate(char32_t unit)
{
    return unit >= 0xdc00 && unit < 0xe000;
}

void decodeJsonText(QByteArrayView raw, QByteArray &text)
{
    text.resize(0);
    text.reserve(raw.size());
    while (!raw.isEmpty()) {
        const qsizetype backslash = raw.indexOf('\\');
        if (backslash < 0) {
            text += raw;
            return;
        }
        text += raw.first(backslash);
        const char kind = raw[backslash + 1];
        raw = raw.sliced(backslash + 2);
        static constexpr QByteArrayView from("bfnrt");
        static constexpr QByteArrayView to("\b\f\n\r\t");
        if (kind != 'u') {
            const qsizetype plain = from.indexOf(kind);
            text += plain >= 0 ? to[plain] : kind;
            continue;
        }
        char32_t character = unitOf(raw);
        raw = raw.sliced(4);
        if (isHighSurrogate(character) && raw.startsWith("\\u") && isLowSurrogate(unitOf(raw.sliced(2)))) {
            character = 0x10000 + ((character - 0xd800) << 10) + (unitOf(raw.sliced(2)) - 0xdc00);
            raw = raw.sliced(6);
        }
        const bool isHalf = isHighSurrogate(character) || isLowSurrogate(character);
        appendUtf8(text, isHalf ? U'\ufffd' : character);
    }
}

}

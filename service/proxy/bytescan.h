// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <bit>
#include <cstring>

// How far a text goes on without a byte that matters, eight bytes at a time: for jsonscanner, tokenestimate and
// usagemeter, which look at every byte that passes. Pure.
namespace quota::service::bytescan
{

inline constexpr quint64 ones = 0x0101010101010101;
inline constexpr quint64 highBits = 0x8080808080808080;

// The high bit of each byte of eight that is zero. Above a zero byte one that is not may be marked as well, so that
// only the lowest mark counts.
constexpr quint64 zeroBytes(quint64 eight)
{
    return (eight - ones) & ~eight & highBits;
}

constexpr quint64 bytesEqual(quint64 eight, char to)
{
    return zeroBytes(eight ^ (ones * uchar(to)));
}

// The number of bytes before the first that matters. marks: the high bit of each byte of eight that does, of
// which only the lowest must be right; matters: the same of a single byte.
template <class Marks, class Matters>
qsizetype lengthBefore(QByteArrayView bytes, Marks marks, Matters matters)
{
    const char *const data = bytes.data();
    const qsizetype size = bytes.size();
    qsizetype length = 0;
    if constexpr (std::endian::native == std::endian::little) {
        for (; size - length >= 8; length += 8) {
            quint64 eight;
            std::memcpy(&eight, data + length, 8);
            if (const quint64 found = marks(eight))
                return length + std::countr_zero(found) / 8;
        }
    }
    while (length < size && !matters(data[length]))
        ++length;
    return length;
}

// Of a JSON string: no quote, no backslash, no control character, ASCII.
inline qsizetype plainLength(QByteArrayView bytes)
{
    return lengthBefore(
        bytes,
        [](quint64 eight) {
            const quint64 controls = (eight - ones * 0x20) & ~eight & highBits;
            return controls | (eight & highBits) | bytesEqual(eight, '"') | bytesEqual(eight, '\\');
        },
        [](char c) { return c == '"' || c == '\\' || uchar(c) < 0x20 || uchar(c) >= 0x80; });
}

inline qsizetype lineLength(QByteArrayView bytes)
{
    return lengthBefore(
        bytes, [](quint64 eight) { return bytesEqual(eight, '\n') | bytesEqual(eight, '\r'); },
        [](char c) { return c == '\n' || c == '\r'; });
}

inline qsizetype asciiLength(QByteArrayView bytes)
{
    return lengthBefore(
        bytes, [](quint64 eight) { return eight & highBits; }, [](char c) { return uchar(c) >= 0x80; });
}

}

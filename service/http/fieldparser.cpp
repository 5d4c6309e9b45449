// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/fieldparser.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace quota::service::fields
{

bool isDigit(char character)
{
    return character >= '0' && character <= '9';
}

// Which bytes a table of 256 answers true for: heads are looked through byte by byte.
using ByteSet = std::array<bool, 256>;

static constexpr ByteSet lettersDigitsAnd(std::string_view others)
{
    ByteSet set{};
    for (int byte = 0; byte < 256; ++byte)
        set[size_t(byte)] =
            (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    for (const char other : others)
        set[static_cast<unsigned char>(other)] = true;
    return set;
}

static bool allIn(QByteArrayView text, const ByteSet &set)
{
    return std::all_of(text.begin(), text.end(),
                       [&](char character) { return set[static_cast<unsigned char>(character)]; });
}

bool isToken(QByteArrayView text)
{
    static constexpr ByteSet set = lettersDigitsAnd("!#$%&'*+-.^_`|~");
    return !text.isEmpty() && allIn(text, set);
}

bool isFieldValue(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(), [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
    });
}

bool isTarget(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(), [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return byte > 0x20 && byte < 0x7f;
    });
}

bool isHost(QByteArrayView text)
{
    static constexpr ByteSet set = lettersDigitsAnd("-._~%:[]!$&'()*+,;=");
    return !text.isEmpty() && allIn(text, set);
}

QByteArrayView trimmed(QByteArrayView text)
{
    const auto isSpace = [](char character) { return character == ' ' || character == '\t'; };
    while (!text.isEmpty() && isSpace(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isSpace(text.back()))
        text.chop(1);
    return text;
}

bool readField(QByteArrayView line, HeaderField &field)
{
    const qsizetype colon = line.indexOf(':');
    if (colon <= 0 || !isToken(line.first(colon)))
        return false;
    const QByteArrayView value = trimmed(line.sliced(colon + 1));
    if (!isFieldValue(value))
        return false;
    field = {line.first(colon), value};
    return true;
}

std::optional<ParseFault> readFields(QByteArrayView lines, int maximum, HeaderList &headers)
{
    headers.reserve(lines.size(), 24);
    while (!lines.isEmpty()) {
        const qsizetype end = lines.indexOf("\r\n");
        Q_ASSERT(end >= 0);
        HeaderField field;
        // A bare CR or LF is not part of any line end and falls to isFieldValue.
        if (!readField(lines.first(end), field))
            return ParseFault{400, "A header field is malformed."};
        if (headers.size() >= maximum)
            return ParseFault{431, "There are more header fields than allowed."};
        headers.append(field.name, field.value);
        lines = lines.sliced(end + 2);
    }
    return std::nullopt;
}

std::optional<qint64> contentLength(QByteArrayView value)
{
    if (value.isEmpty() || value.size() > 18 || !std::all_of(value.begin(), value.end(), isDigit))
        return std::nullopt;
    return value.toByteArray().toLongLong();
}

bool listContains(QByteArrayView list, QByteArrayView token)
{
    while (!list.isEmpty()) {
        const qsizetype comma = list.indexOf(',');
        const QByteArrayView element = trimmed(comma < 0 ? list : list.first(comma));
        if (equalsIgnoringCase(element, token))
            return true;
        list = comma < 0 ? QByteArrayView() : list.sliced(comma + 1);
    }
    return false;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/fieldparser.h"

#include <algorithm>

namespace quota::service::fields
{

static bool isLetter(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

bool isDigit(char character)
{
    return character >= '0' && character <= '9';
}

static bool isTokenCharacter(char character)
{
    return isLetter(character) || isDigit(character) ||
           (character != '\0' && QByteArrayView("!#$%&'*+-.^_`|~").contains(character));
}

bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenCharacter);
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
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char character) {
        return isLetter(character) || isDigit(character) ||
               (character != '\0' && QByteArrayView("-._~%:[]!$&'()*+,;=").contains(character));
    });
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
    field = {line.first(colon).toByteArray(), value.toByteArray()};
    return true;
}

std::optional<ParseFault> readFields(QByteArrayView lines, int maximum, HeaderList &headers)
{
    while (!lines.isEmpty()) {
        const qsizetype end = lines.indexOf("\r\n");
        Q_ASSERT(end >= 0);
        HeaderField field;
        // A bare CR or LF is not part of any line end and falls to isFieldValue.
        if (!readField(lines.first(end), field))
            return ParseFault{400, "A header field is malformed."};
        if (headers.size() >= maximum)
            return ParseFault{431, "There are more header fields than allowed."};
        headers.append(std::move(field.name), std::move(field.value));
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

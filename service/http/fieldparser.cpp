// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/fieldparser.h"

#include <QtEndian>

#include <algorithm>
#include <array>
#include <string_view>

namespace quota::service::fields
{

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

static constexpr ByteSet tokenBytes = lettersDigitsAnd("!#$%&'*+-.^_`|~");

static bool allIn(QByteArrayView text, const ByteSet &set)
{
    return std::all_of(text.begin(), text.end(),
                       [&](char character) { return set[static_cast<unsigned char>(character)]; });
}

bool isDigit(char character)
{
    return character >= '0' && character <= '9';
}

bool isHexDigit(char character)
{
    return isDigit(character) || (character >= 'a' && character <= 'f') ||
           (character >= 'A' && character <= 'F');
}

bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && allIn(text, tokenBytes);
}

// Whether one of eight bytes may be a control character; nearly all values have none.
static bool mayHoldControl(quint64 bytes)
{
    constexpr quint64 ones = 0x0101'0101'0101'0101;
    constexpr quint64 highs = 0x80 * ones;
    const quint64 notDelete = bytes ^ (0x7f * ones);
    return (((bytes - 0x20 * ones) & ~bytes) | ((notDelete - ones) & ~notDelete)) & highs;
}

bool isFieldValue(QByteArrayView text)
{
    while (text.size() >= 8 && !mayHoldControl(qFromUnaligned<quint64>(text.data())))
        text = text.sliced(8);
    return std::all_of(text.begin(), text.end(), [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
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
    const auto nameEnd = std::find_if_not(line.begin(), line.end(), [](char character) {
        return tokenBytes[static_cast<unsigned char>(character)];
    });
    const qsizetype colon = nameEnd - line.begin();
    if (colon == 0 || nameEnd == line.end() || *nameEnd != ':')
        return false;
    const QByteArrayView value = trimmed(line.sliced(colon + 1));
    if (!isFieldValue(value))
        return false;
    field = {line.first(colon), value};
    return true;
}

// --- hosts ---

struct HostAndPort
{
    QByteArrayView host; // brackets included
    QByteArrayView port; // may be empty
};

static HostAndPort split(QByteArrayView text)
{
    // The colons of an IPv6 address are inside its brackets.
    const qsizetype bracket = text.lastIndexOf(']');
    const qsizetype colon = text.indexOf(':', qMax<qsizetype>(bracket, 0));
    return colon < 0 ? HostAndPort{text, {}} : HostAndPort{text.first(colon), text.sliced(colon + 1)};
}

static bool isIpv6InBrackets(QByteArrayView host)
{
    static constexpr ByteSet set = [] {
        ByteSet bytes{};
        for (const char character : std::string_view("0123456789abcdefABCDEF:."))
            bytes[static_cast<unsigned char>(character)] = true;
        return bytes;
    }();
    if (host.size() < 4 || !host.startsWith('[') || !host.endsWith(']'))
        return false;
    const QByteArrayView address = host.sliced(1, host.size() - 2);
    return allIn(address, set) && std::count(address.begin(), address.end(), ':') >= 2;
}

static bool isRegisteredName(QByteArrayView host)
{
    static constexpr ByteSet set = lettersDigitsAnd("-._~%!$&'()*+,;=");
    if (host.isEmpty() || !allIn(host, set))
        return false;
    for (qsizetype at = host.indexOf('%'); at >= 0; at = host.indexOf('%', at + 1)) {
        if (at + 2 >= host.size() || !isHexDigit(host[at + 1]) || !isHexDigit(host[at + 2]))
            return false;
    }
    return true;
}

bool isHost(QByteArrayView text)
{
    const auto [host, port] = split(text);
    if (port.size() > 5 || !std::all_of(port.begin(), port.end(), isDigit) || port.toInt() > 65535)
        return false;
    return host.startsWith('[') ? isIpv6InBrackets(host) : isRegisteredName(host);
}

bool isSameHost(QByteArrayView left, QByteArrayView right, QByteArrayView standardPort)
{
    const auto [leftHost, leftPort] = split(left);
    const auto [rightHost, rightPort] = split(right);
    return equalsIgnoringCase(leftHost, rightHost) &&
           (leftPort.isEmpty() ? standardPort : leftPort) == (rightPort.isEmpty() ? standardPort : rightPort);
}

// --- framing ---

std::optional<qint64> contentLength(QByteArrayView value)
{
    if (value.isEmpty() || value.size() > 18)
        return std::nullopt;
    qint64 length = 0;
    for (const char digit : value) {
        if (!isDigit(digit))
            return std::nullopt;
        length = length * 10 + (digit - '0');
    }
    return length;
}

Coding transferCoding(QByteArrayView value)
{
    if (equalsIgnoringCase(value, "chunked"))
        return Coding::Chunked;
    bool othersBefore = false;
    for (;;) {
        const qsizetype comma = value.indexOf(',');
        const QByteArrayView element = trimmed(comma < 0 ? value : value.first(comma));
        // RFC 9112 §6.3: only chunked, applied once and last, says where a request ends.
        const bool chunked = equalsIgnoringCase(element, "chunked");
        if (element.isEmpty() || chunked != (comma < 0))
            return Coding::Faulty;
        if (comma < 0)
            return othersBefore ? Coding::Unsupported : Coding::Chunked;
        othersBefore = true;
        value = value.sliced(comma + 1);
    }
}

bool listContains(QByteArrayView list, QByteArrayView token)
{
    bool found = false;
    forEachInList(list, [&](QByteArrayView element) { found |= equalsIgnoringCase(element, token); });
    return found;
}

}

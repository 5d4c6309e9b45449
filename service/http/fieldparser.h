// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/message.h"

#include <optional>

// The grammar of single header fields and of what stands in them (RFC 9110 §5, §7.2, §8.6; RFC 9112 §5, §6.1) as
// small checks; the parsers of heads and whoever reads a field's value use them. Pure.
namespace quota::service::fields
{

bool isDigit(char character);
bool isHexDigit(char character);
bool isToken(QByteArrayView text);
// No control character but the tab; bytes above 127 are let through (obs-text).
bool isFieldValue(QByteArrayView text);
QByteArrayView trimmed(QByteArrayView text); // spaces and tabs

// One line without its CR LF, seen in field; false when it is folded, has no name, a space before the colon or a bad byte.
bool readField(QByteArrayView line, HeaderField &field);

// A name, an IPv4 address or an IPv6 address in brackets, and perhaps a port; no user information. Never empty.
bool isHost(QByteArrayView text);
// Whether two hosts are the same when the port that may be missing is that one.
bool isSameHost(QByteArrayView left, QByteArrayView right, QByteArrayView standardPort);

// Digits only, at most 18 of them.
std::optional<qint64> contentLength(QByteArrayView value);

enum class Coding
{
    Chunked,     // and nothing else
    Unsupported, // others, chunked last
    Faulty       // where the message ends cannot be known
};
// What one Transfer-Encoding field says.
Coding transferCoding(QByteArrayView value);

// Calls element(text) for each element of a comma separated list but the empty ones (RFC 9110 §5.6.1).
template <class Element>
void forEachInList(QByteArrayView list, Element element)
{
    while (!list.isEmpty()) {
        const qsizetype comma = list.indexOf(',');
        const QByteArrayView one = trimmed(comma < 0 ? list : list.first(comma));
        if (!one.isEmpty())
            element(one);
        list = comma < 0 ? QByteArrayView() : list.sliced(comma + 1);
    }
}

// Whether a comma separated list has the token, without case.
bool listContains(QByteArrayView list, QByteArrayView token);

}

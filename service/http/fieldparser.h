// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/parser.h"

#include <optional>

// The grammar of single header fields (RFC 9110 §5, §8.6; RFC 9112 §5) as small checks; the parser of heads and
// whoever reads a field's value use them. Pure.
namespace quota::service::fields
{

bool isDigit(char character);
bool isToken(QByteArrayView text);
// No control character but the tab; bytes above 127 are let through (obs-text).
bool isFieldValue(QByteArrayView text);
// Visible ASCII only.
bool isTarget(QByteArrayView text);
// Host and optional port: letters, digits, «-._~%:[]» and sub-delims; never empty.
bool isHost(QByteArrayView text);
QByteArrayView trimmed(QByteArrayView text); // spaces and tabs

// One line without its CR LF, seen in field; false when it is folded, has no name, a space before the colon or a bad byte.
bool readField(QByteArrayView line, HeaderField &field);
// Lines that each end in CR LF.
std::optional<ParseFault> readFields(QByteArrayView lines, int maximum, HeaderList &headers);

// Digits only, at most 18 of them.
std::optional<qint64> contentLength(QByteArrayView value);
// Whether a comma separated list has the token, without case.
bool listContains(QByteArrayView list, QByteArrayView token);

}

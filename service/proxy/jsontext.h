// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

// The characters that a JSON string stands for (RFC 8259 §7); for jsonscanner. Pure.
namespace quota::service
{

// raw: between the quotes, of a string whose escapes are known to be well formed. text becomes its UTF-8; half a
// surrogate pair becomes U+FFFD.
void decodeJsonText(QByteArrayView raw, QByteArray &text);

}

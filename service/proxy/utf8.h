// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

// UTF-8 as RFC 3629 has it: shortest forms only, no surrogates, nothing above U+10FFFF. For jsonscanner and
// multipartform. Pure.
namespace quota::service
{

// The length of the sequence that the bytes begin with, 1 to 4; 0 when they begin with none.
int utf8SequenceLength(QByteArrayView bytes);
void appendUtf8(QByteArray &out, char32_t character);

}

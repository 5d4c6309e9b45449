// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

// Which codings of an answer's content (RFC 9110 §8.4) can be read here, by name: of what an upstream sent, and of
// what a holder may be given. upstream and usagemeter use it. Pure.
namespace quota::service
{

enum class ContentCoding
{
    Identity,
    Gzip,
    Deflate, // with zlib's head, or without it as some send it
    Brotli,
    Zstd,
    Unreadable // unknown, or several on top of each other
};

// Of a Content-Encoding field, its lines joined by commas.
ContentCoding codingOf(QByteArrayView contentEncoding);

// An Accept-Encoding field with only those of its codings that can be read here, with their weights: «identity»
// when nothing is left of it. What stands for all other codings («*») is left out.
QByteArray readableCodings(QByteArrayView acceptEncoding);

}

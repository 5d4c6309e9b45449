// SPDX-License-Identifier: GPL-3.0-or-later
#include "compressed.h"

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

namespace quota::test
{

using service::ContentCoding;

static QByteArray deflated(QByteArrayView content, int windowBits)
{
    z_stream stream{};
    const int opened =
        deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
    Q_ASSERT(opened == Z_OK);
    QByteArray out(qsizetype(deflateBound(&stream, uLong(content.size()))), Qt::Uninitialized);
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(content.data())); // which it only reads
    stream.avail_in = uInt(content.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = uInt(out.size());
    const int ended = deflate(&stream, Z_FINISH);
    Q_ASSERT(ended == Z_STREAM_END);
    out.resize(qsizetype(stream.total_out));
    deflateEnd(&stream);
    Q_UNUSED(opened)
    Q_UNUSED(ended)
    return out;
}

static QByteArray brotli(QByteArrayView content)
{
    size_t size = BrotliEncoderMaxCompressedSize(size_t(content.size())) + 16;
    QByteArray out(qsizetype(size), Qt::Uninitialized);
    BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, size_t(content.size()),
                          reinterpret_cast<const uint8_t *>(content.data()), &size,
                          reinterpret_cast<uint8_t *>(out.data()));
    out.resize(qsizetype(size));
    return out;
}

static QByteArray zstd(QByteArrayView content)
{
    QByteArray out(qsizetype(ZSTD_compressBound(size_t(content.size()))), Qt::Uninitialized);
    out.resize(
        qsizetype(ZSTD_compress(out.data(), size_t(out.size()), content.data(), size_t(content.size()), 3)));
    return out;
}

QByteArray compressed(ContentCoding coding, QByteArrayView content)
{
    constexpr int window = 15;
    constexpr int gzip = 16;
    switch (coding) {
    case ContentCoding::Gzip:
        return deflated(content, window + gzip);
    case ContentCoding::Deflate:
        return deflated(content, window);
    case ContentCoding::Brotli:
        return brotli(content);
    case ContentCoding::Zstd:
        return zstd(content);
    case ContentCoding::Identity:
    case ContentCoding::Unreadable:
        break;
    }
    return content.toByteArray();
}

QByteArray deflatedBare(QByteArrayView content)
{
    return deflated(content, -15);
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/usagemeter.h"

#include <algorithm>
#include <array>

using namespace quota;
using namespace quota::service;

static void require(bool condition)
{
    if (!condition)
        std::abort();
}

static QByteArrayView cutFrom(QByteArrayView &bytes, qsizetype piece)
{
    const QByteArrayView next = bytes.first(qMin(piece, bytes.size()));
    bytes = bytes.sliced(next.size());
    return next;
}

// What comes out of the decoder alone.
static qint64 decodedSize(ContentCoding coding, QByteArrayView bytes)
{
    ContentDecoder decoder(coding);
    std::array<char, ContentDecoder::pieceSize> room;
    const qint64 most = ContentDecoder::allowance + ContentDecoder::allowancePerByte * bytes.size();
    qint64 decoded = 0;
    while (const qsizetype size = decoder.decode(bytes, room)) {
        require(size > 0 && size <= ContentDecoder::pieceSize);
        decoded += size;
    }
    require(bytes.isEmpty());
    require(decoded <= most);
    return decoded;
}

static TokenUsage usageOf(UsageMeter meter, QByteArrayView bytes, qsizetype piece)
{
    while (!bytes.isEmpty()) {
        // An own allocation of exactly that size, so that reading behind its end is seen.
        const QByteArrayView next = cutFrom(bytes, piece);
        const auto copy = std::make_unique<char[]>(size_t(next.size()));
        std::copy(next.begin(), next.end(), copy.get());
        require(meter.feed(QByteArray::fromRawData(copy.get(), next.size())) == next);
    }
    require(meter.finish().isEmpty());
    return meter.usage(5);
}

// The first byte chooses the coding, the shape and the cut. Compressed answers pass as they came; however they are
// cut, the same is read; and no more comes out than is allowed for what went in.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    constexpr std::array codings{ContentCoding::Gzip, ContentCoding::Deflate, ContentCoding::Brotli,
                                 ContentCoding::Zstd};
    const ContentCoding coding = codings[data[0] & 3];
    const auto shape = data[0] & 4 ? UsageMeter::Shape::EventStream : UsageMeter::Shape::Json;
    const qsizetype piece = 1 + (data[0] >> 3);
    const QByteArrayView bytes(reinterpret_cast<const char *>(data + 1), qsizetype(size - 1));

    const qint64 decoded = decodedSize(coding, bytes);
    const TokenUsage whole =
        usageOf(UsageMeter(shape, true, coding), bytes, qMax<qsizetype>(1, bytes.size()));
    const TokenUsage cut = usageOf(UsageMeter(shape, false, coding), bytes, piece);
    // Where the allowance ends depends on what came in until then.
    require(decoded > ContentDecoder::allowance / 2 || whole == cut);
    require(whole.prompt >= 0 && whole.completion >= 0 && whole.cached >= 0 && whole.reasoning >= 0);
    require(whole.cached <= whole.prompt && whole.reasoning <= whole.completion);
    return 0;
}

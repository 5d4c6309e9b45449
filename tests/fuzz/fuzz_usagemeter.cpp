// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/usagemeter.h"

#include <algorithm>

using namespace quota;
using namespace quota::service;

namespace
{

struct Outcome
{
    QByteArray output;
    TokenUsage usage;
};

void require(bool condition)
{
    if (!condition)
        std::abort();
}

Outcome feedAll(UsageMeter meter, QByteArrayView bytes, qsizetype piece)
{
    Outcome outcome;
    while (!bytes.isEmpty()) {
        // An own allocation of exactly that size, so that reading behind its end is seen.
        const QByteArrayView next = bytes.first(qMin(piece, bytes.size()));
        const auto copy = std::make_unique<char[]>(size_t(next.size()));
        std::copy(next.begin(), next.end(), copy.get());
        outcome.output += meter.feed(QByteArray::fromRawData(copy.get(), next.size()));
        bytes = bytes.sliced(next.size());
    }
    outcome.output += meter.finish();
    outcome.usage = meter.usage(5);
    return outcome;
}

bool isPartOf(const QByteArray &output, QByteArrayView input)
{
    auto place = input.begin();
    for (const char c : output) {
        place = std::find(place, input.end(), c);
        if (place == input.end())
            return false;
        ++place;
    }
    return true;
}

// An event that looks like the one before it is read as if it were read whole.
void checkRepeats(QByteArrayView bytes)
{
    RepeatedEvent repeated;
    while (!bytes.isEmpty()) {
        const qsizetype end = bytes.indexOf('\n');
        QByteArrayView data = end < 0 ? bytes : bytes.first(end);
        bytes = end < 0 ? QByteArrayView() : bytes.sliced(end + 1);
        if (data.startsWith("data: "))
            data = data.sliced(6);
        const auto reading = readUsage(data, true);
        if (const auto words = repeated.wordsOf(data)) {
            require(reading && reading->text.tokens() == words->tokens());
            require(reading->counts == UsageCounts{} && !reading->isFinal && !reading->isUsageChunk);
        }
        if (reading)
            repeated.learn(data, *reading);
    }
}

}

// The first byte chooses the shape and the cut. However the bytes are cut, the same comes out and the same is
// read; nothing is lost but usage chunks, and those only when hiding.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const auto shape = UsageMeter::Shape(data[0] % 3);
    const bool hide = data[0] & 0x80;
    const qsizetype piece = 1 + (data[0] >> 2) % 31;
    const QByteArrayView bytes(reinterpret_cast<const char *>(data + 1), qsizetype(size - 1));

    checkRepeats(bytes);
    const Outcome whole = feedAll(UsageMeter(shape, hide), bytes, qMax<qsizetype>(1, bytes.size()));
    const Outcome cut = feedAll(UsageMeter(shape, hide), bytes, piece);
    require(whole.output == cut.output);
    require(whole.usage == cut.usage);
    const Outcome open = feedAll(UsageMeter(shape, false), bytes, piece);
    require(open.output == bytes);
    require(open.usage == whole.usage);
    require(isPartOf(whole.output, bytes));
    const bool mayHoldUsage = bytes.contains("usage") || bytes.contains('\\');
    require(whole.output == bytes || (hide && mayHoldUsage && shape == UsageMeter::Shape::EventStream));
    const TokenUsage &usage = whole.usage;
    require(usage.prompt >= 0 && usage.completion >= 0 && usage.cached >= 0 && usage.reasoning >= 0);
    require(usage.cached <= usage.prompt && usage.reasoning <= usage.completion);
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/contentdecoder.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdlib>

namespace quota::service
{

// One library's decoder behind one face.
class ContentDecoder::Engine
{
public:
    enum class Outcome
    {
        Going,
        Ended,
        Broken
    };
    struct Step
    {
        Outcome outcome = Outcome::Going;
        qsizetype written = 0;
    };

    Engine() = default;
    virtual ~Engine() = default;
    Q_DISABLE_COPY_MOVE(Engine)

    virtual Step step(QByteArrayView &input, std::span<char> room) = 0;
};

namespace
{

using Engine = ContentDecoder::Engine;

class ZlibEngine : public Engine
{
public:
    explicit ZlibEngine(bool isGzip)
        : m_isGzip(isGzip)
    {}
    ~ZlibEngine() override
    {
        if (m_isOpen)
            inflateEnd(&m_stream);
    }
    Q_DISABLE_COPY_MOVE(ZlibEngine)

    Step step(QByteArrayView &input, std::span<char> room) override;

private:
    bool open(uchar first);

    const bool m_isGzip;
    bool m_isOpen = false;
    bool m_isBetweenMembers = false;
    z_stream m_stream{};
};

bool ZlibEngine::open(uchar first)
{
    constexpr int window = 15;
    constexpr int gzip = 16;
    // «deflate» is zlib's format, yet some send it bare. No encoder begins a bare one with this byte, which would
    // be a stored block with bits set where nothing is.
    const bool hasHead = (first & 0x8f) == 0x08;
    m_isOpen = inflateInit2(&m_stream, m_isGzip ? window + gzip : hasHead ? window : -window) == Z_OK;
    return m_isOpen;
}

Engine::Step ZlibEngine::step(QByteArrayView &input, std::span<char> room)
{
    if (!m_isOpen) {
        if (input.isEmpty())
            return {};
        if (!open(uchar(input.front())))
            return {Outcome::Broken};
    }
    if (m_isBetweenMembers) {
        if (input.isEmpty())
            return {};
        // Anything but another member is padding.
        if (uchar(input.front()) != 0x1f)
            return {Outcome::Ended};
        m_isBetweenMembers = false;
        inflateReset(&m_stream);
    }
    const auto given = uInt(qMin<qsizetype>(input.size(), 1 << 30));
    m_stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(input.data())); // which it only reads
    m_stream.avail_in = given;
    m_stream.next_out = reinterpret_cast<Bytef *>(room.data());
    m_stream.avail_out = uInt(room.size());
    const int code = inflate(&m_stream, Z_NO_FLUSH);
    input = input.sliced(qsizetype(given - m_stream.avail_in));
    const auto written = qsizetype(room.size() - m_stream.avail_out);
    if (code == Z_STREAM_END) {
        m_isBetweenMembers = m_isGzip;
        return {m_isGzip ? Outcome::Going : Outcome::Ended, written};
    }
    return {code == Z_OK || code == Z_BUF_ERROR ? Outcome::Going : Outcome::Broken, written};
}

class BrotliEngine : public Engine
{
public:
    BrotliEngine()
        : m_state(BrotliDecoderCreateInstance(allocate, release, this))
    {}
    ~BrotliEngine() override
    {
        if (m_state)
            BrotliDecoderDestroyInstance(m_state);
    }
    Q_DISABLE_COPY_MOVE(BrotliEngine)

    Step step(QByteArrayView &input, std::span<char> room) override;

private:
    // It has no limit of its own: the window is as large as the content says.
    static void *allocate(void *engine, size_t size);
    static void release(void *engine, void *address);

    struct alignas(std::max_align_t) Head
    {
        size_t size = 0;
    };
    size_t m_memory = 0;
    BrotliDecoderState *m_state;
};

void *BrotliEngine::allocate(void *engine, size_t size)
{
    auto *self = static_cast<BrotliEngine *>(engine);
    if (size > ContentDecoder::maximumMemory || self->m_memory + size > ContentDecoder::maximumMemory)
        return nullptr;
    auto *head = static_cast<Head *>(std::malloc(sizeof(Head) + size));
    if (!head)
        return nullptr;
    head->size = size;
    self->m_memory += size;
    return head + 1;
}

void BrotliEngine::release(void *engine, void *address)
{
    if (!address)
        return;
    Head *head = static_cast<Head *>(address) - 1;
    static_cast<BrotliEngine *>(engine)->m_memory -= head->size;
    std::free(head);
}

Engine::Step BrotliEngine::step(QByteArrayView &input, std::span<char> room)
{
    if (!m_state)
        return {Outcome::Broken};
    auto left = size_t(input.size());
    const auto *next = reinterpret_cast<const uint8_t *>(input.data());
    size_t free = room.size();
    auto *out = reinterpret_cast<uint8_t *>(room.data());
    const BrotliDecoderResult result =
        BrotliDecoderDecompressStream(m_state, &left, &next, &free, &out, nullptr);
    input = input.last(qsizetype(left));
    const auto written = qsizetype(room.size() - free);
    if (result == BROTLI_DECODER_RESULT_ERROR)
        return {Outcome::Broken, written};
    return {result == BROTLI_DECODER_RESULT_SUCCESS ? Outcome::Ended : Outcome::Going, written};
}

class ZstdEngine : public Engine
{
public:
    ZstdEngine()
        : m_stream(ZSTD_createDStream())
    {
        constexpr int windowLog = 23; // 8 MB, as RFC 9659 has it
        if (m_stream)
            ZSTD_DCtx_setParameter(m_stream, ZSTD_d_windowLogMax, windowLog);
    }
    ~ZstdEngine() override { ZSTD_freeDStream(m_stream); }
    Q_DISABLE_COPY_MOVE(ZstdEngine)

    Step step(QByteArrayView &input, std::span<char> room) override;

private:
    ZSTD_DStream *m_stream;
};

Engine::Step ZstdEngine::step(QByteArrayView &input, std::span<char> room)
{
    if (!m_stream)
        return {Outcome::Broken};
    ZSTD_inBuffer in{input.data(), size_t(input.size()), 0};
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    const size_t code = ZSTD_decompressStream(m_stream, &out, &in);
    input = input.sliced(qsizetype(in.pos));
    return {ZSTD_isError(code) ? Outcome::Broken : Outcome::Going, qsizetype(out.pos)};
}

}

static std::unique_ptr<Engine> engineFor(ContentCoding coding)
{
    switch (coding) {
    case ContentCoding::Gzip:
        return std::make_unique<ZlibEngine>(true);
    case ContentCoding::Deflate:
        return std::make_unique<ZlibEngine>(false);
    case ContentCoding::Brotli:
        return std::make_unique<BrotliEngine>();
    case ContentCoding::Zstd:
        return std::make_unique<ZstdEngine>();
    case ContentCoding::Identity:
    case ContentCoding::Unreadable:
        break;
    }
    Q_UNREACHABLE();
    return nullptr;
}

ContentDecoder::ContentDecoder(ContentCoding coding)
    : m_engine(engineFor(coding))
{}

ContentDecoder::~ContentDecoder() = default;
ContentDecoder::ContentDecoder(ContentDecoder &&) noexcept = default;
ContentDecoder &ContentDecoder::operator=(ContentDecoder &&) noexcept = default;

bool ContentDecoder::isWithinAllowance() const
{
    return m_decoded <= qMin(maximumDecoded, allowance + allowancePerByte * m_encoded);
}

qsizetype ContentDecoder::decode(QByteArrayView &input, std::span<char> room)
{
    Q_ASSERT(qsizetype(room.size()) >= pieceSize);
    while (m_engine && (!input.isEmpty() || m_mayHoldMore)) {
        const qsizetype before = input.size();
        const Engine::Step step = m_engine->step(input, room);
        const qsizetype used = before - input.size();
        m_encoded += used;
        m_decoded += step.written;
        m_mayHoldMore = step.written == qsizetype(room.size());
        m_hasGivenUp = step.outcome == Engine::Outcome::Broken || !isWithinAllowance();
        if (m_hasGivenUp || step.outcome == Engine::Outcome::Ended) {
            m_engine.reset();
            input = {};
            return m_hasGivenUp ? 0 : step.written;
        }
        if (step.written > 0)
            return step.written;
        if (used == 0)
            break;
    }
    // What is left now is of no use: behind the end, or not readable.
    input = {};
    return 0;
}

}

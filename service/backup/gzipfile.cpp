// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/gzipfile.h"

#include <array>

#include <zlib.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr qsizetype bufferSize = 256 * 1024;
// Three times the speed of the usual level for a tenth more bytes.
static constexpr int compressionLevel = 2;

// An empty gzip member (RFC 1952) with a comment: header, «sha256=…» and its zero, an empty block, a checksum and
// a size of zero.
static constexpr QByteArrayView memberHead{"\x1f\x8b\x08\x10\0\0\0\0\0\x03sha256=", 17};
static constexpr QByteArrayView memberTail{"\0\x03\0\0\0\0\0\0\0\0\0", 11};
static constexpr qsizetype digestSize = 64;
static constexpr qsizetype memberSize = memberHead.size() + digestSize + memberTail.size();

static Error damaged(const QString &what)
{
    return Error{ErrorCode::Storage, u"The backup is damaged: %1. Take another one."_s.arg(what), {}, {}};
}

// --- writing ---

struct GzipWriter::Stream
{
    z_stream z{};
    std::array<char, bufferSize> out;
    bool good = false;
};

GzipWriter::GzipWriter(QIODevice &target)
    : m_target(target)
    , m_stream(std::make_unique<Stream>())
{
    constexpr int gzip = 16;
    m_stream->good = deflateInit2(&m_stream->z, compressionLevel, Z_DEFLATED, MAX_WBITS + gzip, 9,
                                  Z_DEFAULT_STRATEGY) == Z_OK;
}

GzipWriter::~GzipWriter()
{
    if (m_stream->good)
        deflateEnd(&m_stream->z);
}

static Done writeAll(QIODevice &target, QByteArrayView bytes)
{
    if (target.write(bytes.data(), bytes.size()) != bytes.size()) {
        return failure(
            ErrorCode::Storage,
            u"The backup cannot be written: %1. Free some space, or give another place with BACKUP_DIR."_s
                .arg(target.errorString()));
    }
    return {};
}

Done GzipWriter::deflateAll(int flush)
{
    z_stream &z = m_stream->z;
    int code = Z_OK;
    do {
        z.next_out = reinterpret_cast<Bytef *>(m_stream->out.data());
        z.avail_out = bufferSize;
        code = deflate(&z, flush);
        Q_ASSERT(code != Z_STREAM_ERROR);
        const QByteArrayView piece(m_stream->out.data(), bufferSize - qsizetype(z.avail_out));
        m_digest.addData(piece);
        if (Done written = writeAll(m_target, piece); !written)
            return written;
    } while (z.avail_out == 0 && code != Z_STREAM_END);
    return {};
}

Done GzipWriter::write(QByteArrayView bytes)
{
    if (!m_stream->good)
        return failure(ErrorCode::Internal, u"There is not enough memory to compress a backup."_s);
    while (!bytes.isEmpty()) {
        const QByteArrayView piece = bytes.first(qMin(bytes.size(), bufferSize));
        m_stream->z.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(piece.data()));
        m_stream->z.avail_in = uInt(piece.size());
        if (Done done = deflateAll(Z_NO_FLUSH); !done)
            return done;
        bytes = bytes.sliced(piece.size());
    }
    return {};
}

Done GzipWriter::finish()
{
    if (!m_stream->good)
        return failure(ErrorCode::Internal, u"There is not enough memory to compress a backup."_s);
    if (Done done = deflateAll(Z_FINISH); !done)
        return done;
    return writeAll(m_target,
                    memberHead.toByteArray() + m_digest.result().toHex() + memberTail.toByteArray());
}

// --- reading ---

struct GzipReader::Stream
{
    z_stream z{};
    std::array<char, bufferSize> in;
    std::array<char, bufferSize> out;
    bool good = false;
    bool ended = false; // a gzip member, and no other has begun
    bool over = false;
};

GzipReader::GzipReader(QIODevice &source)
    : m_source(source)
    , m_end(source.size())
    , m_stream(std::make_unique<Stream>())
{
    constexpr int gzip = 16;
    m_stream->good = inflateInit2(&m_stream->z, MAX_WBITS + gzip) == Z_OK;
    if (m_end >= memberSize && m_source.seek(m_end - memberSize)) {
        const QByteArray last = m_source.read(memberSize);
        if (last.startsWith(memberHead) && last.endsWith(memberTail)) {
            m_digestText = last.mid(memberHead.size(), digestSize);
            m_end -= memberSize;
        }
    }
    m_source.seek(0);
}

GzipReader::~GzipReader()
{
    if (m_stream->good)
        inflateEnd(&m_stream->z);
}

qint64 GzipReader::position() const
{
    return m_source.pos();
}

// False at the end of the file.
Result<bool> GzipReader::fill()
{
    z_stream &z = m_stream->z;
    if (z.avail_in > 0)
        return true;
    const qint64 left = m_end - m_source.pos();
    if (left <= 0)
        return false;
    const qint64 got = m_source.read(m_stream->in.data(), qMin<qint64>(left, bufferSize));
    if (got <= 0)
        return failure(ErrorCode::Storage, u"The backup cannot be read: %1."_s.arg(m_source.errorString()));
    m_digest.addData(QByteArrayView(m_stream->in.data(), got));
    z.next_in = reinterpret_cast<Bytef *>(m_stream->in.data());
    z.avail_in = uInt(got);
    return true;
}

Result<QByteArrayView> GzipReader::finish()
{
    m_stream->over = true;
    if (!m_stream->ended)
        return tl::unexpected(damaged(u"it is cut short"_s));
    if (m_digestText && m_digest.result().toHex() != *m_digestText)
        return tl::unexpected(damaged(u"its bytes do not match its digest"_s));
    return QByteArrayView();
}

Result<QByteArrayView> GzipReader::read()
{
    z_stream &z = m_stream->z;
    if (!m_stream->good)
        return failure(ErrorCode::Internal, u"There is not enough memory to read a backup."_s);
    if (m_stream->over)
        return QByteArrayView();
    z.next_out = reinterpret_cast<Bytef *>(m_stream->out.data());
    z.avail_out = bufferSize;
    while (z.avail_out == bufferSize) {
        const auto more = fill();
        if (!more)
            return tl::unexpected(more.error());
        if (!*more && m_stream->ended)
            return finish();
        if (m_stream->ended) { // as gzip and tar do, one member after the other is read
            inflateReset(&z);
            m_stream->ended = false;
        }
        const int code = inflate(&z, Z_NO_FLUSH);
        if (code == Z_STREAM_END) {
            m_stream->ended = true;
        } else if (code != Z_OK && code != Z_BUF_ERROR) {
            m_stream->over = true;
            return tl::unexpected(
                m_source.pos() <= bufferSize && z.total_out == 0
                    ? Error{ErrorCode::Storage,
                            u"The file is no backup: it is not compressed with gzip, or its beginning "
                            "is damaged."_s,
                            {},
                            {}}
                    : damaged(u"it cannot be decompressed"_s));
        } else if (!*more && z.avail_out == bufferSize) {
            return finish();
        }
    }
    return QByteArrayView(m_stream->out.data(), bufferSize - qsizetype(z.avail_out));
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QCryptographicHash>
#include <QIODevice>

#include <memory>
#include <optional>

// The compressed stream of an archive, as every gzip reads it. Ours end with one more, empty gzip member whose
// comment is the SHA-256 of all bytes before it: gzip's own checksum covers neither its header nor the bits that
// no decoder looks at, and a backup must not be good with any bit changed. Memory is constant in both directions.
namespace quota::service
{

class GzipWriter
{
public:
    explicit GzipWriter(QIODevice &target); // which outlives it
    ~GzipWriter();
    Q_DISABLE_COPY_MOVE(GzipWriter)

    Done write(QByteArrayView bytes);
    Done finish(); // the end of the stream, and the digest

private:
    struct Stream;
    Done deflateAll(int flush);

    QIODevice &m_target;
    QCryptographicHash m_digest{QCryptographicHash::Sha256};
    std::unique_ptr<Stream> m_stream;
};

class GzipReader
{
public:
    // An open, seekable file.
    explicit GzipReader(QIODevice &source);
    ~GzipReader();
    Q_DISABLE_COPY_MOVE(GzipReader)

    // The next piece, valid until the next call; empty at the end, once all checks have passed. After an error
    // there is nothing more.
    Result<QByteArrayView> read();
    // Whether the file says at its end what its digest is.
    bool hasDigest() const { return m_digestText.has_value(); }
    qint64 position() const; // bytes read of the file

private:
    struct Stream;
    Result<bool> fill();
    Result<QByteArrayView> finish();

    QIODevice &m_source;
    qint64 m_end = 0; // of what is compressed
    std::optional<QByteArray> m_digestText;
    QCryptographicHash m_digest{QCryptographicHash::Sha256};
    std::unique_ptr<Stream> m_stream;
};

}

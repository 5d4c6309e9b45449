// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/proxy/contentcoding.h"

#include <memory>
#include <span>

// Decodes content that came compressed, as it comes, cut anywhere; for usagemeter, which reads along while the bytes
// as they came pass on. Hands out small pieces and gives up on what is broken, wants too much memory, or swells
// beyond its allowance, so that an answer made to be large when decoded costs little of both. Pure.
namespace quota::service
{

class ContentDecoder
{
public:
    // For codings that can be read and are not identity.
    explicit ContentDecoder(ContentCoding coding);
    ~ContentDecoder();
    ContentDecoder(ContentDecoder &&) noexcept;
    ContentDecoder &operator=(ContentDecoder &&) noexcept;

    // Decodes from the front of input, which is shortened by what was used, into room, which holds pieceSize at
    // least. The number of bytes written; after 0 nothing comes without more input. What follows the end of the
    // content is skipped.
    qsizetype decode(QByteArrayView &input, std::span<char> room);
    // What comes from now on is skipped: the content cannot be read.
    bool hasGivenUp() const { return m_hasGivenUp; }

    static constexpr qsizetype pieceSize = qsizetype(16) * 1024;
    // So many bytes may come out: some always, then so many for each that came in, and never more than the last.
    static constexpr qint64 allowance = qint64(4) * 1024 * 1024;
    static constexpr qint64 allowancePerByte = 64;
    static constexpr qint64 maximumDecoded = qint64(256) * 1024 * 1024;
    // Of memory for one content, whatever window it asks for; a short answer touches little of it.
    static constexpr size_t maximumMemory = size_t(9) * 1024 * 1024;

    class Engine;

private:
    bool isWithinAllowance() const;

    std::unique_ptr<Engine> m_engine; // none after the end
    qint64 m_encoded = 0;
    qint64 m_decoded = 0;
    bool m_mayHoldMore = false; // the last piece filled its room
    bool m_hasGivenUp = false;
};

}

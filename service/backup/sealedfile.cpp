// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/sealedfile.h"

#include <QtEndian>

#include <array>

#include <sodium.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr QByteArrayView magic{"QUOTABK\x01", 8};
static constexpr qsizetype pieceSize = 64 * 1024;
static constexpr qsizetype sealedPieceSize = pieceSize + crypto_secretstream_xchacha20poly1305_ABYTES;
static constexpr quint64 usualOperations = crypto_pwhash_OPSLIMIT_MODERATE;
static constexpr quint64 usualMemory = crypto_pwhash_MEMLIMIT_INTERACTIVE;
// What a file may ask for: it must not be able to use up the host.
static constexpr quint64 mostOperations = 16;
static constexpr quint64 mostMemory = 1ULL << 30;

// magic, salt, operations, memory; the stream's own header follows.
static constexpr qsizetype headSize = magic.size() + qsizetype(crypto_pwhash_SALTBYTES) + 16;
static constexpr qsizetype streamHeadSize = crypto_secretstream_xchacha20poly1305_HEADERBYTES;

namespace
{

// 32 bytes that do not stay in memory.
struct Key
{
    std::array<unsigned char, crypto_secretstream_xchacha20poly1305_KEYBYTES> bytes{};
    ~Key() { sodium_memzero(bytes.data(), bytes.size()); }
};

}

Done checkPassphrase(const QByteArray &passphrase)
{
    if (passphrase.size() < shortestPassphrase || passphrase.size() > longestPassphrase) {
        return invalidField(
            u"passphrase"_s,
            u"passphrase: must have %1 to %2 bytes; a few words that belong to nobody are good."_s
                .arg(shortestPassphrase)
                .arg(longestPassphrase));
    }
    for (const char c : passphrase) {
        if (uchar(c) < 0x20)
            return invalidField(
                u"passphrase"_s,
                u"passphrase: holds a line break or another control character; give one line."_s);
    }
    return {};
}

bool isSealed(QIODevice &file)
{
    return file.peek(magic.size()) == magic;
}

static const unsigned char *bytesOf(QByteArrayView bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.data());
}

static bool derive(Key &key, const QByteArray &passphrase, const QByteArray &head)
{
    const QByteArrayView salt = QByteArrayView(head).sliced(magic.size(), crypto_pwhash_SALTBYTES);
    const auto operations = qFromLittleEndian<quint64>(head.constData() + headSize - 16);
    const auto memory = qFromLittleEndian<quint64>(head.constData() + headSize - 8);
    return operations >= crypto_pwhash_OPSLIMIT_MIN && operations <= mostOperations &&
           memory >= crypto_pwhash_MEMLIMIT_MIN && memory <= mostMemory &&
           crypto_pwhash(key.bytes.data(), key.bytes.size(), passphrase.constData(),
                         quint64(passphrase.size()), bytesOf(salt), operations, size_t(memory),
                         crypto_pwhash_ALG_ARGON2ID13) == 0;
}

static Done write(QIODevice &file, QByteArrayView bytes)
{
    if (file.write(bytes.data(), bytes.size()) != bytes.size())
        return failure(ErrorCode::Storage,
                       u"The backup cannot be written: %1. Free some space."_s.arg(file.errorString()));
    return {};
}

Done sealFile(QIODevice &plain, QIODevice &sealed, const QByteArray &passphrase)
{
    if (sodium_init() < 0)
        return failure(ErrorCode::Internal, u"libsodium found no source of random numbers."_s);
    QByteArray head(headSize, Qt::Uninitialized);
    memcpy(head.data(), magic.data(), size_t(magic.size()));
    randombytes_buf(head.data() + magic.size(), crypto_pwhash_SALTBYTES);
    qToLittleEndian(usualOperations, head.data() + headSize - 16);
    qToLittleEndian(usualMemory, head.data() + headSize - 8);
    Key key;
    if (!derive(key, passphrase, head))
        return failure(ErrorCode::Internal,
                       u"There is not enough memory to derive a key from the passphrase."_s);
    crypto_secretstream_xchacha20poly1305_state state;
    QByteArray streamHead(streamHeadSize, Qt::Uninitialized);
    crypto_secretstream_xchacha20poly1305_init_push(
        &state, reinterpret_cast<unsigned char *>(streamHead.data()), key.bytes.data());
    if (Done done = write(sealed, head + streamHead); !done)
        return done;
    QByteArray out(sealedPieceSize, Qt::Uninitialized);
    bool last = false;
    while (!last) {
        const QByteArray piece = plain.read(pieceSize);
        last = plain.atEnd();
        unsigned long long size = 0;
        crypto_secretstream_xchacha20poly1305_push(&state, reinterpret_cast<unsigned char *>(out.data()),
                                                   &size, bytesOf(piece), quint64(piece.size()),
                                                   bytesOf(head), quint64(head.size()),
                                                   last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                                        : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
        if (Done done = write(sealed, QByteArrayView(out).first(qsizetype(size))); !done)
            return done;
    }
    return {};
}

Done unsealFile(QIODevice &sealed, QIODevice &plain, const QByteArray &passphrase)
{
    const auto damaged = [] {
        return failure(ErrorCode::Storage, u"The backup is damaged: its seal is broken. Take another one."_s);
    };
    if (sodium_init() < 0)
        return failure(ErrorCode::Internal, u"libsodium found no source of random numbers."_s);
    const QByteArray head = sealed.read(headSize);
    const QByteArray streamHead = sealed.read(streamHeadSize);
    if (head.size() != headSize || streamHead.size() != streamHeadSize || !head.startsWith(magic))
        return damaged();
    Key key;
    if (!derive(key, passphrase, head))
        return damaged();
    crypto_secretstream_xchacha20poly1305_state state;
    if (crypto_secretstream_xchacha20poly1305_init_pull(&state, bytesOf(streamHead), key.bytes.data()) != 0)
        return damaged();
    QByteArray out(pieceSize, Qt::Uninitialized);
    bool first = true;
    for (unsigned char tag = 0; tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL; first = false) {
        const QByteArray piece = sealed.read(sealedPieceSize);
        unsigned long long size = 0;
        const bool good =
            piece.size() >= qsizetype(crypto_secretstream_xchacha20poly1305_ABYTES) &&
            crypto_secretstream_xchacha20poly1305_pull(&state, reinterpret_cast<unsigned char *>(out.data()),
                                                       &size, &tag, bytesOf(piece), quint64(piece.size()),
                                                       bytesOf(head), quint64(head.size())) == 0;
        if (!good && first) {
            return invalidField(
                u"passphrase"_s,
                u"passphrase: does not open this backup. Try another one; if it is right, the file "
                u"is damaged."_s);
        }
        if (!good)
            return damaged();
        if (Done done = write(plain, QByteArrayView(out).first(qsizetype(size))); !done)
            return done;
    }
    return sealed.atEnd() ? Done() : damaged();
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/providerstore.h"

#include <QFile>
#include <QSaveFile>

#include <sodium.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

static QByteArray randomBytes(qsizetype count)
{
    if (sodium_init() < 0)
        qFatal("libsodium found no source of random numbers.");
    QByteArray bytes(count, Qt::Uninitialized);
    randombytes_buf(bytes.data(), size_t(count));
    return bytes;
}

static const unsigned char *bytesOf(const QByteArray &bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.constData());
}

static unsigned char *bytesOf(QByteArray &bytes)
{
    return reinterpret_cast<unsigned char *>(bytes.data());
}

SealKey::SealKey(QByteArray key)
    : m_key(std::move(key))
{}

Result<SealKey> SealKey::loadOrCreate(const QString &path)
{
    QFile file(path);
    if (file.exists()) {
        if (!file.open(QIODevice::ReadOnly)) {
            return failure(
                ErrorCode::Storage,
                u"The seal key %1 cannot be read: %2. The service's user needs read permission."_s.arg(
                    path, file.errorString()));
        }
        const QByteArray key = file.readAll();
        if (key.size() != crypto_secretbox_KEYBYTES) {
            return failure(
                ErrorCode::Storage,
                u"The seal key %1 is damaged: it has %2 bytes instead of %3. Restore it from a backup; or "
                "remove it, and enter the secrets of all providers again."_s.arg(path)
                    .arg(key.size())
                    .arg(crypto_secretbox_KEYBYTES));
        }
        return SealKey(key);
    }
    const QByteArray key = randomBytes(crypto_secretbox_KEYBYTES);
    QSaveFile fresh(path);
    // The permission comes before the content: there is no moment in which others could read the key.
    const bool written = fresh.open(QIODevice::WriteOnly) &&
                         fresh.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
                         fresh.write(key) == key.size() && fresh.commit();
    if (!written) {
        return failure(ErrorCode::Storage,
                       u"The seal key %1 cannot be written: %2. The service's user needs write "
                       "permission on the directory."_s.arg(path, fresh.errorString()));
    }
    return SealKey(key);
}

SealKey SealKey::ephemeral()
{
    return SealKey(randomBytes(crypto_secretbox_KEYBYTES));
}

QByteArray SealKey::seal(const QByteArray &plain) const
{
    const QByteArray nonce = randomBytes(crypto_secretbox_NONCEBYTES);
    QByteArray box(plain.size() + crypto_secretbox_MACBYTES, Qt::Uninitialized);
    crypto_secretbox_easy(bytesOf(box), bytesOf(plain), size_t(plain.size()), bytesOf(nonce), bytesOf(m_key));
    return nonce + box;
}

Result<QByteArray> SealKey::open(const QByteArray &sealed) const
{
    const QByteArray nonce = sealed.left(crypto_secretbox_NONCEBYTES);
    const QByteArray box = sealed.mid(crypto_secretbox_NONCEBYTES);
    QByteArray plain(qMax<qsizetype>(0, box.size() - crypto_secretbox_MACBYTES), Qt::Uninitialized);
    const bool good = box.size() >= crypto_secretbox_MACBYTES &&
                      crypto_secretbox_open_easy(bytesOf(plain), bytesOf(box), size_t(box.size()),
                                                 bytesOf(nonce), bytesOf(m_key)) == 0;
    if (!good) {
        return failure(ErrorCode::Storage,
                       u"The secret was sealed on another host, or with another seal key. Enter it again."_s);
    }
    return plain;
}

}

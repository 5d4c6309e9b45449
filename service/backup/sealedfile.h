// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>
#include <QIODevice>

// An archive under a passphrase: the key is derived with Argon2id, the bytes are sealed with libsodium's
// secretstream, so that one changed, moved or missing byte is noticed. Memory is constant; the passphrase is in no
// message and no name.
namespace quota::service
{

inline constexpr QLatin1StringView sealedSuffix{".sealed"};
inline constexpr qsizetype shortestPassphrase = 8;
inline constexpr qsizetype longestPassphrase = 1024;

// Too short or too long, or with what nobody types.
Done checkPassphrase(const QByteArray &passphrase);
// Whether the file begins as a sealed one does; leaves it at its beginning.
bool isSealed(QIODevice &file);
Done sealFile(QIODevice &plain, QIODevice &sealed, const QByteArray &passphrase);
Done unsealFile(QIODevice &sealed, QIODevice &plain, const QByteArray &passphrase);

}

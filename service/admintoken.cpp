// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admintoken.h"

#include <QFile>
#include <QSaveFile>

#include <sodium.h>

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr qsizetype shortestToken = 16;

Result<QByteArray> loadOrCreateAdminToken(const QString &path)
{
    QFile file(path);
    if (file.exists()) {
        if (!file.open(QIODevice::ReadOnly))
            return failure(ErrorCode::Storage,
                           u"Cannot read the admin token in %1: %2. Give this user read permission."_s.arg(
                               path, file.errorString()));
        const QByteArray token = file.read(4096).trimmed();
        if (token.size() < shortestToken)
            return failure(
                ErrorCode::Storage,
                u"The admin token in %1 is shorter than %2 characters. Delete the file to get a new one, or "
                "set ADMIN_TOKEN."_s.arg(path)
                    .arg(shortestToken));
        return token;
    }
    unsigned char random[32];
    randombytes_buf(random, sizeof random);
    const QByteArray token = QByteArray(reinterpret_cast<const char *>(random), sizeof random).toHex();
    QSaveFile save(path);
    if (!save.open(QIODevice::WriteOnly) || !save.setPermissions(QFile::ReadOwner | QFile::WriteOwner) ||
        save.write(token + '\n') < 0 || !save.commit())
        return failure(
            ErrorCode::Storage,
            u"Cannot write the admin token to %1: %2. Give this user write permission on the data directory."_s
                .arg(path, save.errorString()));
    return token;
}

}

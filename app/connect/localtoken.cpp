// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/localtoken.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace quota::console
{

static constexpr qint64 longestToken = 4096; // bytes

QString localTokenPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
           u"/quota-proxy/admin-token"_s;
}

bool hasLocalToken()
{
    const QFileInfo file(localTokenPath());
    return file.isFile() && file.isReadable();
}

Result<QString> readLocalToken()
{
    QFile file(localTokenPath());
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Storage,
                       QCoreApplication::translate("quota::console::LocalToken", "%1 cannot be read: %2")
                           .arg(file.fileName(), file.errorString()));
    const QString token = QString::fromUtf8(file.read(longestToken)).trimmed();
    if (token.isEmpty())
        return failure(ErrorCode::Storage,
                       QCoreApplication::translate("quota::console::LocalToken", "%1 holds no token.")
                           .arg(file.fileName()));
    return token;
}

}

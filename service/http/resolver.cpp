// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/resolver.h"

#include <QHostInfo>

namespace quota::service
{

Resolver systemResolver()
{
    return [](const QString &host, QObject *context,
              std::function<void(const QList<QHostAddress> &, const QString &)> found) {
        if (const QHostAddress literal(host); !literal.isNull()) {
            QMetaObject::invokeMethod(
                context, [literal, found = std::move(found)] { found({literal}, {}); }, Qt::QueuedConnection);
            return;
        }
        QHostInfo::lookupHost(host, context, [found = std::move(found)](const QHostInfo &info) {
            found(info.addresses(), info.errorString());
        });
    };
}

}

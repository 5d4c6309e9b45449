// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/route.h"

// /admin/keys: list, make, read, change, disable, enable, rotate, delete and restore keys. Each change goes to
// the store first and into the keyring when the store has it, so that an answer that says «done» is true after
// a crash and holds for the next request.
namespace quota::service
{

QList<Route> keyRoutes(AdminContext &context, QObject *owner);

// Keys deleted longer ago than deletedKeysKept go for good; how many. The service calls it at start and daily.
QFuture<Result<qsizetype>> purgeDeletedKeys(AdminContext &context, QObject *owner);

// By id, or by its whole secret; null when unknown.
KeyEntryPointer findKey(const Keyring &keyring, const QString &idOrSecret);

}

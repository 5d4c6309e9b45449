// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/keyring.h"
#include "service/store/database.h"

// Keys on disk. Each change is one transaction with its audit row. The row of a key holds the hash of its
// secret, never the secret.
namespace quota::service::keystore
{

// With counters, ready for Keyring::put.
Result<QList<Keyring::StoredKey>> loadAll(Database &database);
// The same with templates, ready for Keyring::replaceAll.
Result<Keyring::Contents> loadContents(Database &database);
Done insert(Database &database, const QList<Keyring::StoredKey> &keys, const QString &actor);
// The same inside a transaction of the caller's, with an audit word of its own: import.
Done insertWithin(Database &database, const QList<Keyring::StoredKey> &keys, const QString &action,
                  const QString &actor, Timestamp now);
// Inside a transaction: the key was used then, maybe elsewhere.
Done noteUse(Database &database, const KeyId &id, Timestamp time);
Result<qint64> count(Database &database); // deleted ones included
// Replaces the row when its version is still expectedVersion; VersionConflict otherwise, NotFound when it is gone. action is the audit
// word: update, disable, enable, rotate, delete, restore.
Done replace(Database &database, const Keyring::StoredKey &key, qint64 expectedVersion, const QString &action,
             const QString &actor);
// Keys deleted before this instant go for good; returns their ids. Usage rows stay under the id.
Result<QList<KeyId>> purge(Database &database, Timestamp deletedBefore, Timestamp now = SystemClock().now());

}

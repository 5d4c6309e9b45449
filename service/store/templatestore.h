// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/database.h"
#include "shared/keytemplate.h"

// Templates on disk. Each change is one transaction with its audit row.
namespace quota::service::templatestore
{

Result<QList<KeyTemplate>> loadAll(Database &database); // by name; without counts of keys
// InvalidField when there is one of that name, or maximumTemplates of them.
Done insert(Database &database, const KeyTemplate &keyTemplate, const QString &actor);
// Replaces the row when its version is still expectedVersion; VersionConflict otherwise, NotFound when it is gone.
Done replace(Database &database, const KeyTemplate &keyTemplate, qint64 expectedVersion,
             const QString &actor);

enum class Followers
{
    Refuse, // InvalidField while keys follow it, deleted ones too
    Copy    // they get its limits and its concurrency as their own
};
Done remove(Database &database, const QString &name, Followers followers, const QString &actor,
            Timestamp now);

}

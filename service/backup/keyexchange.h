// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/database.h"
#include "shared/clock.h"

// Only the keys of a backup, with their limits, into a store that goes on: one transaction. Usage, counters, providers
// stay as they are; a key that comes back brings the counters it had.
namespace quota::service
{

// backup: a database of the newest schema that nobody writes. How many keys there are then.
Result<qint64> takeKeys(Database &database, const QString &backup, const QString &subject,
                        const QString &actor, Timestamp now);

}

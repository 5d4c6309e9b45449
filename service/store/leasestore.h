// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/lease.h"
#include "service/store/database.h"
#include "shared/usage.h"

#include <QTimeZone>

// Leases on disk: promises of what keys may spend before the books know of it, durable before they are spent. The
// store thread grants and gives back, usagestore lowers them with the rows of requests, and a start counts what
// it finds as spent.
namespace quota::service::leasestore
{

using Amounts = QHash<KeyId, LeaseAmounts>;

// One transaction for all keys that ask. It is on the disk when this returns.
Done grant(Database &database, const Amounts &amounts, Timestamp now);

// Inside the transaction that writes the rows of what was spent.
Done lower(Database &database, const Amounts &amounts);

// One transaction: what was granted and will not be spent.
Done giveBack(Database &database, const Amounts &amounts);

// At start, before anything is granted: counts what leases promised in every current window of their keys (by the
// zone's calendar; in the newest the key ever entered when the clock went back), keeps it as adjustments of the
// kind «unknown», and ends those leases. Returns what was counted.
Result<Amounts> countAsSpent(Database &database, Timestamp now, const QTimeZone &zone);

// What was counted so in the query's range, for its key or all.
Result<UnknownUse> unknownUse(Database &database, const UsageQuery &query);

}

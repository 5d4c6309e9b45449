// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/database.h"
#include "shared/clock.h"

// Who changed what: written inside the transaction of the change itself, so that neither exists without the
// other. Holds ids and field names, never secrets.
namespace quota::service::auditstore
{

Done append(Database &database, Timestamp time, const QString &actor, const QString &action,
            const QString &subject, const QString &detail);

// Whether there is such a row.
Result<bool> has(Database &database, Timestamp time, const QString &actor, const QString &action);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/route.h"

// GET /admin/usage: sums and series, and «items» as the replaced system listed them; POST /admin/usage/reset
// (alias /admin/reset-usage): the counters of a key begin anew, the books keep what was.
namespace quota::service
{

QList<Route> usageRoutes(AdminContext &context, QObject *owner);

}

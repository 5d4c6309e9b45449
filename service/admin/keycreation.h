// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/route.h"

// POST /admin/keys: one key or a batch, written before they are known. This answer is the only place where
// their secrets ever stand.
namespace quota::service
{

RouteFuture createKeys(AdminContext &context, QObject *owner, const AdminCall &call);

}

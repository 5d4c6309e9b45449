// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/route.h"

// GET /admin/keys: a page of keys as JSON, for an operator all of them, for a holder the own one; also with the
// names of fields and parameters that the replaced system had.
namespace quota::service
{

RouteFuture listKeys(AdminContext &context, QObject *owner, const AdminCall &call);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/route.h"

// What a holder may ask about the own key: GET /v1/usage, and under the names that were promised before, /usage
// and /quota. Asking costs nothing.
namespace quota::service
{

QList<Route> selfRoutes(AdminContext &context);

}

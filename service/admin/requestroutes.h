// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/route.h"

// Why a request passed or was refused: GET /v1/usage/explain/{id} for the holder of its key, GET /admin/requests/{id}
// for the operator. The last ones with every limit as it was judged, older ones as the books have them.
namespace quota::service
{

// owner: futures of the store end in its thread.
QList<Route> requestRoutes(AdminContext &context, QObject *owner);

}

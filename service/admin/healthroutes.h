// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/route.h"

// GET /healthz for load balancers, GET /metrics for Prometheus, GET /admin/health for a person: the service in
// one look, part by part.
namespace quota::service
{

QList<Route> healthRoutes(AdminContext &context, QObject *owner);

}

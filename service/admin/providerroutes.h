// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/route.h"

// /admin/providers: list, add, change, remove and test upstreams. Secrets go in and never come out. The provider
// of the settings and the demo are shown, but belong to their places and cannot be edited here.
namespace quota::service
{

QList<Route> providerRoutes(AdminContext &context, QObject *owner);

}

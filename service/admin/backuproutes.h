// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/route.h"

// /admin/backups: list, make, download, delete, prove, prune, and restore of keys or settings.
namespace quota::service
{

QList<Route> backupRoutes(AdminContext &context, QObject *owner);

}

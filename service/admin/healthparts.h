// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/context.h"
#include "shared/health.h"

// How each part of the service is, for GET /admin/health: its state, and what to do where that is not good.
namespace quota::service
{

// schema: as the database says, or why it does not.
QList<HealthPart> healthParts(const AdminContext &context, const Result<int> &schema, Timestamp now,
                              Language language);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/admin/route.h"

// /admin/templates: list, make, read, change and delete templates. A change is in the store first and then in the
// keyring, so that keys that follow have it with their next request.
namespace quota::service
{

QList<Route> templateRoutes(AdminContext &context, QObject *owner);

// The template of this name, or a refusal that names those that are there.
Result<KeyTemplate> findTemplate(const Keyring &keyring, const QString &name, Language language);

}

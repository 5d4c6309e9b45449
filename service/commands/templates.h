// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

// quota-proxy templates: list, show, create, update and delete the templates of a running service.
namespace quota::service
{

int runTemplates(const Console &console, const QStringList &arguments);

}

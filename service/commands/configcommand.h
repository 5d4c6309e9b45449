// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QStringList>

// config check: says whether the settings can be used; config show: every setting with its value and where it
// comes from, secrets masked.
namespace quota::service
{

int runConfig(const Console &console, const QStringList &arguments);

}

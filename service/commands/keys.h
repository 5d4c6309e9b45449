// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QStringList>

// keys create, list, show, update, disable, enable, rotate, delete, restore: spoken to a running service over
// its admin API. Secrets go to standard output, one a line and nothing after them; what is told goes to standard
// error.
namespace quota::service
{

int runKeys(const Console &console, const QStringList &arguments);

}

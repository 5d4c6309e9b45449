// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QStringList>

// database copy: the database of a data directory to another file, with what that file has already shown first. Works
// beside a running service; the target must not be in use.
namespace quota::service
{

int copyDatabase(const Console &console, const QStringList &arguments);

}

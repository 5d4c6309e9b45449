// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QStringList>

// The verb that is the service: reads the settings, runs until a signal or a fault, and returns the exit code.
namespace quota::service
{

// The words after «serve».
int runServe(const Console &console, const QStringList &arguments);

}

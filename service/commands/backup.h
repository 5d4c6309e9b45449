// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QStringList>

// backup create, list, verify, restore, prune: by the service that runs on the data directory, or without one.
namespace quota::service
{

int runBackup(const Console &console, const QStringList &arguments);

}

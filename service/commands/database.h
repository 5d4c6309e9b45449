// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QStringList>

// database init, status, migrate, check, repair, copy, import: the file that holds keys and books, on this host. What reads works beside a
// running service; what writes refuses while one has the data directory, and says which.
namespace quota::service
{

int runDatabase(const Console &console, const QStringList &arguments);

}

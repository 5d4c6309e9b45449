// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QStringList>

// The database verbs: what is done to the store as a whole.
namespace quota::service
{

int runDatabase(const Console &console, const QStringList &arguments);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QStringList>

// The database verbs that change the file: each keeps what was there.
namespace quota::service
{

int initDatabase(const Console &console, const QStringList &arguments);
int migrateDatabase(const Console &console, const QStringList &arguments);

}

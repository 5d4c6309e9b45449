// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QStringList>

// database repair: what is damaged, what can be salvaged and what is lost, and after a yes the exchange. Only while no
// service has the data directory.
namespace quota::service
{

int repairDatabase(const Console &console, const QStringList &arguments);

}

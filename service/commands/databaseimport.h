// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QStringList>

// database import: takes over the keys of the earlier quota-proxy, one-api or LiteLLM from a file, on a data directory
// that no service uses.
namespace quota::service
{

int importDatabase(const Console &console, const QStringList &arguments);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QStringList>

// usage: what keys have used in the last days, as a table by day and by key, as CSV, or as JSON.
namespace quota::service
{

int runUsage(const Console &console, const QStringList &arguments);

}

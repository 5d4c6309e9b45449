// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"
#include "shared/apikey.h"

// Keys on a terminal: as a table, one in full, or as JSON. Pure but for the console it writes to.
namespace quota::service
{

void printKeys(const Console &console, const QList<KeyOverview> &keys);
QString keyLines(const Console &console, const KeyOverview &key); // name and value, a line each
QString toJsonText(const QJsonObject &object);

}

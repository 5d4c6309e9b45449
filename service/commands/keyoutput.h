// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"
#include "shared/apikey.h"

// Keys on a terminal: as a table, one in full, or as JSON. Pure but for the console it writes to.
namespace quota::service
{

class CommandParser;

void printKeys(const Console &console, const QList<KeyOverview> &keys);
QString keyLines(const Console &console, const KeyOverview &key); // name and value, a line each
QString toJsonText(const QJsonObject &object);

// The options that --csv brings: --bom, which only goes with it, and never --json as well.
void addCsvMark(CommandParser &parser);
std::optional<int> checkFormat(const CommandParser &parser); // after parse(); the exit code of wrong use

}

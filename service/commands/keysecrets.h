// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QStringList>

#include <optional>

// keys create and keys rotate: the verbs whose output is a secret. It stands on standard output alone, one a
// line, so that a script can take it from there.
namespace quota::service
{

class CommandParser;

int createKeys(const Console &console, const QStringList &arguments);
int rotateKey(const Console &console, const QStringList &arguments);

// --label, --limit, --template, --copy, --models: what making and changing a key share.
void addLimitOptions(CommandParser &parser);
// After parse(): the exit code when --template and --copy do not go with the rest.
std::optional<int> checkTemplate(const CommandParser &parser, bool limitsGiven);

}

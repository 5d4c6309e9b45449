// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"

#include <QStringList>

// keys create and keys rotate: the verbs whose output is a secret. It stands on standard output alone, one a
// line, so that a script can take it from there.
namespace quota::service
{

class CommandParser;

int createKeys(const Console &console, const QStringList &arguments);
int rotateKey(const Console &console, const QStringList &arguments);

// --label, --limit, --models: what making and changing a key share.
void addLimitOptions(CommandParser &parser);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/commandparser.h"
#include "service/config.h"

// The options that stand for settings (--host, --port, --data-dir, --database, --lanes, --env-file), which serve
// and the config verbs share.
namespace quota::service
{

void addSettingOptions(CommandParser &parser);
SettingSources settingSources(const CommandParser &parser);

// The settings of a verb that takes these options and nothing else: parses, shows --help, prints all faults.
// The exit code when the verb is to end.
tl::expected<LoadedConfig, int> loadConfigFor(const Console &console, const QString &verb,
                                              const char *summary, const QStringList &arguments);
// Prints faults of settings on standard error, one a line.
void printFaults(const Console &console, const QList<Error> &faults);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/console.h"
#include "shared/backupinfo.h"

// Backups and restores on a terminal. Pure but for the console it writes to.
namespace quota::service
{

void printBackup(const Console &console, const BackupInfo &backup);
void printBackups(const Console &console, const BackupList &list);
void printDifferences(const Console &console, const RestoreOutcome &outcome);

}

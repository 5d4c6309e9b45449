// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/backupdoor.h"
#include "service/commands/localdata.h"

// The backup verbs on a data directory that no service uses.
namespace quota::service
{

// The directory is locked by us, and an interrupted restore is settled.
std::unique_ptr<BackupDoor> localBackups(std::unique_ptr<LocalData> data, const CommandParser &parser);

}

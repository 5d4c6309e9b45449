// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/backupdoor.h"

// The backup verbs, done by a running service over its admin API.
namespace quota::service
{

tl::expected<std::unique_ptr<BackupDoor>, int> remoteBackups(const CommandParser &parser);

}

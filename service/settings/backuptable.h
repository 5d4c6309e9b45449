// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/settings/table.h"

// The rows of the table of settings that are about backups.
namespace quota::service
{

QList<Setting> backupSettings();

}

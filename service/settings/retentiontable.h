// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/settings/table.h"

// The rows of the table of settings that say how long the books keep what.
namespace quota::service
{

QList<Setting> retentionSettings();

}

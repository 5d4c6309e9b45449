// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/settings/table.h"

// The settings that say how tokens are reserved and charged; a part of the table of settings.
namespace quota::service
{

QList<Setting> tokenSettings();

}

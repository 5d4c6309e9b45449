// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/settings/table.h"

// The rows of the table of settings that only the replaced system knew: accepted with a notice, or refused where to
// go on without would leave somebody unprotected.
namespace quota::service
{

QList<Setting> oldSettings();

}

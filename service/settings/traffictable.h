// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/settings/table.h"

// The rows of what passes in the table of settings: the provider of the settings, and how much, how large and how
// slow requests and answers may be.
namespace quota::service
{

QList<Setting> trafficSettings();
QList<Setting> requestSettings();

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/settings/table.h"

// The rows of the way to providers in the table of settings: trust, times, outbound proxies.
namespace quota::service
{

QList<Setting> upstreamSettings();
QList<Setting> proxySettings();

}

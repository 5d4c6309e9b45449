// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/config.h"
#include "service/http/connectionshare.h"

// What the settings say of connections, for the servers of the lanes and of the admin API.
namespace quota::service
{

// connections: how many may be open at a time, which may be fewer than the settings ask for.
ConnectionLimits connectionLimits(const Config &config, int connections);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/commandparser.h"

// usage --request ID: why a request passed or was refused, on a terminal or as JSON.
namespace quota::service
{

int explainRequest(CommandParser &parser);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/apikey.h"

#include <QTimeZone>

// When a key will have used up a limit, if it goes on as it does. Pure: now comes in.
namespace quota::console
{

struct RunOut
{
    LimitStatus status;
    Timestamp at;      // now or earlier: it is used up already
    bool used = false; // up, until it is new
};

// The first limit that ends before it is new, at the pace of its present window; for «in all» at the pace of the
// last seven days. Nothing when none does, or when there is nothing to tell the pace by.
std::optional<RunOut> runOut(const KeyOverview &key, const QTimeZone &zone, Timestamp now);

}

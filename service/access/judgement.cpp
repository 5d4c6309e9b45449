// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/judgement.h"

#include <algorithm>

namespace quota::service
{

std::optional<Timestamp> Judgement::waitUntil() const
{
    std::optional<Timestamp> until;
    for (const LimitStatus &status : limits) {
        if (!refuses(status))
            continue;
        if (!status.resetsAt || needOf(requestedOf(status.limit)) > status.limit.amount)
            return std::nullopt;
        until = std::max(until.value_or(*status.resetsAt), *status.resetsAt);
    }
    return until;
}

}

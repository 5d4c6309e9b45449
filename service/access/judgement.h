// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/limit.h"

#include <vector>

// How a key's limits stood at the instant a request asked, and whether each had room for it: what a refusal is
// explained with. The account fills it in under its lock; pure.
namespace quota::service
{

struct Judgement
{
    std::vector<LimitStatus> limits; // before this request; all of the key's, unlimited ones too
    qint64 tokens = 0;               // asked for; of requests it is one
    std::optional<qint64> concurrency;
    qint64 active = 0; // requests under way
    Timestamp at{};

    qint64 requestedOf(const Limit &limit) const { return limit.unit == LimitUnit::Requests ? 1 : tokens; }
    bool passes(const LimitStatus &status) const { return hasRoom(status, requestedOf(status.limit)); }
    bool refuses(const LimitStatus &status) const { return status.limit.isEnforced() && !passes(status); }
    bool passesConcurrency() const { return !concurrency || *concurrency < 0 || active < *concurrency; }
    // The amount from which on a limit would have had room.
    qint64 enoughFor(const LimitStatus &status) const
    {
        return status.used + status.reserved + needOf(requestedOf(status.limit));
    }
    // When the windows that refused begin anew; nothing while one of them never does, or is too small in itself.
    std::optional<Timestamp> waitUntil() const;

    // An estimate of no tokens still needs room for one: what is used up refuses.
    static qint64 needOf(qint64 requested) { return qMax<qint64>(1, requested); }
    static bool hasRoom(const LimitStatus &status, qint64 requested)
    {
        return status.limit.amount < 0 || needOf(requested) <= status.remaining();
    }
};

}

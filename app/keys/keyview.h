// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/apikey.h"

// The ready views of the Keys page. The service lists and searches; what these views ask it does not know, so
// the model asks for every key and keeps the rows that match. Pure: now comes in.
namespace quota::console
{

enum class KeyView
{
    All,
    Over80,
    ExpiresSoon, // within 14 days, not yet expired
    NeverUsed,
    NoLimit
};
inline constexpr int keyViewCount = 5;

bool matches(KeyView view, const KeyOverview &key, Timestamp now);
// The order a view suggests itself: most used first, first to expire first; otherwise as listed.
void sortFor(KeyView view, QList<KeyOverview> &keys);

// The limit nearest to its end, of those that limit at all; nothing when there is none.
std::optional<LimitStatus> tightestLimit(const KeyOverview &key);
double shareOf(const LimitStatus &status); // used and reserved, of the amount; 1 when nothing is left

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keyview.h"

#include <algorithm>

namespace quota::console
{

static constexpr std::chrono::days soon{14};
static constexpr double nearlyUsed = 0.8;

double shareOf(const LimitStatus &status)
{
    if (status.limit.amount <= 0)
        return status.limit.amount == 0 ? 1 : 0;
    return double(status.used + status.reserved) / double(status.limit.amount);
}

std::optional<LimitStatus> tightestLimit(const KeyOverview &key)
{
    std::optional<LimitStatus> tightest;
    for (const LimitStatus &status : key.limits) {
        if (status.limit.isEnforced() && (!tightest || shareOf(status) > shareOf(*tightest)))
            tightest = status;
    }
    return tightest;
}

bool matches(KeyView view, const KeyOverview &key, Timestamp now)
{
    switch (view) {
    case KeyView::All:
        return true;
    case KeyView::Over80: {
        const auto tightest = tightestLimit(key);
        return tightest && shareOf(*tightest) >= nearlyUsed;
    }
    case KeyView::ExpiresSoon:
        return key.key.expiresAt && *key.key.expiresAt > now && *key.key.expiresAt <= now + soon;
    case KeyView::NeverUsed:
        return !key.lastUsedAt;
    case KeyView::NoLimit:
        return !tightestLimit(key);
    }
    Q_UNREACHABLE();
}

void sortFor(KeyView view, QList<KeyOverview> &keys)
{
    if (view == KeyView::Over80)
        std::stable_sort(keys.begin(), keys.end(), [](const KeyOverview &left, const KeyOverview &right) {
            return shareOf(*tightestLimit(left)) > shareOf(*tightestLimit(right));
        });
    if (view == KeyView::ExpiresSoon)
        std::stable_sort(keys.begin(), keys.end(), [](const KeyOverview &left, const KeyOverview &right) {
            return left.key.expiresAt < right.key.expiresAt;
        });
}

}

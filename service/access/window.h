// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/limit.h"

#include <QTimeZone>

// Calendar windows in a time zone: where the minute, hour, day, week or month of an instant starts and ends,
// daylight saving and odd offsets included. Weeks start on Monday. Pure.
namespace quota::service
{

inline constexpr int windowCount = 6; // LimitWindow values

struct WindowSpan
{
    Timestamp start;              // of «total»: the epoch
    std::optional<Timestamp> end; // exclusive, the reset instant; nothing for «total»
    bool contains(Timestamp time) const { return time >= start && (!end || time < *end); }
    bool operator==(const WindowSpan &) const = default;
};

WindowSpan windowAt(LimitWindow window, Timestamp time, const QTimeZone &zone);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFontMetrics>
#include <algorithm>

// The distances and heights of the console in device-independent pixels. Heights follow the font; anything
// that holds text asks here instead of fixing a number.
namespace quota::console::space
{

inline constexpr int inControl = 8;
inline constexpr int betweenControls = 8;
inline constexpr int betweenFields = 14;
inline constexpr int cardPadding = 16;
inline constexpr int betweenCards = 14;
inline constexpr int dialogPadding = 24;
inline constexpr int pageSide = 24;
inline constexpr int pageTop = 18;
inline constexpr int pageBottom = 20;
inline constexpr int pageWidest = 1600;
inline constexpr int cellPadding = 12;

inline constexpr int sidebarWide = 212;
inline constexpr int sidebarNarrow = 64;
inline constexpr int sidebarFolds = 1100; // window width below which it shows icons only
inline constexpr int header = 56;
inline constexpr int strip = 3;

inline constexpr int radiusTag = 4;
inline constexpr int radiusControl = 6;
inline constexpr int radiusSegment = 7;
inline constexpr int radiusBanner = 8;
inline constexpr int radiusCard = 10;
inline constexpr int radiusDialog = 12;

inline constexpr int dialogSmall = 520;
inline constexpr int dialogMedium = 680;
inline constexpr int dialogLarge = 912;

inline int control(const QFontMetrics &metrics)
{
    return std::max(32, metrics.height() + 14);
}
inline int smallControl(const QFontMetrics &metrics)
{
    return std::max(28, metrics.height() + 10);
}
inline int row(const QFontMetrics &metrics)
{
    return std::max(36, metrics.height() + 18);
}
inline int rowTwoLines(const QFontMetrics &metrics)
{
    return std::max(46, 2 * metrics.height() + 12);
}
inline int tableHead(const QFontMetrics &metrics)
{
    return std::max(34, metrics.height() + 16);
}
inline int navigation(const QFontMetrics &metrics)
{
    return std::max(34, metrics.height() + 16);
}
inline int chip(const QFontMetrics &metrics)
{
    return std::max(22, metrics.height() + 6);
}
inline int filterChip(const QFontMetrics &metrics)
{
    return std::max(28, metrics.height() + 10);
}

}

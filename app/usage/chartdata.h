// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/usage.h"

#include <QList>
#include <QString>

// What a ChartView draws, as plain values: buckets of time, and one number of each series in each of them. Models
// make it. Pure.
namespace quota::console
{

enum class ChartShape
{
    StackedAreas,
    StackedBars,
    Lines
};

struct ChartSeries
{
    QString name;
    int colour = 0;       // of Theme::series()
    QList<qint64> values; // by bucket; shorter than the buckets where the time has not come
    bool filled = false;  // a pale ground under a line
    bool operator==(const ChartSeries &) const = default;
};

struct ChartData
{
    ChartShape shape = ChartShape::StackedAreas;
    QList<Timestamp> starts; // of the buckets
    Timestamp end;           // of the last bucket
    UsageBucket bucket = UsageBucket::Hour;
    QList<ChartSeries> series;         // the largest first; stacked from the ground up
    std::optional<ChartSeries> before; // another period for comparison, dashed
    QString totalName;                 // «All models»; empty: the tooltip has no total

    qint64 totalAt(qsizetype bucket) const;
    qint64 highest() const; // of what is drawn: sums when stacked
    Timestamp endOf(qsizetype bucket) const
    {
        return bucket + 1 < starts.size() ? starts.at(bucket + 1) : end;
    }
    bool operator==(const ChartData &) const = default;
};

// The round number at the top of an axis that is to hold this value, and how many steps lead there.
struct AxisScale
{
    qint64 top = 4;
    int steps = 4;
};
AxisScale scaleFor(qint64 highest, int mostSteps);

}

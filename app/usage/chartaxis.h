// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/usage/chartdata.h"
#include "app/widgets/format.h"

// The marks under a chart: full hours or days of the zone, as many as there is room for. Pure.
namespace quota::console
{

struct AxisTick
{
    qsizetype bucket = 0;
    QString text;
    bool operator==(const AxisTick &) const = default;
};

QList<AxisTick> ticksFor(const ChartData &chart, const Format &format, int most);
// «Mon 23 Nov, 22:30 – 22:45»: the head of the tooltip.
QString bucketText(const ChartData &chart, qsizetype bucket, const Format &format);

}

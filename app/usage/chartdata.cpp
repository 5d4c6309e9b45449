// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/chartdata.h"

#include <algorithm>
#include <limits>

namespace quota::console
{

qint64 ChartData::totalAt(qsizetype bucket) const
{
    qint64 total = 0;
    for (const ChartSeries &one : series)
        total += one.values.value(bucket);
    return total;
}

qint64 ChartData::highest() const
{
    qint64 highest = 0;
    for (qsizetype bucket = 0; bucket < starts.size(); ++bucket) {
        if (shape != ChartShape::Lines) {
            highest = qMax(highest, totalAt(bucket));
        } else {
            for (const ChartSeries &one : series)
                highest = qMax(highest, one.values.value(bucket));
        }
        if (before)
            highest = qMax(highest, before->values.value(bucket));
    }
    return highest;
}

AxisScale scaleFor(qint64 highest, int mostSteps)
{
    Q_ASSERT(mostSteps >= 1);
    // Steps of 1, 1.5, 2, 2.5, 3, 4, 5, 6 and 8 times a power of ten, whole numbers only: the lowest top that holds
    // the value in at least half of the steps allowed.
    static constexpr qint64 tenths[] = {10, 15, 20, 25, 30, 40, 50, 60, 80};
    const int fewest = qMax(1, (mostSteps + 1) / 2);
    AxisScale best{std::numeric_limits<qint64>::max(), mostSteps};
    for (qint64 power = 1; power <= highest + 10 && power < 1'000'000'000'000'000; power *= 10) {
        for (const qint64 tenth : tenths) {
            if (tenth * power % 10 != 0)
                continue;
            const qint64 step = tenth * power / 10;
            const qint64 steps = qMax<qint64>(fewest, (highest + step - 1) / step);
            if (steps <= mostSteps && steps * step >= highest && steps * step < best.top)
                best = {steps * step, int(steps)};
        }
    }
    return best;
}

}

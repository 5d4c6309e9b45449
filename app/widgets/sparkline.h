// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/theme.h"

#include <QList>
#include <QPainter>

// The small curve of tiles and table cells: 1.5 line, fading fill, a dot on the last point, based on zero,
// without axes.
namespace quota::console
{

void paintSparkline(QPainter &painter, const Theme &theme, const QRectF &rect, const QList<qint64> &values,
                    bool faded = false);

}

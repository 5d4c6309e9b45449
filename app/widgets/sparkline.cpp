// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/sparkline.h"

#include <QPainterPath>
#include <QPolygonF>

#include <algorithm>

namespace quota::console
{

void paintSparkline(QPainter &painter, const Theme &theme, const QRectF &rect, const QList<qint64> &values,
                    bool faded)
{
    if (values.size() < 2)
        return;
    const qint64 peak = std::max<qint64>(1, *std::max_element(values.cbegin(), values.cend()));
    // Room for the line's width and the last dot.
    const QRectF plot = rect.adjusted(1, 3, -3, -1);
    QPolygonF line;
    for (qsizetype at = 0; at < values.size(); ++at)
        line << QPointF(plot.left() + plot.width() * qreal(at) / qreal(values.size() - 1),
                        plot.bottom() - plot.height() * qreal(values.at(at)) / qreal(peak));

    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ink = theme.color(faded ? Role::Faint : Role::BarNormal);
    if (!theme.isHighContrast()) {
        QPainterPath area;
        area.addPolygon(line);
        area.lineTo(plot.right(), rect.bottom());
        area.lineTo(plot.left(), rect.bottom());
        area.closeSubpath();
        QLinearGradient fade(rect.topLeft(), rect.bottomLeft());
        QColor top = ink;
        top.setAlphaF(theme.isDark() ? 0.30F : 0.22F);
        QColor bottom = ink;
        bottom.setAlphaF(0.02F);
        fade.setColorAt(0, top);
        fade.setColorAt(1, bottom);
        painter.fillPath(area, fade);
    }
    painter.setPen(QPen(ink, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(line);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    painter.drawEllipse(line.constLast(), 2.2, 2.2);
    painter.restore();
}

}

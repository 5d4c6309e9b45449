// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QHash>
#include <QIcon>
#include <QPixmap>
#include <QString>

// Lucide icons from :/icons, drawn in the colour asked for, kept by name, colour, size and pixel ratio. Theme
// owns the cache and empties it when the theme changes. The mark of the console is drawn here too.
namespace quota::console
{

class IconCache
{
public:
    QPixmap pixmap(const QString &name, const QColor &color, int size, qreal ratio);
    void clear() { m_pixmaps.clear(); }

private:
    QHash<QString, QPixmap> m_pixmaps;
};

bool iconExists(const QString &name);

// The quota ring on blue, filling the rectangle.
void drawMark(QPainter &painter, const QRectF &rect);
QIcon windowIcon();

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/icons.h"

#include <QFile>
#include <QPainter>
#include <QPainterPath>
#include <QSvgRenderer>

namespace quota::console
{
using namespace Qt::StringLiterals;

namespace
{

QString pathOf(const QString &name)
{
    return u":/icons/"_s + name + u".svg"_s;
}

// Thin lines at the usual sizes, heavier ones where two pixels would melt away.
QByteArray strokeFor(int size)
{
    return size <= 13 ? "stroke-width=\"2.25\"" : "stroke-width=\"1.75\"";
}

}

bool iconExists(const QString &name)
{
    return QFile::exists(pathOf(name));
}

QPixmap IconCache::pixmap(const QString &name, const QColor &color, int size, qreal ratio)
{
    const QString key = name + u'/' + QString::number(color.rgba(), 16) + u'/' + QString::number(size) +
                        u'/' + QString::number(ratio);
    if (const auto found = m_pixmaps.constFind(key); found != m_pixmaps.cend())
        return *found;

    QFile file(pathOf(name));
    Q_ASSERT_X(file.exists(), "icon", qPrintable(name));
    QPixmap pixmap(QSize(size, size) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    if (file.open(QIODevice::ReadOnly)) {
        QByteArray svg = file.readAll();
        svg.replace("currentColor", color.name().toLatin1());
        svg.replace("stroke-width=\"2\"", strokeFor(size));
        QSvgRenderer renderer(svg);
        QPainter painter(&pixmap);
        painter.setOpacity(color.alphaF());
        renderer.render(&painter, QRectF(0, 0, size, size));
    }
    m_pixmaps.insert(key, pixmap);
    return pixmap;
}

void drawMark(QPainter &painter, const QRectF &rect)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal side = qMin(rect.width(), rect.height());
    QRectF square(0, 0, side, side);
    square.moveCenter(rect.center());
    QLinearGradient blue(square.topLeft(), square.bottomLeft());
    blue.setColorAt(0, QColor(0x3B, 0x62, 0xE3));
    blue.setColorAt(1, QColor(0x29, 0x4B, 0xC8));
    painter.setPen(Qt::NoPen);
    painter.setBrush(blue);
    painter.drawRoundedRect(square, side * 0.26, side * 0.26);

    const QRectF ring = square.adjusted(side * 0.25, side * 0.25, -side * 0.25, -side * 0.25);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(255, 255, 255, 90), side * 0.115));
    painter.drawEllipse(ring);
    // From the top clockwise: what is used of a quota.
    painter.setPen(QPen(Qt::white, side * 0.115, Qt::SolidLine, Qt::RoundCap));
    painter.drawArc(ring, 90 * 16, -235 * 16);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Qt::white);
    painter.drawEllipse(square.center(), side * 0.085, side * 0.085);
    painter.restore();
}

QIcon windowIcon()
{
    QIcon icon;
    for (const int size : {16, 24, 32, 48, 64, 128, 256}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        drawMark(painter, QRectF(0, 0, size, size));
        painter.end();
        icon.addPixmap(pixmap);
    }
    return icon;
}

}

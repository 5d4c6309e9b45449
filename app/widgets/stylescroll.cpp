// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/styleparts.h"

namespace quota::console::paint
{

QRect scrollBarPart(const QStyleOptionSlider &option, QStyle::SubControl part)
{
    const QRect rect = option.rect;
    const bool upright = option.orientation == Qt::Vertical;
    const int length = upright ? rect.height() : rect.width();
    const qint64 range = qint64(option.maximum) - option.minimum;
    int handle = length;
    if (range > 0) {
        handle = int(qint64(length) * option.pageStep / (range + option.pageStep));
        handle = qBound(qMin(32, length), handle, length);
    }
    const int start = QStyle::sliderPositionFromValue(option.minimum, option.maximum, option.sliderPosition,
                                                      length - handle, option.upsideDown);
    const auto along = [&](int from, int size) {
        return upright ? QRect(rect.left(), rect.top() + from, rect.width(), size)
                       : QRect(rect.left() + from, rect.top(), size, rect.height());
    };
    switch (part) {
    case QStyle::SC_ScrollBarGroove:
        return rect;
    case QStyle::SC_ScrollBarSlider:
        return along(start, handle);
    case QStyle::SC_ScrollBarSubPage:
        return along(0, start);
    case QStyle::SC_ScrollBarAddPage:
        return along(start + handle, length - start - handle);
    default:
        return {};
    }
}

void scrollBar(QPainter &painter, const Theme &theme, const QStyleOptionSlider &option)
{
    if (option.maximum <= option.minimum)
        return;
    QRectF handle(scrollBarPart(option, QStyle::SC_ScrollBarSlider));
    const bool active = option.state & (QStyle::State_MouseOver | QStyle::State_Sunken);
    const qreal width = active ? 7 : 5;
    if (option.orientation == Qt::Vertical) {
        handle.setLeft(handle.right() - width - 2);
        handle.setWidth(width);
        handle.adjust(0, 2, 0, -2);
    } else {
        handle.setTop(handle.bottom() - width - 2);
        handle.setHeight(width);
        handle.adjust(2, 0, -2, 0);
    }
    box(painter, theme, handle, width / 2, Role::ScrollHandle, Role::RoleCount);
}

}

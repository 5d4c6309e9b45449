// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/skeleton.h"

#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QPainter>

#include <array>

namespace quota::console
{

Skeleton::Skeleton(QWidget *parent)
    : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void Skeleton::setColumns(int columns)
{
    m_columns = qBound(1, columns, 8);
    update();
}

void Skeleton::paintEvent(QPaintEvent *)
{
    // Uneven lengths read as text.
    static constexpr std::array lengths{0.62, 0.90, 0.74, 0.52, 0.84, 0.68};
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    const int step = space::rowTwoLines(fontMetrics());
    const QRectF inner = QRectF(rect()).adjusted(space::cardPadding, 0, -space::cardPadding, 0);
    const qreal column = inner.width() / m_columns;
    int number = 0;
    for (qreal y = step / 2.0; y + 5 < inner.height(); y += step) {
        for (int at = 0; at < m_columns; ++at) {
            const qreal length = qMin(column - 24, 260.0) * lengths[size_t(number + at * 2) % lengths.size()];
            paint::box(painter, theme, QRectF(inner.left() + column * at, std::round(y - 4.5), length, 9),
                       4.5, theme.isHighContrast() ? Role::Grid : Role::Track, Role::RoleCount);
        }
        ++number;
    }
}

}

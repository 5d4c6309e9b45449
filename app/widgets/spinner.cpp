// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/spinner.h"

#include <QDateTime>
#include <QPainter>
#include <QStyle>

namespace quota::console
{
using namespace std::chrono_literals;

Spinner::Spinner(QWidget *parent, int size)
    : QWidget(parent)
    , m_size(size)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_timer.setInterval(40ms);
    connect(&m_timer, &QTimer::timeout, this, qOverload<>(&QWidget::update));
}

void Spinner::setRole(Role role)
{
    m_role = role;
    update();
}

void Spinner::paint(QPainter &painter, const QRectF &rect, const QColor &color, qint64 milliseconds)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal width = qMax(1.5, rect.width() / 9);
    const QRectF ring = rect.adjusted(width, width, -width, -width);
    QColor track = color;
    track.setAlphaF(0.25F);
    painter.setPen(QPen(track, width));
    painter.drawEllipse(ring);
    painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap));
    const int turn = int(milliseconds % 900) * 360 / 900;
    painter.drawArc(ring, (90 - turn) * 16, -100 * 16);
    painter.restore();
}

void Spinner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const qint64 now = wantsLessMotion(this) ? 0 : QDateTime::currentMSecsSinceEpoch();
    paint(painter, rect(), color(this, m_role), now);
}

void Spinner::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (!wantsLessMotion(this))
        m_timer.start();
}

void Spinner::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_timer.stop();
}

bool wantsLessMotion(const QWidget *widget)
{
    return widget->style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, widget) == 0;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/label.h"

#include <QPainter>

#include <cmath>

namespace quota::console
{

Label::Label(TextStep step, Role role, QWidget *parent)
    : QLabel(parent)
    , m_step(step)
    , m_role(role)
{
    setTextFormat(Qt::PlainText);
    setStep(this, step);
}

Label::Label(const QString &text, TextStep step, Role role, QWidget *parent)
    : Label(step, role, parent)
{
    setText(text);
}

void Label::setRole(Role role)
{
    if (m_role == role)
        return;
    m_role = role;
    update();
}

void Label::setWeight(Weight weight)
{
    setStep(this, m_step, weight);
}

void Label::setElides(bool elides)
{
    m_elides = elides;
    updateGeometry();
}

QSize Label::sizeHint() const
{
    if (wordWrap())
        return QLabel::sizeHint();
    const QFontMetricsF metrics(font());
    const QMargins margins = contentsMargins();
    return {int(std::ceil(metrics.horizontalAdvance(text()))) + 1 + margins.left() + margins.right(),
            int(std::ceil(metrics.height())) + margins.top() + margins.bottom()};
}

QSize Label::minimumSizeHint() const
{
    if (wordWrap())
        return {QFontMetrics(font()).averageCharWidth() * 12, QLabel::minimumSizeHint().height()};
    const QSize wanted = sizeHint();
    if (!m_elides)
        return wanted;
    return {qMin(wanted.width(), QFontMetrics(font()).averageCharWidth() * 4), wanted.height()};
}

void Label::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(font());
    painter.setPen(color(this, isEnabled() ? m_role : Role::Disabled));
    const QRect rect = contentsRect();
    if (wordWrap())
        painter.drawText(rect, int(alignment() & Qt::AlignHorizontal_Mask) | Qt::AlignTop | Qt::TextWordWrap,
                         text());
    else
        drawText(painter, rect, alignment() & Qt::AlignHorizontal_Mask, text(),
                 m_elides ? Qt::ElideRight : Qt::ElideNone);
}

void Label::resizeEvent(QResizeEvent *event)
{
    QLabel::resizeEvent(event);
    updateTooltip();
}

bool Label::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip)
        updateTooltip();
    return QLabel::event(event);
}

void Label::updateTooltip()
{
    const bool cut = !wordWrap() && m_elides && sizeHint().width() > width() + 1;
    if (cut && toolTip() != text() && (m_ownTooltip || toolTip().isEmpty())) {
        setToolTip(text());
        m_ownTooltip = true;
    } else if (!cut && m_ownTooltip) {
        setToolTip({});
        m_ownTooltip = false;
    }
}

}

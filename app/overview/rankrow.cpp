// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/overview/rankrow.h"

#include "app/widgets/quotabar.h"
#include "app/widgets/spacing.h"

namespace quota::console
{

static constexpr int barRoom = 9;

RankRow::RankRow(const RankText &text, QWidget *parent)
    : QAbstractButton(parent)
    , m_text(text)
{
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setAccessibleName(text.name);
    setAccessibleDescription(text.value);
    setToolTip(text.name);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize RankRow::sizeHint() const
{
    return {220, QFontMetrics(fontOf(this, TextStep::Body)).height() + 6 + (hasBar() ? barRoom : 0)};
}

QSize RankRow::minimumSizeHint() const
{
    return {120, sizeHint().height()};
}

void RankRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont body = fontOf(this, TextStep::Body);
    painter.setFont(body);
    QRectF line = rect();
    line.setHeight(height() - (hasBar() ? barRoom : 0));
    const qreal value = QFontMetricsF(body).horizontalAdvance(m_text.value) + 2;
    painter.setPen(color(this, m_text.tone == Tone::Neutral ? Role::Muted : ink(m_text.tone)));
    drawText(painter, line, Qt::AlignRight, m_text.value);
    qreal taken = value + 12;
    if (!m_text.glyph.isEmpty()) {
        const QRectF icon(line.right() - value - 20, line.center().y() - 7, 14, 14);
        drawIcon(painter, this, icon, m_text.glyph,
                 m_text.tone == Tone::Neutral ? Role::Muted : ink(m_text.tone), 14);
        taken += 22;
    }
    painter.setPen(color(this, underMouse() ? Role::Accent : Role::Text));
    drawText(painter, line.adjusted(0, 0, -taken, 0), Qt::AlignLeft, m_text.name);
    const QRectF bar(0, line.bottom() + 1, width(), 5);
    if (m_text.bar) {
        paintBar(painter, Theme::of(this), bar, *m_text.bar);
    } else if (m_text.share) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color(this, Role::Track));
        painter.drawRoundedRect(bar, 2.5, 2.5);
        QRectF filled = bar;
        filled.setWidth(qMax(bar.height(), bar.width() * *m_text.share));
        painter.setBrush(color(this, Role::BarNormal));
        painter.drawRoundedRect(filled, 2.5, 2.5);
    }
    if (hasFocus()) {
        painter.setPen(QPen(color(this, Role::Accent), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), space::radiusTag, space::radiusTag);
    }
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/quotabar.h"

#include "app/widgets/format.h"
#include "app/widgets/styleparts.h"

#include <cmath>

namespace quota::console
{
using namespace Qt::StringLiterals;

namespace
{

constexpr qreal barHeight = 5;

Role barRole(Tone tone)
{
    if (tone == Tone::Bad)
        return Role::BarFull;
    return tone == Tone::Warn ? Role::BarNear : Role::BarNormal;
}

}

double QuotaValue::share() const
{
    if (amount < 0)
        return 0;
    return amount == 0 ? 1 : double(used + reserved) / double(amount);
}

Tone QuotaValue::tone() const
{
    if (amount < 0)
        return Tone::Neutral;
    if (used + reserved >= amount)
        return Tone::Bad;
    return share() >= 0.8 ? Tone::Warn : Tone::Neutral;
}

void paintBar(QPainter &painter, const Theme &theme, const QRectF &rect, const QuotaValue &value)
{
    QRectF bar(rect);
    bar.setHeight(qMin(barHeight, rect.height()));
    bar.moveTop(std::round(rect.center().y() - bar.height() / 2));
    const qreal radius = bar.height() / 2;
    paint::box(painter, theme, bar, radius, Role::Track,
               theme.isHighContrast() ? Role::Border : Role::RoleCount);
    if (value.amount < 0)
        return;
    const double settled =
        value.amount == 0 ? 1 : qBound(0.0, double(value.used) / double(value.amount), 1.0);
    const double all = qBound(settled, value.share(), 1.0);
    const QColor ink = theme.color(barRole(value.tone()));
    QColor pale = ink;
    pale.setAlphaF(0.37F);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    // One clip for both, so that the seam between settled and reserved stays straight.
    QPainterPath outline;
    QRectF filled = bar;
    filled.setWidth(bar.width() * all);
    if (value.used + value.reserved > 0)
        filled.setWidth(qMax(filled.width(), bar.height()));
    outline.addRoundedRect(filled, radius, radius);
    painter.setClipPath(outline, Qt::IntersectClip);
    painter.fillRect(filled, pale);
    QRectF solid = bar;
    solid.setWidth(all > settled ? bar.width() * settled : filled.width());
    painter.fillRect(solid, ink);
    painter.restore();
}

void paintQuota(QPainter &painter, const QWidget *widget, const QRectF &rect, const QuotaValue &value,
                Role ink)
{
    const Theme &theme = Theme::of(widget);
    painter.save();
    painter.setFont(theme.font(TextStep::Small));
    const QFontMetricsF metrics(painter.font());
    const bool limited = value.amount >= 0;
    if (!limited) {
        painter.setPen(theme.color(ink == Role::Text ? Role::Muted : ink));
        drawText(painter, rect, Qt::AlignLeft, value.ofText);
        painter.restore();
        return;
    }
    const qreal height = metrics.height() + 3 + barHeight;
    QRectF line(rect.left(), std::round(rect.center().y() - height / 2), rect.width(), metrics.height());

    // Right: the percentage, with the sign of its state.
    const Tone tone = value.tone();
    const bool alarming = tone == Tone::Warn || tone == Tone::Bad;
    const QString percent = Format(theme.language()).wholePercent(value.share());
    painter.setFont(theme.font(TextStep::Small, alarming ? Weight::Strong : Weight::Regular));
    painter.setPen(theme.color(alarming ? quota::console::ink(tone) : ink == Role::Text ? Role::Muted : ink));
    qreal taken = drawText(painter, line, Qt::AlignRight, percent, Qt::ElideNone);
    if (alarming) {
        const QRectF sign(line.right() - taken - 4 - 13, line.top(), 13, line.height());
        drawIcon(painter, widget, sign, glyphOf(tone), quota::console::ink(tone), 13);
        taken += 4 + 13;
    }

    // Left: used in ink, of how much in grey; the grey part gives way first.
    QRectF words = line.adjusted(0, 0, -taken - 10, 0);
    painter.setFont(theme.font(TextStep::Small, Weight::Medium));
    painter.setPen(theme.color(ink));
    const int used = drawText(painter, words, Qt::AlignLeft, value.usedText);
    words.setLeft(words.left() + used + metrics.horizontalAdvance(u' '));
    painter.setFont(theme.font(TextStep::Small));
    painter.setPen(theme.color(ink == Role::Text ? Role::Muted : ink));
    drawText(painter, words, Qt::AlignLeft, value.ofText);

    paintBar(painter, theme, QRectF(rect.left(), line.bottom() + 3, rect.width(), barHeight), value);
    painter.restore();
}

QuotaBar::QuotaBar(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setStep(this, TextStep::Small);
}

void QuotaBar::setValue(const QuotaValue &value)
{
    m_value = value;
    setAccessibleName(describe(value, Theme::of(this).language()));
    update();
}

void QuotaBar::setBarOnly(bool barOnly)
{
    m_barOnly = barOnly;
    updateGeometry();
}

QSize QuotaBar::sizeHint() const
{
    return {200, m_barOnly ? int(barHeight) : fontMetrics().height() + 3 + int(barHeight) + 2};
}

QSize QuotaBar::minimumSizeHint() const
{
    return {m_barOnly ? 40 : 120, sizeHint().height()};
}

void QuotaBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (m_barOnly)
        paintBar(painter, Theme::of(this), rect(), m_value);
    else
        paintQuota(painter, this, rect(), m_value);
}

QString describe(const QuotaValue &value, Language language)
{
    if (value.amount < 0)
        return value.ofText;
    return Format(language).wholePercent(value.share()) + u", "_s + value.usedText + u' ' + value.ofText;
}

}

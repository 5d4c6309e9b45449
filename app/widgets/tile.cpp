// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/tile.h"

#include "app/widgets/spacing.h"
#include "app/widgets/sparkline.h"
#include "app/widgets/styleparts.h"

#include <QPainter>
#include <QStyleOption>

namespace quota::console
{
using namespace Qt::StringLiterals;

namespace
{

constexpr int curveWidth = 76;
constexpr int curveHeight = 30;
constexpr int padTop = 12;
constexpr int padBottom = 15;
constexpr int gap = 5;

struct TileRows
{
    QRectF name;
    QRectF figure;
    QRectF change;
};

TileRows rowsOf(const QWidget *tile)
{
    const QFontMetricsF body(fontOf(tile, TextStep::Body));
    const QFontMetricsF large(fontOf(tile, TextStep::Figure));
    const QRectF inner = QRectF(tile->rect()).adjusted(space::cardPadding, padTop, -space::cardPadding, 0);
    TileRows rows;
    rows.name = QRectF(inner.left(), inner.top(), inner.width(), body.height());
    rows.figure = QRectF(inner.left(), rows.name.bottom() + gap, inner.width(), large.height());
    rows.change = QRectF(inner.left(), rows.figure.bottom() + gap, inner.width(), body.height());
    return rows;
}

}

Tile::Tile(QWidget *parent)
    : QAbstractButton(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Tile::setContent(const TileText &content)
{
    m_content = content;
    const QString value = content.figure.isEmpty() ? u"—"_s : content.figure;
    setAccessibleName(content.name);
    setAccessibleDescription(
        QStringList{value, content.unit, content.change, content.note}.join(u' ').simplified());
    update();
}

void Tile::setStale(bool stale)
{
    m_stale = stale;
    update();
}

QSize Tile::sizeHint() const
{
    const QFontMetrics body(fontOf(this, TextStep::Body));
    const QFontMetrics large(fontOf(this, TextStep::Figure));
    return {260, padTop + 2 * body.height() + large.height() + 2 * gap + padBottom};
}

QSize Tile::minimumSizeHint() const
{
    return {170, sizeHint().height()};
}

void Tile::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::of(this);
    const QRectF box(rect());
    paint::box(painter, theme, box, space::radiusCard, Role::Surface,
               underMouse() ? Role::ButtonEdge : Role::Border);
    QStyleOption option;
    option.initFrom(this);
    if (paint::showsFocus(option))
        paint::focusRing(painter, theme, box, space::radiusCard);

    const TileRows rows = rowsOf(this);
    drawIcon(painter, this, QRectF(rows.name.left(), rows.name.top(), 14, rows.name.height()),
             m_content.glyph, Role::Muted, 14);
    painter.setFont(theme.font(TextStep::Body));
    painter.setPen(theme.color(Role::Muted));
    drawText(painter, rows.name.adjusted(21, 0, 0, 0), Qt::AlignLeft, m_content.name);

    const bool curved = m_content.curve.size() > 1 && width() > 220;
    QRectF figure = rows.figure.adjusted(0, 0, curved ? -curveWidth - 10 : 0, 0);
    painter.setFont(theme.font(TextStep::Figure));
    painter.setPen(theme.color(m_stale ? Role::Faint : Role::Text));
    const QString value = m_content.figure.isEmpty() ? u"—"_s : m_content.figure;
    const qreal baseline = baselineIn(figure, QFontMetricsF(painter.font()));
    const int used = drawText(painter, figure, Qt::AlignLeft, value);
    if (!m_content.unit.isEmpty()) {
        painter.setFont(theme.font(TextStep::Section));
        painter.setPen(theme.color(m_stale ? Role::Faint : Role::Muted));
        painter.drawText(QPointF(figure.left() + used + 5, baseline), m_content.unit);
    }
    if (curved) {
        const QRectF plot(rows.figure.right() - curveWidth, rows.figure.center().y() - curveHeight / 2.0 + 2,
                          curveWidth, curveHeight);
        paintSparkline(painter, theme, plot, m_content.curve, m_stale);
    }
    paintChange(painter, rows.change);
}

void Tile::paintChange(QPainter &painter, const QRectF &row)
{
    const Theme &theme = Theme::of(this);
    QRectF words = row;
    if (!m_content.change.isEmpty()) {
        const Role role = m_stale ? Role::Faint : ink(m_content.changeTone);
        if (m_content.direction != 0) {
            const QString arrow = m_content.direction > 0 ? u"arrow-up-right"_s : u"arrow-down-right"_s;
            drawIcon(painter, this, QRectF(words.left(), words.top(), 13, words.height()), arrow, role, 13);
            words.setLeft(words.left() + 18);
        }
        painter.setFont(theme.font(TextStep::Small, Weight::Medium));
        painter.setPen(theme.color(role));
        words.setLeft(words.left() + drawText(painter, words, Qt::AlignLeft, m_content.change) + 7);
    }
    painter.setFont(theme.font(TextStep::Small));
    painter.setPen(theme.color(Role::Muted));
    drawText(painter, words, Qt::AlignLeft, m_content.note);
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/celldelegate.h"

#include "app/widgets/quotabar.h"
#include "app/widgets/spacing.h"
#include "app/widgets/sparkline.h"
#include "app/widgets/spinner.h"
#include "app/widgets/styleparts.h"

#include <QDateTime>
#include <QPainter>

#include <algorithm>

namespace quota::console
{
using namespace Qt::StringLiterals;

namespace
{

// One cell while it is painted: what the painters below share.
struct Cell
{
    QPainter &painter;
    const QWidget *view;
    const Theme &theme;
    QRectF inner;
    const QModelIndex &index;
    bool faded;
    bool selected;
    bool hovered;

    Role ink() const
    {
        if (faded)
            return Role::Faint;
        const QVariant own = index.data(CellInkRole);
        return own.isValid() ? Role(own.toInt()) : Role::Text;
    }
};

void paintText(const Cell &cell)
{
    cell.painter.setFont(cell.theme.font(TextStep::Body));
    cell.painter.setPen(cell.theme.color(cell.ink()));
    const QVariant own = cell.index.data(Qt::TextAlignmentRole);
    const Qt::Alignment alignment = own.isValid() ? Qt::Alignment(own.toInt()) : Qt::AlignLeft;
    drawText(cell.painter, cell.inner, alignment & Qt::AlignHorizontal_Mask, cell.index.data().toString());
}

void paintTwoLines(const Cell &cell)
{
    const auto value = cell.index.data(CellRole).value<TwoLines>();
    const QFont upper = cell.theme.font(TextStep::Body, Weight::Medium);
    const QFont lower = cell.theme.font(TextStep::MonoSmall);
    const qreal top = QFontMetricsF(upper).height();
    const qreal bottom = QFontMetricsF(lower).height();
    QRectF line = cell.inner;
    line.setTop(cell.inner.center().y() - (top + bottom + 1) / 2);
    line.setHeight(top);
    cell.painter.setFont(upper);
    cell.painter.setPen(cell.theme.color(cell.faded ? Role::Muted : Role::Text));
    drawText(cell.painter, line, Qt::AlignLeft, value.first);
    line.moveTop(line.bottom() + 1);
    line.setHeight(bottom);
    cell.painter.setFont(lower);
    cell.painter.setPen(cell.theme.color(Role::Faint));
    drawText(cell.painter, line, Qt::AlignLeft, value.second);
}

void paintState(const Cell &cell)
{
    const auto value = cell.index.data(CellRole).value<StateValue>();
    const QRectF icon(cell.inner.left(), cell.inner.top(), 14, cell.inner.height());
    if (cell.index.data(CellBusyRole).toBool()) {
        QRectF ring(0, 0, 12, 12);
        ring.moveCenter(icon.center());
        Spinner::paint(cell.painter, ring, cell.theme.color(Role::Accent),
                       QDateTime::currentMSecsSinceEpoch());
    } else {
        drawIcon(cell.painter, cell.view, icon, value.glyph.isEmpty() ? glyphOf(value.tone) : value.glyph,
                 ink(value.tone), 14);
    }
    cell.painter.setFont(cell.theme.font(TextStep::Body));
    cell.painter.setPen(cell.theme.color(ink(value.tone)));
    drawText(cell.painter, cell.inner.adjusted(20, 0, 0, 0), Qt::AlignLeft, value.word);
}

void paintQuotaCell(const Cell &cell)
{
    const auto value = cell.index.data(CellRole).value<QuotaValue>();
    paintQuota(cell.painter, cell.view, cell.inner, value, cell.faded ? Role::Faint : Role::Text);
}

void paintCurve(const Cell &cell)
{
    const auto value = cell.index.data(CellRole).value<SparklineValue>();
    const bool any = std::any_of(value.values.cbegin(), value.values.cend(), [](qint64 v) { return v != 0; });
    if (!any) {
        cell.painter.setFont(cell.theme.font(TextStep::Body));
        cell.painter.setPen(cell.theme.color(Role::Faint));
        drawText(cell.painter, cell.inner, Qt::AlignLeft, u"—"_s);
        return;
    }
    QRectF plot = cell.inner;
    plot.setHeight(24);
    plot.moveTop(std::round(cell.inner.center().y() - 12));
    plot.setWidth(qMin(plot.width(), 64.0));
    paintSparkline(cell.painter, cell.theme, plot, value.values, cell.faded);
}

void paintNumber(const Cell &cell)
{
    const QVariant own = cell.index.data(CellRole);
    const NumberValue value = own.canConvert<NumberValue>() ? own.value<NumberValue>()
                                                            : NumberValue{cell.index.data().toString(), {}};
    QRectF rect = cell.inner;
    cell.painter.setFont(cell.theme.font(TextStep::Body));
    if (!value.unit.isEmpty()) {
        cell.painter.setPen(cell.theme.color(cell.faded ? Role::Faint : Role::Muted));
        rect.setRight(rect.right() - drawText(cell.painter, rect, Qt::AlignRight, value.unit) - 3);
    }
    cell.painter.setPen(cell.theme.color(cell.ink()));
    drawText(cell.painter, rect, Qt::AlignRight, value.text);
}

void paintCheck(const Cell &cell)
{
    QStyleOption option;
    option.rect = cell.inner.toRect();
    option.state = QStyle::State_Enabled | (cell.selected ? QStyle::State_On : QStyle::State_Off);
    if (cell.hovered)
        option.state |= QStyle::State_MouseOver;
    paint::checkMark(cell.painter, cell.theme, option);
}

void paintCell(CellKind kind, const Cell &cell)
{
    switch (kind) {
    case CellKind::Text:
        return paintText(cell);
    case CellKind::TwoLines:
        return paintTwoLines(cell);
    case CellKind::State:
        return paintState(cell);
    case CellKind::Quota:
        return paintQuotaCell(cell);
    case CellKind::Sparkline:
        return paintCurve(cell);
    case CellKind::Number:
        return paintNumber(cell);
    case CellKind::Check:
        return paintCheck(cell);
    case CellKind::Menu:
        drawIcon(cell.painter, cell.view, cell.inner, u"ellipsis"_s, cell.hovered ? Role::Text : Role::Muted,
                 16);
        return;
    }
}

}

CellKind kindOf(const QModelIndex &index)
{
    const QVariant kind = index.data(CellKindRole);
    return kind.isValid() ? CellKind(kind.toInt()) : CellKind::Text;
}

CellDelegate::CellDelegate(QObject *parent)
    : QStyledItemDelegate(parent)
{}

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    const Theme &theme = Theme::of(option.widget);
    const QRectF rect(option.rect);
    const bool selected = option.state & QStyle::State_Selected;
    const bool hovered = index.row() == m_hoveredRow;
    const bool current = index.row() == m_currentRow && option.widget->hasFocus();
    painter->save();
    if (selected)
        painter->fillRect(rect, theme.color(Role::Selected));
    else if (hovered || current)
        painter->fillRect(rect, theme.color(Role::Hover));
    if (index.row() + 1 < index.model()->rowCount(index.parent()))
        painter->fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), theme.color(Role::Grid));

    const CellKind kind = kindOf(index);
    const bool bare = kind == CellKind::Check || kind == CellKind::Menu;
    const int padding = bare ? 0 : space::cellPadding;
    const Cell cell{*painter, option.widget,
                    theme,    rect.adjusted(padding, 0, -padding, -1),
                    index,    index.data(CellFadedRole).toBool() || !(option.state & QStyle::State_Enabled),
                    selected, hovered};
    paintCell(kind, cell);
    painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = Theme::of(option.widget);
    const QFontMetrics metrics(theme.font(TextStep::Body));
    const CellKind kind = kindOf(index);
    const bool tall = kind == CellKind::TwoLines || kind == CellKind::Quota;
    const int width = metrics.horizontalAdvance(index.data().toString()) + 2 * space::cellPadding;
    return {width, tall ? space::rowTwoLines(metrics) : space::row(metrics)};
}

}

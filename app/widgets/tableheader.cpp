// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/tableheader.h"

#include "app/widgets/celldelegate.h"
#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"

#include <QMouseEvent>
#include <QPainter>

namespace quota::console
{
using namespace Qt::StringLiterals;

TableHeader::TableHeader(QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
{
    setHighlightSections(false);
    setMinimumSectionSize(28);
    setSectionResizeMode(QHeaderView::Fixed);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    viewport()->setAutoFillBackground(false);
    viewport()->setMouseTracking(true);
    setStep(this, TextStep::Small);
}

void TableHeader::setTick(Qt::CheckState state)
{
    if (m_tick == state)
        return;
    m_tick = state;
    viewport()->update();
}

QSize TableHeader::sizeHint() const
{
    return {QHeaderView::sizeHint().width(), space::tableHead(fontMetrics())};
}

bool TableHeader::isCheck(int logicalIndex) const
{
    return model() &&
           model()->headerData(logicalIndex, Qt::Horizontal, CellKindRole).toInt() == int(CellKind::Check) &&
           model()->headerData(logicalIndex, Qt::Horizontal, CellKindRole).isValid();
}

void TableHeader::paintEvent(QPaintEvent *event)
{
    QHeaderView::paintEvent(event);
    QPainter painter(viewport());
    painter.fillRect(QRect(0, height() - 1, width(), 1), color(this, Role::Border));
}

void TableHeader::paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const
{
    const Theme &theme = Theme::of(this);
    painter->save();
    if (isCheck(logicalIndex)) {
        QStyleOption option;
        option.rect = rect;
        option.state = QStyle::State_Enabled;
        if (m_tick == Qt::PartiallyChecked)
            option.state |= QStyle::State_NoChange;
        else
            option.state |= m_tick == Qt::Checked ? QStyle::State_On : QStyle::State_Off;
        paint::checkMark(*painter, theme, option);
        painter->restore();
        return;
    }
    const QVariant own = model()->headerData(logicalIndex, Qt::Horizontal, Qt::TextAlignmentRole);
    const bool right = own.isValid() && (Qt::Alignment(own.toInt()) & Qt::AlignRight);
    const QString text = model()->headerData(logicalIndex, Qt::Horizontal).toString();
    const bool sorted = isSortIndicatorShown() && sortIndicatorSection() == logicalIndex && !text.isEmpty();
    const bool hovered = m_sortable.contains(logicalIndex) &&
                         rect.contains(viewport()->mapFromGlobal(QCursor::pos())) && viewport()->underMouse();
    QRectF words = QRectF(rect).adjusted(space::cellPadding, 0, -space::cellPadding, -1);
    painter->setFont(font());
    painter->setPen(theme.color(hovered ? Role::Text : Role::Muted));
    constexpr int arrowWidth = 18;
    const qreal room = words.width() - (sorted ? arrowWidth : 0);
    const qreal width = qMin(QFontMetricsF(font()).horizontalAdvance(text), room);
    if (sorted) {
        // On the inner side: after the word at the left, before it at the right.
        const qreal left = right ? words.right() - width - arrowWidth : words.left() + width + 4;
        const QString arrow = sortIndicatorOrder() == Qt::DescendingOrder ? u"arrow-down"_s : u"arrow-up"_s;
        drawIcon(*painter, this, QRectF(left, words.top(), 14, words.height()), arrow, Role::Text, 13);
        words = right ? words.adjusted(arrowWidth, 0, 0, 0) : words.adjusted(0, 0, -arrowWidth, 0);
    }
    drawText(*painter, words, right ? Qt::AlignRight : Qt::AlignLeft, text);
    painter->restore();
}

void TableHeader::mousePressEvent(QMouseEvent *event)
{
    m_pressed = event->button() == Qt::LeftButton ? logicalIndexAt(event->position().toPoint()) : -1;
    QHeaderView::mousePressEvent(event);
}

void TableHeader::mouseReleaseEvent(QMouseEvent *event)
{
    QHeaderView::mouseReleaseEvent(event);
    const int section = logicalIndexAt(event->position().toPoint());
    if (section < 0 || section != m_pressed || event->button() != Qt::LeftButton)
        return;
    if (isCheck(section)) {
        Q_EMIT tickClicked();
    } else if (m_sortable.contains(section)) {
        // Numbers first show their largest, a second click turns the order.
        const bool again = isSortIndicatorShown() && sortIndicatorSection() == section;
        const bool wasDescending = sortIndicatorOrder() == Qt::DescendingOrder;
        Q_EMIT sortRequested(section, again && wasDescending ? Qt::AscendingOrder : Qt::DescendingOrder);
    }
}

}

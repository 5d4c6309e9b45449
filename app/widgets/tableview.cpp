// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/tableview.h"

#include "app/widgets/celldelegate.h"
#include "app/widgets/spacing.h"
#include "app/widgets/styleparts.h"
#include "app/widgets/tableheader.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <numeric>

namespace quota::console
{
using namespace std::chrono_literals;

TableView::TableView(QWidget *parent)
    : QTableView(parent)
    , m_delegate(new CellDelegate(this))
    , m_header(new TableHeader(this))
{
    setHorizontalHeader(m_header);
    setItemDelegate(m_delegate);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setTabKeyNavigation(false);
    setWordWrap(false);
    setMouseTracking(true);
    // The card paints the ground and its round corners.
    viewport()->setAutoFillBackground(false);
    setAutoFillBackground(false);
    m_turn.setInterval(40ms);
    connect(&m_turn, &QTimer::timeout, this, &TableView::turnSpinners);
    connect(m_header, &TableHeader::sortRequested, this, &TableView::sortRequested);
    connect(m_header, &TableHeader::tickClicked, this, [this] {
        const bool all = model() && selectedRowNumbers().size() == model()->rowCount();
        all ? clearSelection() : selectAll();
    });
    updateRowHeight();
}

void TableView::setModel(QAbstractItemModel *model)
{
    QTableView::setModel(model);
    if (!model)
        return;
    const auto settle = [this] {
        updateRowHeight();
        shareWidth();
        watchBusyRows();
    };
    connect(model, &QAbstractItemModel::modelReset, this, settle);
    connect(model, &QAbstractItemModel::rowsInserted, this, settle);
    connect(model, &QAbstractItemModel::dataChanged, this, &TableView::watchBusyRows);
    settle();
}

void TableView::setColumnWeights(const QList<int> &weights, const QList<int> &minimums)
{
    Q_ASSERT(weights.size() == minimums.size());
    m_weights = weights;
    m_minimums = minimums;
    shareWidth();
}

void TableView::setSortable(const QList<int> &columns)
{
    m_header->setSortable(columns);
}

QList<int> TableView::selectedRowNumbers() const
{
    QList<int> rows;
    if (!selectionModel())
        return rows;
    for (const QModelIndex &index : selectionModel()->selectedRows())
        rows.append(index.row());
    std::sort(rows.begin(), rows.end());
    return rows;
}

void TableView::shareWidth()
{
    if (m_weights.isEmpty() || !model() || m_weights.size() != model()->columnCount())
        return;
    const int total = std::accumulate(m_weights.cbegin(), m_weights.cend(), 0);
    // Minimums are given at text size 100 %; larger text needs wider columns, or the table scrolls sideways.
    const int percent = qMax(100, Theme::of(this).textPercent());
    const int needed = std::accumulate(m_minimums.cbegin(), m_minimums.cend(), 0) * percent / 100;
    int rest = qMax(0, viewport()->width() - needed);
    int weightLeft = total;
    for (int column = 0; column < m_weights.size(); ++column) {
        const int weight = m_weights.at(column);
        const int extra = weightLeft > 0 ? rest * weight / weightLeft : 0;
        rest -= extra;
        weightLeft -= weight;
        setColumnWidth(column, m_minimums.at(column) * percent / 100 + extra);
    }
}

void TableView::updateRowHeight()
{
    int height = 0;
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    if (model() && model()->rowCount() > 0) {
        for (int column = 0; column < model()->columnCount(); ++column)
            height = qMax(height, m_delegate->sizeHint(option, model()->index(0, column)).height());
    } else {
        height = space::row(fontMetrics());
    }
    verticalHeader()->setMinimumSectionSize(height);
    verticalHeader()->setDefaultSectionSize(height);
}

void TableView::setHoveredRow(int row)
{
    if (m_hoveredRow == row)
        return;
    m_hoveredRow = row;
    m_delegate->setHoveredRow(row);
    viewport()->update();
}

void TableView::mouseMoveEvent(QMouseEvent *event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    setHoveredRow(index.isValid() ? index.row() : -1);
    const bool menu = index.isValid() && kindOf(index) == CellKind::Menu;
    viewport()->setCursor(menu ? Qt::PointingHandCursor : Qt::ArrowCursor);
    QTableView::mouseMoveEvent(event);
}

void TableView::mousePressEvent(QMouseEvent *event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && index.isValid()) {
        if (kindOf(index) == CellKind::Menu) {
            setCurrentIndexQuietly(index);
            Q_EMIT menuRequested(index, viewport()->mapToGlobal(visualRect(index).bottomLeft()));
            return;
        }
        if (kindOf(index) == CellKind::Check) {
            selectionModel()->select(index, QItemSelectionModel::Toggle | QItemSelectionModel::Rows);
            setCurrentIndexQuietly(index);
            return;
        }
    }
    QTableView::mousePressEvent(event);
}

void TableView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    const bool control =
        index.isValid() && (kindOf(index) == CellKind::Menu || kindOf(index) == CellKind::Check);
    if (control) {
        mousePressEvent(event); // two quick ticks are two ticks
        return;
    }
    QTableView::mouseDoubleClickEvent(event);
    if (index.isValid() && event->button() == Qt::LeftButton)
        Q_EMIT opened(index);
}

void TableView::setCurrentIndexQuietly(const QModelIndex &index)
{
    selectionModel()->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
}

void TableView::leaveEvent(QEvent *event)
{
    setHoveredRow(-1);
    QTableView::leaveEvent(event);
}

void TableView::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    shareWidth();
}

void TableView::keyPressEvent(QKeyEvent *event)
{
    const QModelIndex index = currentIndex();
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (index.isValid()) {
            Q_EMIT opened(index);
            return;
        }
        break;
    case Qt::Key_Space:
        if (index.isValid()) {
            selectionModel()->select(index, QItemSelectionModel::Toggle | QItemSelectionModel::Rows);
            return;
        }
        break;
    case Qt::Key_Delete:
        if (!selectedRowNumbers().isEmpty()) {
            Q_EMIT deleteRequested();
            return;
        }
        break;
    case Qt::Key_Escape:
        if (!selectedRowNumbers().isEmpty()) {
            clearSelection();
            return;
        }
        break;
    default:
        break;
    }
    QTableView::keyPressEvent(event);
}

void TableView::contextMenuEvent(QContextMenuEvent *event)
{
    QModelIndex index = indexAt(event->pos());
    QPoint at = event->globalPos();
    if (event->reason() == QContextMenuEvent::Keyboard) {
        index = currentIndex();
        at = viewport()->mapToGlobal(visualRect(index).bottomLeft());
    }
    if (!index.isValid())
        return;
    setCurrentIndexQuietly(index);
    Q_EMIT menuRequested(index, at);
}

void TableView::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    // The base constructor may send events before the members are there.
    if (event->type() == QEvent::StyleChange && m_delegate) {
        updateRowHeight();
        shareWidth();
    }
}

QItemSelectionModel::SelectionFlags TableView::selectionCommand(const QModelIndex &index,
                                                                const QEvent *event) const
{
    // Selecting shows the bar of deeds, so it takes more than passing by.
    Qt::KeyboardModifiers modifiers;
    if (const auto *input = dynamic_cast<const QInputEvent *>(event))
        modifiers = input->modifiers();
    if (event && !(modifiers & (Qt::ShiftModifier | Qt::ControlModifier)))
        return QItemSelectionModel::NoUpdate;
    return QTableView::selectionCommand(index, event);
}

void TableView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    m_delegate->setCurrentRow(current.isValid() ? current.row() : -1);
    viewport()->update();
}

void TableView::paintEvent(QPaintEvent *event)
{
    QTableView::paintEvent(event);
    QStyleOption option;
    option.initFrom(this);
    if (!currentIndex().isValid() || !paint::showsFocus(option))
        return;
    QPainter painter(viewport());
    const QRect cell = visualRect(currentIndex());
    paint::focusRing(painter, Theme::of(this),
                     QRectF(1, cell.top() + 1, viewport()->width() - 2, cell.height() - 3), space::radiusTag);
}

void TableView::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    QTableView::selectionChanged(selected, deselected);
    const qsizetype rows = selectedRowNumbers().size();
    const int all = model() ? model()->rowCount() : 0;
    m_header->setTick(rows == 0 ? Qt::Unchecked : rows == all ? Qt::Checked : Qt::PartiallyChecked);
    Q_EMIT selectionCountChanged(int(rows));
}

void TableView::watchBusyRows()
{
    m_busy.clear();
    for (int row = 0; model() && row < model()->rowCount(); ++row) {
        for (int column = 0; column < model()->columnCount(); ++column) {
            const QModelIndex index = model()->index(row, column);
            if (kindOf(index) == CellKind::State && index.data(CellBusyRole).toBool())
                m_busy.append(index);
        }
    }
    m_busy.isEmpty() ? m_turn.stop() : m_turn.start();
}

void TableView::turnSpinners()
{
    for (const QPersistentModelIndex &index : std::as_const(m_busy))
        update(index);
}

}

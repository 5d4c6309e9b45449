// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHeaderView>
#include <QTableView>
#include <QTimer>

// The table of the console: rows chosen whole by tick, Space, Ctrl and Shift (a plain click or arrow only moves
// the current row), hover by row, a tick column when the model has Check cells, the
// same menu from ⋯, right click and the menu key. Numbers' heads stand right like the numbers. Columns share the
// width by weight; sorting is asked of the page, which asks the service. A model says in headerData what a column
// is: CellKindRole for Check columns, Qt::TextAlignmentRole for right-aligned heads. Put it into a flush Card.
namespace quota::console
{

class CellDelegate;
class TableHeader;

class TableView : public QTableView
{
    Q_OBJECT

public:
    explicit TableView(QWidget *parent);

    // Weights by column; 0 = as wide as given by setColumnWidth. Minimum widths (at text size 100 %) hold before weights.
    void setColumnWeights(const QList<int> &weights, const QList<int> &minimums);
    // Columns whose heads can be clicked to sort; the indicator is set with horizontalHeader()->setSortIndicator.
    void setSortable(const QList<int> &columns);
    QList<int> selectedRowNumbers() const; // ascending
    void setModel(QAbstractItemModel *model) override;

Q_SIGNALS:
    void opened(const QModelIndex &index);                              // Enter, double click
    void menuRequested(const QModelIndex &index, const QPoint &global); // ⋯, right click, menu key
    void selectionCountChanged(int rows);
    void sortRequested(int column, Qt::SortOrder order);
    void deleteRequested(); // Del with rows selected

protected:
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;
    QItemSelectionModel::SelectionFlags selectionCommand(const QModelIndex &index,
                                                         const QEvent *event) const override;

private:
    void shareWidth();
    void updateRowHeight();
    void setHoveredRow(int row);
    void setCurrentIndexQuietly(const QModelIndex &index); // without selecting
    void watchBusyRows();
    void turnSpinners();

    CellDelegate *m_delegate = nullptr;
    TableHeader *m_header = nullptr;
    QTimer m_turn;
    QList<QPersistentModelIndex> m_busy;
    QList<int> m_weights;
    QList<int> m_minimums;
    int m_hoveredRow = -1;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHeaderView>

// The head of a TableView: heads aligned like their cells, the sort arrow on the inner side, a tick box over a
// Check column that chooses all rows or none.
namespace quota::console
{

class TableHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit TableHeader(QWidget *parent);
    void setSortable(const QList<int> &columns) { m_sortable = columns; }
    void setTick(Qt::CheckState state);
    QSize sizeHint() const override;

Q_SIGNALS:
    void tickClicked();
    void sortRequested(int column, Qt::SortOrder order);

protected:
    void paintEvent(QPaintEvent *event) override;
    void paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    bool isCheck(int logicalIndex) const;

    QList<int> m_sortable;
    Qt::CheckState m_tick = Qt::Unchecked;
    int m_pressed = -1;
};

}

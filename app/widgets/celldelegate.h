// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/cell.h"

#include <QStyledItemDelegate>

// Paints every table cell of the console by its kind (cell.h), with hover and selection grounds and the rule
// under each row but the last. TableView installs it.
namespace quota::console
{

class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit CellDelegate(QObject *parent);
    void setHoveredRow(int row) { m_hoveredRow = row; }
    void setCurrentRow(int row) { m_currentRow = row; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    int m_hoveredRow = -1;
    int m_currentRow = -1;
};

// The kind a model gives a cell; Text when it gives none.
CellKind kindOf(const QModelIndex &index);

}

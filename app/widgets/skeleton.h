// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

// Grey bars in the shape of rows, shown while content loads; still, so that nothing moves. Used by PageState.
namespace quota::console
{

class Skeleton : public QWidget
{
    Q_OBJECT

public:
    explicit Skeleton(QWidget *parent);
    void setColumns(int columns);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_columns = 2;
};

}

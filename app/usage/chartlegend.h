// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/usage/chartdata.h"

#include <QWidget>

// The legend in the head of a chart's card: a square, a line or dashes before each name, in the order of the
// chart. Names elide when there is no room.
namespace quota::console
{

class ChartLegend : public QWidget
{
    Q_OBJECT

public:
    explicit ChartLegend(QWidget *parent);
    void setChart(const ChartData &chart);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    enum class Mark
    {
        Square,
        Line,
        Dashes
    };
    struct Entry
    {
        QString name;
        int colour;
        Mark mark;
    };
    QList<int> widths(int room) const; // of each entry, mark included

    QList<Entry> m_entries;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/usage/chartdata.h"
#include "app/widgets/format.h"

#include <QChartView>

// The still part of a ChartView: series by Qt Charts, grid and labels by hand, because the axes of Qt Charts know
// neither 万 nor time zones. Only ChartView uses it.
namespace quota::console
{

class ChartPlot : public QChartView
{
    Q_OBJECT

public:
    explicit ChartPlot(QWidget *owner);

    void setData(const ChartData &data, const Format &format);
    void setMostSteps(int steps); // of the value axis; default 4
    void setStale(bool stale);    // series pale
    void rebuild();               // in the colours of the theme

    const QRectF &area() const { return m_area; }
    qreal xOf(qsizetype bucket) const;
    int bucketAt(qreal x) const; // −1: beside the chart

protected:
    void resizeEvent(QResizeEvent *event) override;
    void drawBackground(QPainter *painter, const QRectF &rect) override;
    void drawForeground(QPainter *painter, const QRectF &rect) override;

private:
    bool isBars() const;
    void place();
    qreal yOf(int step) const { return m_area.bottom() - m_area.height() * step / m_scale.steps; }
    QString valueText(int step) const;
    QColor fillOf(int colour) const;
    void addAxes();
    void add(QAbstractSeries *series);
    void addLine(const QList<qint64> &values, QPen pen);
    void addArea(const QList<qint64> &low, const QList<qint64> &high, const QColor &fill, const QPen &edge);
    void addAreas();
    void addBars();
    void addLines();

    ChartData m_data;
    Format m_format;
    int m_mostSteps = 4;
    AxisScale m_scale;
    QRectF m_area;
};

}

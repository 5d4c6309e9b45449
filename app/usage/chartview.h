// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/usage/chartdata.h"
#include "app/widgets/format.h"

#include <QWidget>

#include <memory>

// A chart of buckets of time: stacked areas, stacked bars or lines, with grid, labels and a crosshair. The
// crosshair and its tooltip are a transparent child, so that a moving pointer repaints no series. Usage joins
// the crosshairs of several charts; Overview shows one. Qt Charts is behind ChartPlot and not seen here.
namespace quota::console
{

class ChartPlot;

class ChartView : public QWidget
{
    Q_OBJECT

public:
    explicit ChartView(QWidget *parent);
    ~ChartView() override;

    // Title: what is counted, for screen readers.
    void setData(const ChartData &data, const Format &format, const QString &title);
    const ChartData &data() const { return m_data; }
    void setMostSteps(int steps); // of the value axis; default 4
    void setStale(bool stale);    // drawn pale

    int crosshair() const { return m_crosshair; } // bucket; −1: none
    void setCrosshair(int bucket);                // without a tooltip: the pointer is on another chart
    QString tooltipText() const;                  // what the tooltip says at the crosshair, one row a line

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void pointed(int bucket); // under the pointer or by arrow keys; −1 when it left

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    class Overlay;
    struct TooltipRow
    {
        int colour = -1; // of Theme::series(); −1: none
        QString name;
        QString value;
    };
    void point(int bucket, bool withTooltip);
    void describe();
    QList<TooltipRow> tooltipRows() const;

    ChartData m_data;
    Format m_format;
    QString m_title;
    int m_crosshair = -1;
    bool m_tooltip = false;
    ChartPlot *m_plot;
    Overlay *m_overlay;
};

}

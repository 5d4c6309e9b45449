// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/usage/chartlegend.h"
#include "app/usage/chartview.h"
#include "app/widgets/card.h"

// A card with one chart: title, sum, legend.
namespace quota::console
{

class ChartCard : public Card
{
    Q_OBJECT

public:
    explicit ChartCard(const QString &id, QWidget *parent);

    void setChart(const ChartData &data, const Format &format, const QString &title, const QString &note);
    ChartView *view() const { return m_view; }

private:
    ChartLegend *m_legend;
    ChartView *m_view;
};

}

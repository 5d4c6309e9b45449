// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/chartcard.h"

namespace quota::console
{

ChartCard::ChartCard(const QString &id, QWidget *parent)
    : Card(parent)
    , m_legend(new ChartLegend(this))
    , m_view(new ChartView(this))
{
    setObjectName(id + QStringLiteral("Card"));
    m_view->setObjectName(id + QStringLiteral("Chart"));
    addAction(m_legend);
    body()->addWidget(m_view, 1);
}

void ChartCard::setChart(const ChartData &data, const Format &format, const QString &title,
                         const QString &note)
{
    setTitle(title);
    setNote(note);
    m_legend->setChart(data);
    m_view->setData(data, format, title);
}

}

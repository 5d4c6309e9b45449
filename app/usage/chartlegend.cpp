// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/chartlegend.h"

#include "app/widgets/theme.h"

#include <QEvent>

#include <algorithm>
#include <numeric>

namespace quota::console
{

static constexpr int squareWidth = 14; // with its gap
static constexpr int lineWidth = 22;
static constexpr int gap = 16;
static constexpr int narrowestName = 36;

ChartLegend::ChartLegend(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setStep(this, TextStep::Small);
}

void ChartLegend::setChart(const ChartData &chart)
{
    m_entries.clear();
    const Mark mark = chart.shape == ChartShape::Lines ? Mark::Line : Mark::Square;
    QStringList names;
    for (const ChartSeries &series : chart.series) {
        m_entries.append({series.name, series.colour, mark});
        names.append(series.name);
    }
    if (chart.before) {
        m_entries.append({chart.before->name, -1, Mark::Dashes});
        names.append(chart.before->name);
    }
    setAccessibleName(names.join(QStringLiteral(", ")));
    setToolTip(names.join(QLatin1Char('\n')));
    updateGeometry();
    update();
}

QList<int> ChartLegend::widths(int room) const
{
    QList<int> names;
    int marks = 0;
    for (const Entry &entry : m_entries) {
        names.append(fontMetrics().horizontalAdvance(entry.name) + 2);
        marks += (entry.mark == Mark::Square ? squareWidth : lineWidth) + gap;
    }
    // The longest names give way first.
    const int left = room - qMax(0, marks - gap);
    while (!names.isEmpty() && std::accumulate(names.begin(), names.end(), 0) > left) {
        const auto longest = std::max_element(names.begin(), names.end());
        if (*longest <= narrowestName)
            break;
        *longest = qMax(narrowestName, *longest - 4);
    }
    for (qsizetype i = 0; i < names.size(); ++i)
        names[i] += m_entries.at(i).mark == Mark::Square ? squareWidth : lineWidth;
    return names;
}

QSize ChartLegend::sizeHint() const
{
    const QList<int> all = widths(100'000);
    const int wide = std::accumulate(all.begin(), all.end(), 0) + gap * qMax(0, int(all.size()) - 1);
    return {wide, fontMetrics().height() + 4};
}

QSize ChartLegend::minimumSizeHint() const
{
    return {qMin(sizeHint().width(), 60), sizeHint().height()};
}

void ChartLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font());
    const QList<int> all = widths(width());
    const int used = std::accumulate(all.begin(), all.end(), 0) + gap * qMax(0, int(all.size()) - 1);
    qreal left = qMax(0, width() - used);
    const qreal middle = height() / 2.0;
    for (qsizetype i = 0; i < m_entries.size(); ++i) {
        const Entry &entry = m_entries.at(i);
        const QColor ink = entry.colour < 0 ? color(this, Role::Muted) : Theme::of(this).series(entry.colour);
        int mark = lineWidth;
        if (entry.mark == Mark::Square) {
            mark = squareWidth;
            painter.setPen(Qt::NoPen);
            painter.setBrush(ink);
            painter.drawRoundedRect(QRectF(left, middle - 4.5, 9, 9), 2, 2);
        } else {
            QPen pen(ink, 1.75);
            if (entry.mark == Mark::Dashes)
                pen.setDashPattern({3, 2});
            painter.setPen(pen);
            painter.drawLine(QPointF(left, middle), QPointF(left + 17, middle));
        }
        painter.setPen(color(this, Role::Muted));
        drawText(painter, QRectF(left + mark, 0, all.at(i) - mark, height()), Qt::AlignLeft, entry.name);
        left += all.at(i) + gap;
    }
}

void ChartLegend::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        updateGeometry();
        update();
    }
}

}

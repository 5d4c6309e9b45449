// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/chartplot.h"

#include "app/usage/chartaxis.h"
#include "app/widgets/theme.h"

#include <QAreaSeries>
#include <QBarSet>
#include <QChart>
#include <QGraphicsLayout>
#include <QLegend>
#include <QLineSeries>
#include <QRegularExpression>
#include <QStackedBarSeries>
#include <QValueAxis>

#include <cmath>

namespace quota::console
{

static constexpr int topMargin = 8;
static constexpr int labelGap = 8;
static constexpr int tickWidth = 76;

ChartPlot::ChartPlot(QWidget *owner)
    : QChartView(new QChart, owner)
    , m_format(Language::English)
{
    chart()->legend()->hide();
    chart()->setBackgroundVisible(false);
    chart()->setMargins({});
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setBackgroundBrush(Qt::NoBrush);
    viewport()->setAutoFillBackground(false);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

void ChartPlot::setData(const ChartData &data, const Format &format)
{
    m_data = data;
    m_format = format;
    rebuild();
}

void ChartPlot::setMostSteps(int steps)
{
    m_mostSteps = steps;
    rebuild();
}

void ChartPlot::setStale(bool stale)
{
    chart()->setOpacity(stale ? 0.45 : 1);
}

void ChartPlot::rebuild()
{
    chart()->removeAllSeries();
    const auto axes = chart()->axes();
    for (QAbstractAxis *axis : axes) {
        chart()->removeAxis(axis);
        delete axis;
    }
    m_scale = scaleFor(m_data.highest(), m_mostSteps);
    place();
    if (m_data.starts.isEmpty())
        return;
    addAxes();
    if (isBars())
        addBars();
    else if (m_data.shape == ChartShape::StackedAreas)
        addAreas();
    else
        addLines();
    if (m_data.before)
        addLine(m_data.before->values, QPen(color(this, Role::Muted), 1.5, Qt::CustomDashLine));
    viewport()->update();
}

// A single bucket has no line.
bool ChartPlot::isBars() const
{
    return m_data.shape == ChartShape::StackedBars || m_data.starts.size() == 1;
}

void ChartPlot::place()
{
    const QFontMetricsF metrics(fontOf(this, TextStep::Caption));
    qreal widest = 24;
    for (int step = 0; step <= m_scale.steps; ++step)
        widest = qMax(widest, metrics.horizontalAdvance(valueText(step)));
    const qreal left = std::ceil(widest) + labelGap;
    const qreal bottom = metrics.height() + labelGap;
    m_area =
        QRectF(left, topMargin, qMax(10.0, width() - left - 2), qMax(10.0, height() - topMargin - bottom));
    chart()->setPlotArea(m_area);
}

qreal ChartPlot::xOf(qsizetype bucket) const
{
    const qsizetype count = m_data.starts.size();
    if (isBars())
        return m_area.left() + m_area.width() * (qreal(bucket) + 0.5) / qreal(qMax<qsizetype>(1, count));
    return m_area.left() + m_area.width() * qreal(bucket) / qreal(qMax<qsizetype>(1, count - 1));
}

int ChartPlot::bucketAt(qreal x) const
{
    const qsizetype count = m_data.starts.size();
    if (count == 0 || x < m_area.left() - 4 || x > m_area.right() + 4)
        return -1;
    const qreal share = (x - m_area.left()) / m_area.width();
    const qreal place = isBars() ? std::floor(share * qreal(count)) : std::round(share * qreal(count - 1));
    return int(qBound(0.0, place, qreal(count - 1)));
}

void ChartPlot::resizeEvent(QResizeEvent *event)
{
    QChartView::resizeEvent(event);
    place();
}

void ChartPlot::drawBackground(QPainter *painter, const QRectF &)
{
    painter->setRenderHint(QPainter::Antialiasing, false);
    for (int step = 0; step <= m_scale.steps; ++step) {
        painter->setPen(color(this, step == 0 ? Role::Border : Role::Grid));
        const qreal y = std::round(yOf(step));
        painter->drawLine(QPointF(m_area.left(), y), QPointF(m_area.right(), y));
    }
    painter->setRenderHint(QPainter::Antialiasing, true);
}

void ChartPlot::drawForeground(QPainter *painter, const QRectF &)
{
    painter->setFont(fontOf(this, TextStep::Caption));
    painter->setPen(color(this, Role::Muted));
    const QFontMetricsF metrics(painter->font());
    for (int step = 0; step <= m_scale.steps; ++step) {
        const QRectF rect(0, yOf(step) - metrics.height() / 2, m_area.left() - labelGap, metrics.height());
        drawText(*painter, rect, Qt::AlignRight, valueText(step));
    }
    const int most = qMax(1, int(m_area.width() / tickWidth));
    const QList<AxisTick> ticks = ticksFor(m_data, m_format, most);
    for (const AxisTick &tick : ticks) {
        const qreal wide = metrics.horizontalAdvance(tick.text) + 2;
        const qreal left = qBound(m_area.left() - 6, xOf(tick.bucket) - wide / 2, m_area.right() - wide + 2);
        drawText(*painter, QRectF(left, m_area.bottom() + 5, wide, metrics.height()), Qt::AlignLeft,
                 tick.text);
    }
}

QString ChartPlot::valueText(int step) const
{
    const qint64 value = m_scale.top / m_scale.steps * step;
    if (value < 10'000)
        return m_format.number(value);
    // «3 M» on an axis, not «3.00 M».
    static const QRegularExpression zeros(QStringLiteral("([.][0-9]*?)0+(?= )"));
    return m_format.compact(value)
        .replace(zeros, QStringLiteral("\\1"))
        .replace(QStringLiteral(". "), QStringLiteral(" "));
}

QColor ChartPlot::fillOf(int colour) const
{
    const Theme &theme = Theme::of(this);
    QColor fill = theme.series(colour);
    fill.setAlpha(theme.isDark() ? 190 : 175);
    return fill;
}

void ChartPlot::addAxes()
{
    auto *across = new QValueAxis(chart());
    const qreal last = qreal(m_data.starts.size() - 1);
    if (isBars())
        across->setRange(-0.5, last + 0.5);
    else
        across->setRange(0, last);
    auto *up = new QValueAxis(chart());
    up->setRange(0, qreal(m_scale.top));
    for (QValueAxis *axis : {across, up}) {
        axis->setVisible(false);
        chart()->addAxis(axis, axis == across ? Qt::AlignBottom : Qt::AlignLeft);
    }
}

void ChartPlot::add(QAbstractSeries *series)
{
    chart()->addSeries(series);
    const auto axes = chart()->axes();
    for (QAbstractAxis *axis : axes)
        series->attachAxis(axis);
}

void ChartPlot::addLine(const QList<qint64> &values, QPen pen)
{
    auto *line = new QLineSeries(chart());
    if (pen.style() == Qt::CustomDashLine)
        pen.setDashPattern({3.5, 2.5});
    line->setPen(pen);
    for (qsizetype i = 0; i < values.size(); ++i)
        line->append(qreal(i), qreal(values.at(i)));
    add(line);
}

void ChartPlot::addArea(const QList<qint64> &low, const QList<qint64> &high, const QColor &fill,
                        const QPen &edge)
{
    auto *upper = new QLineSeries(chart());
    auto *lower = new QLineSeries(chart());
    for (qsizetype i = 0; i < high.size(); ++i) {
        lower->append(qreal(i), qreal(low.value(i)));
        upper->append(qreal(i), qreal(high.at(i)));
    }
    auto *area = new QAreaSeries(upper, lower);
    upper->setParent(area);
    lower->setParent(area);
    area->setBrush(fill);
    area->setPen(Qt::NoPen);
    add(area);
    addLine(high, edge);
}

void ChartPlot::addAreas()
{
    QList<qint64> ground(m_data.starts.size(), 0);
    for (const ChartSeries &series : m_data.series) {
        QList<qint64> top;
        for (qsizetype i = 0; i < series.values.size(); ++i)
            top.append(ground.at(i) + series.values.at(i));
        addArea(ground, top, fillOf(series.colour), QPen(Theme::of(this).series(series.colour), 1.25));
        for (qsizetype i = 0; i < top.size(); ++i)
            ground[i] = top.at(i);
    }
}

void ChartPlot::addBars()
{
    auto *bars = new QStackedBarSeries(chart());
    bars->setBarWidth(m_data.starts.size() > 60 ? 0.9 : 0.68);
    for (const ChartSeries &series : m_data.series) {
        auto *set = new QBarSet(series.name, bars);
        for (qsizetype i = 0; i < m_data.starts.size(); ++i)
            set->append(qreal(series.values.value(i)));
        set->setBrush(Theme::of(this).series(series.colour));
        set->setPen(Qt::NoPen);
        bars->append(set);
    }
    add(bars);
}

void ChartPlot::addLines()
{
    for (const ChartSeries &series : m_data.series) {
        const QColor ink = Theme::of(this).series(series.colour);
        if (!series.filled) {
            addLine(series.values, QPen(ink, 1.5));
            continue;
        }
        QColor pale = ink;
        pale.setAlpha(Theme::of(this).isDark() ? 62 : 38);
        addArea(QList<qint64>(series.values.size(), 0), series.values, pale, QPen(ink, 2));
    }
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/chartview.h"

#include "app/usage/chartaxis.h"
#include "app/usage/chartplot.h"
#include "app/widgets/spacing.h"
#include "app/widgets/theme.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>

#include <cmath>

using namespace Qt::StringLiterals;

namespace quota::console
{

class ChartView::Overlay : public QWidget
{
public:
    explicit Overlay(ChartView *owner)
        : QWidget(owner)
        , m_owner(*owner)
    {
        setMouseTracking(true);
        setObjectName(u"chartOverlay"_s);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        if (m_owner.hasFocus()) {
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(QPen(color(this, Role::Accent), 2));
            painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), space::radiusControl,
                                    space::radiusControl);
            painter.setRenderHint(QPainter::Antialiasing, false);
        }
        if (m_owner.m_crosshair < 0)
            return;
        const QRectF area = m_owner.m_plot->area();
        const qreal x = std::round(m_owner.m_plot->xOf(m_owner.m_crosshair));
        painter.setPen(color(this, Role::Text));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        if (m_owner.m_tooltip)
            paintTooltip(painter, area, x);
    }

private:
    void paintTooltip(QPainter &painter, const QRectF &area, qreal x)
    {
        const QFont strong = fontOf(this, TextStep::Small, Weight::Strong);
        const QFont plain = fontOf(this, TextStep::Small);
        const QFontMetricsF metrics(plain);
        const QString head = bucketText(m_owner.m_data, m_owner.m_crosshair, m_owner.m_format);
        const QList<TooltipRow> rows = m_owner.tooltipRows();
        qreal wide = QFontMetricsF(strong).horizontalAdvance(head);
        for (const TooltipRow &row : rows)
            wide = qMax(wide,
                        17 + metrics.horizontalAdvance(row.name) + 24 + metrics.horizontalAdvance(row.value));
        wide = qMin(std::ceil(wide) + 24, qreal(width()) - 8);
        const qreal line = std::ceil(metrics.height()) + 4;
        QRectF box(0, 0, wide, 12 + line * qreal(rows.size() + 1));
        const bool leftSide = x - 10 - box.width() >= 0 && x > area.center().x();
        box.moveLeft(leftSide ? x - 10 - box.width() : qMin(x + 10, width() - box.width() - 2));
        box.moveTop(qBound(0.0, area.top() + 4, qMax(0.0, height() - box.height())));

        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(color(this, Role::Border));
        painter.setBrush(color(this, Role::Raised));
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), space::radiusControl,
                                space::radiusControl);
        QRectF row = box.adjusted(12, 6, -12, 0);
        row.setHeight(line);
        painter.setFont(strong);
        painter.setPen(color(this, Role::Text));
        drawText(painter, row, Qt::AlignLeft, head);
        painter.setFont(plain);
        for (const TooltipRow &entry : rows) {
            row.translate(0, line);
            if (entry.colour >= 0) {
                painter.setPen(Qt::NoPen);
                painter.setBrush(Theme::of(this).series(entry.colour));
                painter.drawRoundedRect(QRectF(row.left(), row.center().y() - 4.5, 9, 9), 2, 2);
            }
            painter.setPen(color(this, Role::Text));
            const qreal value = metrics.horizontalAdvance(entry.value) + 4;
            drawText(painter, row.adjusted(17, 0, -value - 8, 0), Qt::AlignLeft, entry.name);
            drawText(painter, row, Qt::AlignRight, entry.value);
        }
    }

    ChartView &m_owner;
};

ChartView::ChartView(QWidget *parent)
    : QWidget(parent)
    , m_format(Language::English)
    , m_plot(new ChartPlot(this))
    , m_overlay(new Overlay(this))
{
    m_overlay->installEventFilter(this);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

ChartView::~ChartView()
{
    m_overlay->removeEventFilter(this);
}

void ChartView::setData(const ChartData &data, const Format &format, const QString &title)
{
    const bool same =
        data == m_data && format.language() == m_format.language() && format.zone() == m_format.zone();
    m_format = format;
    m_title = title;
    if (!same) {
        m_data = data;
        if (m_crosshair >= m_data.starts.size())
            point(-1, false);
        m_plot->setData(m_data, m_format);
        m_overlay->update();
    }
    describe();
}

void ChartView::setMostSteps(int steps)
{
    m_plot->setMostSteps(steps);
}

void ChartView::setStale(bool stale)
{
    m_plot->setStale(stale);
}

void ChartView::setCrosshair(int bucket)
{
    point(bucket < m_data.starts.size() ? bucket : -1, false);
}

void ChartView::point(int bucket, bool withTooltip)
{
    if (bucket == m_crosshair && withTooltip == m_tooltip)
        return;
    m_crosshair = bucket;
    m_tooltip = withTooltip;
    m_overlay->update();
}

QList<ChartView::TooltipRow> ChartView::tooltipRows() const
{
    QList<TooltipRow> rows;
    if (m_crosshair < 0)
        return rows;
    const auto valueOf = [this](const ChartSeries &series) {
        return m_crosshair < series.values.size() ? m_format.number(series.values.at(m_crosshair)) : u"—"_s;
    };
    if (!m_data.totalName.isEmpty())
        rows.append({-1, m_data.totalName, m_format.number(m_data.totalAt(m_crosshair))});
    for (auto series = m_data.series.crbegin(); series != m_data.series.crend(); ++series)
        rows.append({series->colour, series->name, valueOf(*series)});
    if (m_data.before)
        rows.append({m_data.before->colour, m_data.before->name, valueOf(*m_data.before)});
    return rows;
}

QString ChartView::tooltipText() const
{
    if (m_crosshair < 0)
        return {};
    QStringList lines{bucketText(m_data, m_crosshair, m_format)};
    const QList<TooltipRow> rows = tooltipRows();
    for (const TooltipRow &row : rows)
        lines.append(row.name + u' ' + row.value);
    return lines.join(u'\n');
}

void ChartView::describe()
{
    qint64 total = 0;
    qint64 peak = -1;
    qsizetype peakAt = 0;
    for (qsizetype bucket = 0; bucket < m_data.starts.size(); ++bucket) {
        const qint64 here = m_data.totalAt(bucket);
        total += here;
        if (here > peak) {
            peak = here;
            peakAt = bucket;
        }
    }
    setAccessibleName(m_title);
    setAccessibleDescription(peak < 0 ? QString()
                                      //: sum, peak, when: for screen readers
                                      : tr("%1 in all, peak %2 at %3")
                                            .arg(m_format.number(total), m_format.number(peak),
                                                 bucketText(m_data, peakAt, m_format)));
}

QSize ChartView::sizeHint() const
{
    return {480, 200};
}

QSize ChartView::minimumSizeHint() const
{
    return {160, 90};
}

void ChartView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_plot->setGeometry(rect());
    m_overlay->setGeometry(rect());
    m_overlay->raise();
}

void ChartView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::PaletteChange)
        m_plot->rebuild();
}

void ChartView::keyPressEvent(QKeyEvent *event)
{
    const int last = int(m_data.starts.size()) - 1;
    int bucket = m_crosshair;
    switch (event->key()) {
    case Qt::Key_Left:
        bucket = bucket < 0 ? last : qMax(0, bucket - 1);
        break;
    case Qt::Key_Right:
        bucket = bucket < 0 ? 0 : qMin(last, bucket + 1);
        break;
    case Qt::Key_Home:
        bucket = last < 0 ? -1 : 0;
        break;
    case Qt::Key_End:
        bucket = last;
        break;
    case Qt::Key_Escape:
        if (m_crosshair < 0)
            return QWidget::keyPressEvent(event);
        bucket = -1;
        break;
    default:
        return QWidget::keyPressEvent(event);
    }
    point(bucket, bucket >= 0);
    Q_EMIT pointed(bucket);
    if (bucket >= 0) {
        setAccessibleDescription(tooltipText());
        QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
        QAccessible::updateAccessibility(&changed);
    }
}

void ChartView::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    point(-1, false);
    Q_EMIT pointed(-1);
}

bool ChartView::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_overlay)
        return QWidget::eventFilter(watched, event);
    if (event->type() == QEvent::MouseMove) {
        const QPointF place = static_cast<QMouseEvent *>(event)->position();
        const int bucket = m_plot->bucketAt(place.x());
        point(bucket, bucket >= 0);
        Q_EMIT pointed(bucket);
    } else if (event->type() == QEvent::Leave) {
        point(-1, false);
        Q_EMIT pointed(-1);
    }
    return QWidget::eventFilter(watched, event);
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/usagemodel.h"
#include "app/widgets/cell.h"

#include <algorithm>

using namespace Qt::StringLiterals;

// The faces of UsageModel: charts and table of one report; how it is asked for is in usagemodel.cpp.
namespace quota::console
{

QString UsageModel::nameOf(const UsageSeries &series) const
{
    if (!series.label.isEmpty())
        return series.label;
    if (!series.group.isEmpty())
        return series.group;
    if (m_group == UsageGroup::None)
        return tr("All requests");
    return m_group == UsageGroup::Model ? tr("No model named") : tr("Unknown");
}

ChartData UsageModel::emptyChart() const
{
    ChartData chart;
    if (!m_report)
        return chart;
    chart.bucket = m_report->bucket;
    chart.shape = m_report->bucket == UsageBucket::Day ? ChartShape::StackedBars : ChartShape::StackedAreas;
    chart.end = m_report->to;
    if (!m_report->series.isEmpty()) {
        for (const UsagePoint &point : m_report->series.first().points)
            chart.starts.append(point.start);
    }
    return chart;
}

static ChartSeries seriesOf(const QString &name, int colour, const QList<UsagePoint> &points,
                            qint64 (*pick)(const UsageSums &))
{
    ChartSeries series{name, colour, {}, false};
    for (const UsagePoint &point : points)
        series.values.append(pick(point.sums));
    return series;
}

static qint64 requestsOf(const UsageSums &sums)
{
    return sums.requests;
}

ChartData UsageModel::requestsChart() const
{
    ChartData chart = emptyChart();
    for (qsizetype i = 0; i < m_shown.size(); ++i)
        chart.series.append(
            seriesOf(nameOf(m_shown.at(i)), m_shownColours.at(i), m_shown.at(i).points, requestsOf));
    if (m_before) {
        ChartSeries before{tr("Period before"), otherColour, QList<qint64>(chart.starts.size(), 0), false};
        for (const UsageSeries &series : m_before->series) {
            for (qsizetype i = 0; i < qMin(series.points.size(), before.values.size()); ++i)
                before.values[i] += series.points.at(i).sums.requests;
        }
        chart.before = before;
    }
    switch (m_group) {
    case UsageGroup::None:
        break;
    case UsageGroup::Key:
        chart.totalName = tr("All keys");
        break;
    case UsageGroup::Model:
        chart.totalName = tr("All models");
        break;
    case UsageGroup::Provider:
        chart.totalName = tr("All providers");
        break;
    case UsageGroup::Status:
        chart.totalName = tr("All statuses");
        break;
    }
    return chart;
}

static QList<UsagePoint> pointsOf(const ChartData &chart, const QList<UsageSums> &totals)
{
    QList<UsagePoint> points;
    for (qsizetype i = 0; i < qMin(totals.size(), chart.starts.size()); ++i)
        points.append({chart.starts.at(i), totals.at(i)});
    return points;
}

ChartData UsageModel::tokensChart() const
{
    ChartData chart = emptyChart();
    const QList<UsagePoint> points = pointsOf(chart, m_totals);
    chart.series = {
        seriesOf(tr("in"), 0, points, [](const UsageSums &sums) { return sums.promptTokens; }),
        seriesOf(tr("out"), 1, points, [](const UsageSums &sums) { return sums.completionTokens; }),
    };
    chart.totalName = tr("Tokens");
    return chart;
}

ChartData UsageModel::refusedChart() const
{
    ChartData chart = emptyChart();
    const QList<UsagePoint> points = pointsOf(chart, m_totals);
    if (chart.shape == ChartShape::StackedAreas)
        chart.shape = ChartShape::Lines;
    chart.series = {
        seriesOf(tr("refused"), 1, points, [](const UsageSums &sums) { return sums.refused; }),
        seriesOf(tr("failed"), 3, points, [](const UsageSums &sums) { return sums.failed; }),
    };
    return chart;
}

QString UsageModel::bucketWords() const
{
    switch (range().bucket) {
    case UsageBucket::QuarterHour:
        return tr("every 15 min");
    case UsageBucket::Hour:
        return tr("every hour");
    case UsageBucket::Day:
        return tr("every day");
    case UsageBucket::Month:
        return tr("every month");
    }
    Q_UNREACHABLE();
}

int UsageModel::rowCount(const QModelIndex &parent) const
{
    if (parent.isValid() || !m_report)
        return 0;
    return int(m_rows == Rows::Groups ? m_report->series.size() : m_totals.size());
}

int UsageModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

qsizetype UsageModel::bucketOf(int row) const
{
    return m_totals.size() - 1 - row;
}

UsageSums UsageModel::sumsOf(int row) const
{
    return m_rows == Rows::Groups ? m_report->series.at(row).sums : m_totals.at(bucketOf(row));
}

std::optional<double> UsageModel::changeOf(int row) const
{
    if (!m_before)
        return {};
    qint64 before = 0;
    for (const UsageSeries &series : m_before->series) {
        if (m_rows == Rows::Times)
            before += series.points.value(bucketOf(row)).sums.requests;
        else if (series.group == m_report->series.at(row).group)
            before = series.sums.requests;
    }
    if (before == 0)
        return {};
    return double(sumsOf(row).requests - before) / double(before);
}

QString UsageModel::nameAt(int row) const
{
    if (m_rows == Rows::Groups)
        return nameOf(m_report->series.at(row));
    const Format format = m_session.format();
    const ChartData chart = emptyChart();
    const qsizetype bucket = bucketOf(row);
    if (chart.bucket == UsageBucket::Day)
        return format.longDay(chart.starts.at(bucket));
    return format.range(chart.starts.at(bucket), chart.endOf(bucket));
}

QString UsageModel::textAt(int row, int column) const
{
    const Format format = m_session.format();
    const UsageSums sums = sumsOf(row);
    switch (column) {
    case NameColumn:
        return nameAt(row);
    case RequestsColumn:
        return format.number(sums.requests);
    case ChangeColumn: {
        const auto change = changeOf(row);
        return change ? format.change(*change) : u"—"_s;
    }
    case PromptColumn:
        return format.compact(sums.promptTokens);
    case CompletionColumn:
        return format.compact(sums.completionTokens);
    case RefusedColumn:
        return format.number(sums.refused);
    case FailedColumn:
        return format.number(sums.failed);
    case MeasuredColumn:
        return sums.requests == 0
                   ? u"—"_s
                   : format.percent(double(sums.requests - sums.estimated) / double(sums.requests));
    default:
        return {};
    }
}

QVariant UsageModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const bool isName = index.column() == NameColumn;
    switch (role) {
    case Qt::DisplayRole:
        return textAt(index.row(), index.column());
    case Qt::AccessibleTextRole:
        //: a table cell for screen readers: head, then value
        return tr("%1: %2").arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(),
                                textAt(index.row(), index.column()));
    case CellKindRole:
        return int(isName ? CellKind::Text : CellKind::Number);
    case CellRole:
        return isName ? QVariant()
                      : QVariant::fromValue(NumberValue{textAt(index.row(), index.column()), {}});
    case CellInkRole:
        if (index.column() == FailedColumn && sumsOf(index.row()).failed > 0)
            return int(Role::Bad);
        return int(index.column() == ChangeColumn ? Role::Muted : Role::Text);
    default:
        return {};
    }
}

QVariant UsageModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole && section != NameColumn)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case NameColumn:
        if (m_rows == Rows::Times)
            return tr("Time");
        switch (m_group) {
        case UsageGroup::None:
            return tr("All");
        case UsageGroup::Key:
            return tr("Key");
        case UsageGroup::Model:
            return tr("Model");
        case UsageGroup::Provider:
            return tr("Provider");
        case UsageGroup::Status:
            return tr("Status");
        }
        Q_UNREACHABLE();
    case RequestsColumn:
        return tr("Requests");
    case ChangeColumn:
        return tr("Change");
    case PromptColumn:
        return tr("Tokens in");
    case CompletionColumn:
        return tr("Tokens out");
    case RefusedColumn:
        return tr("Refused");
    case FailedColumn:
        return tr("Failed");
    case MeasuredColumn:
        return tr("Measured");
    default:
        return {};
    }
}

}

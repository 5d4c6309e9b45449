// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/usagemodel.h"
#include "shared/csv.h"

#include <QTimeZone>

using namespace Qt::StringLiterals;

namespace quota::console
{

QByteArray UsageModel::csv() const
{
    QList<QStringList> rows{{u"start"_s, u"group"_s, u"label"_s, u"requests"_s, u"refused"_s, u"failed"_s,
                             u"prompt_tokens"_s, u"completion_tokens"_s, u"estimated"_s}};
    const QTimeZone zone(m_report ? m_report->timeZone : QByteArray());
    const Timestamp now = SystemClock().now();
    const QList<UsageSeries> series = m_report ? m_report->series : QList<UsageSeries>();
    for (const UsageSeries &one : series) {
        for (const UsagePoint &point : one.points) {
            if (point.start > now)
                continue;
            const QDateTime start = QDateTime::fromMSecsSinceEpoch(toMilliseconds(point.start),
                                                                   zone.isValid() ? zone : QTimeZone::utc());
            rows.append({start.toOffsetFromUtc(start.offsetFromUtc()).toString(Qt::ISODate), one.group,
                         one.label, QString::number(point.sums.requests), QString::number(point.sums.refused),
                         QString::number(point.sums.failed), QString::number(point.sums.promptTokens),
                         QString::number(point.sums.completionTokens),
                         QString::number(point.sums.estimated)});
        }
    }
    return toCsv(rows, true);
}

}

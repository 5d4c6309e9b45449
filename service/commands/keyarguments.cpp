// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/keyarguments.h"

#include <QDateTime>
#include <QRegularExpression>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace quota::service
{

static tl::unexpected<Text> wrong(const char *english, const QStringList &arguments = {})
{
    return tl::unexpected<Text>(Text{english, arguments});
}

Reading<GivenLimits> readLimits(const QStringList &limits, const std::optional<QString> &quota)
{
    constexpr QLatin1StringView concurrency{"concurrency="};
    GivenLimits given;
    QList<Limit> list;
    for (const QString &text : limits) {
        if (text.startsWith(concurrency)) {
            const auto amount = readInteger(text.sliced(concurrency.size()), 1, maximumConcurrency);
            if (!amount)
                return tl::unexpected<Text>(amount.error());
            if (given.concurrency)
                return wrong(QT_TRANSLATE_NOOP("service", "concurrency is given more than once."));
            given.concurrency = *amount;
            continue;
        }
        const auto limit = limitFromText(text);
        if (!limit) {
            return wrong(QT_TRANSLATE_NOOP("service",
                                           "“%1” is not a limit; write UNIT/WINDOW=N with requests or "
                                           "tokens and minute, hour, day, week, month or total, like "
                                           "requests/day=200, :warn or :observe behind it for one that "
                                           "does not refuse, or concurrency=N."),
                         {text.left(60)});
        }
        list.append(*limit);
    }
    if (quota) {
        const auto amount = readInteger(*quota, unlimitedAmount, maximumAmount);
        if (!amount)
            return tl::unexpected<Text>(amount.error());
        list.append({LimitUnit::Requests, LimitWindow::Total, *amount});
    }
    if (const Done done = checkLimits(list); !done)
        return wrong(QT_TRANSLATE_NOOP("service",
                                       "two limits have the same unit, window and mode, or there are more "
                                       "than %1."),
                     {QString::number(maximumLimitsPerKey)});
    if (!list.isEmpty())
        given.limits = list;
    return given;
}

Reading<Timestamp> readExpiry(const QString &text, Timestamp now, const QTimeZone &zone)
{
    static const QRegularExpression span(u"^(\\d{1,5})([hdw])$"_s);
    std::optional<Timestamp> time = timestampFromIso(text);
    if (const auto match = span.match(text); match.hasMatch()) {
        const qint64 amount = match.captured(1).toLongLong();
        const QChar unit = match.captured(2).front();
        time = now + amount * (unit == u'h' ? 1h : unit == u'd' ? 24h : 7 * 24h);
    } else if (const QDate date = QDate::fromString(text, u"yyyy-MM-dd"_s); date.isValid()) {
        time = fromMilliseconds(date.addDays(1).startOfDay(zone).toMSecsSinceEpoch());
    }
    if (!time)
        return wrong(QT_TRANSLATE_NOOP("service",
                                       "“%1” is not a time; write 7d, 12h, 4w, a date like 2026-12-31 or "
                                       "an instant like 2026-12-31T23:59:59Z."),
                     {text.left(40)});
    if (*time <= now)
        return wrong(QT_TRANSLATE_NOOP("service", "“%1” is in the past."), {text.left(40)});
    return *time;
}

QStringList readModels(const QString &text)
{
    QStringList models;
    const QStringList parts = text.split(u',', Qt::SkipEmptyParts);
    for (const QString &part : parts) {
        if (const QString model = part.trimmed(); !model.isEmpty())
            models.append(model);
    }
    return models;
}

}

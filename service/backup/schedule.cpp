// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/schedule.h"

#include <QDateTime>

using namespace Qt::StringLiterals;

namespace quota::service
{

static const QStringList &weekdays()
{
    static const QStringList names{u"mon"_s, u"tue"_s, u"wed"_s, u"thu"_s, u"fri"_s, u"sat"_s, u"sun"_s};
    return names;
}

Reading<BackupSchedule> readSchedule(const QString &text)
{
    const QStringList words = text.simplified().toLower().split(u' ');
    const auto wrong = [&text] {
        return tl::unexpected(
            Text{QT_TRANSLATE_NOOP("service", "“%1” is no schedule; write off, hourly, daily 03:30, or "
                                              "weekly sun 03:30."),
                 {text.left(40)}});
    };
    BackupSchedule schedule;
    if (words == QStringList{u"off"_s})
        return schedule;
    if (words == QStringList{u"hourly"_s}) {
        schedule.every = BackupSchedule::Every::Hour;
        return schedule;
    }
    const bool weekly = words.first() == "weekly"_L1;
    if (words.size() != (weekly ? 3 : 2) || (!weekly && words.first() != "daily"_L1))
        return wrong();
    schedule.every = weekly ? BackupSchedule::Every::Week : BackupSchedule::Every::Day;
    schedule.time = QTime::fromString(words.last(), u"HH:mm"_s);
    if (!schedule.time.isValid())
        return wrong();
    if (weekly) {
        schedule.weekday = int(weekdays().indexOf(words.at(1))) + 1;
        if (schedule.weekday == 0)
            return wrong();
    }
    return schedule;
}

QString BackupSchedule::text() const
{
    switch (every) {
    case Every::Never:
        return u"off"_s;
    case Every::Hour:
        return u"hourly"_s;
    case Every::Day:
        return u"daily "_s + time.toString(u"HH:mm"_s);
    case Every::Week:
        return u"weekly %1 "_s.arg(weekdays().at(weekday - 1)) + time.toString(u"HH:mm"_s);
    }
    Q_UNREACHABLE();
}

std::optional<Timestamp> BackupSchedule::next(Timestamp after, const QTimeZone &zone) const
{
    if (every == Every::Never)
        return std::nullopt;
    if (every == Every::Hour) {
        constexpr qint64 hour = 3'600'000;
        return fromMilliseconds((toMilliseconds(after) / hour + 1) * hour);
    }
    const QDate today = QDateTime::fromMSecsSinceEpoch(toMilliseconds(after), zone).date();
    for (int day = 0; day <= 8; ++day) {
        const QDate date = today.addDays(day);
        if (every == Every::Week && date.dayOfWeek() != weekday)
            continue;
        // An hour that a change of the clock leaves out is taken as the one after it.
        const Timestamp instant = fromMilliseconds(QDateTime(date, time, zone).toMSecsSinceEpoch());
        if (instant > after)
            return instant;
    }
    Q_UNREACHABLE();
}

std::chrono::milliseconds BackupSchedule::alarmAge() const
{
    constexpr auto grace = std::chrono::hours(2);
    switch (every) {
    case Every::Never:
        return std::chrono::days(7); // made by hand, and still worth a word
    case Every::Hour:
        return 2 * std::chrono::hours(1) + grace;
    case Every::Day:
        return 2 * std::chrono::days(1) + grace;
    case Every::Week:
        return 2 * std::chrono::days(7) + grace;
    }
    Q_UNREACHABLE();
}

}

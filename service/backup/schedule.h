// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/settings/values.h"
#include "shared/clock.h"

#include <QTime>
#include <QTimeZone>

#include <optional>

// When backups are made by themselves: «off», «hourly», «daily 03:30», «weekly sun 03:30», by the calendar of the
// instance's zone. Pure.
namespace quota::service
{

struct BackupSchedule
{
    enum class Every
    {
        Never,
        Hour,
        Day,
        Week
    };
    Every every = Every::Never;
    QTime time;
    int weekday = Qt::Monday; // of a weekly one

    // The first instant after this one; none: never.
    std::optional<Timestamp> next(Timestamp after, const QTimeZone &zone) const;
    // How old the newest backup may become before something is wrong: twice the distance, and two hours.
    std::chrono::milliseconds alarmAge() const;
    QString text() const;
    bool operator==(const BackupSchedule &) const = default;
};

Reading<BackupSchedule> readSchedule(const QString &text);

}

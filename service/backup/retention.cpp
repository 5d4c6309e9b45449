// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/retention.h"

#include <QDateTime>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::service
{

// The newest of each of so many periods.
static void keepNewest(const QList<BackupInfo> &newestFirst, int periods, QSet<QString> &kept,
                       const std::function<QString(const QDate &)> &periodOf, const QTimeZone &zone)
{
    QSet<QString> seen;
    for (const BackupInfo &backup : newestFirst) {
        if (backup.state == BackupState::Damaged)
            continue;
        const QString period =
            periodOf(QDateTime::fromMSecsSinceEpoch(toMilliseconds(backup.createdAt), zone).date());
        if (seen.contains(period))
            continue;
        if (seen.size() == periods)
            return;
        seen.insert(period);
        kept.insert(backup.id);
    }
}

QStringList expiredBackups(QList<BackupInfo> backups, const Retention &retention, const QTimeZone &zone)
{
    backups.removeIf([](const BackupInfo &backup) { return backup.kind == BackupKind::Foreign; });
    std::stable_sort(backups.begin(), backups.end(), [](const BackupInfo &left, const BackupInfo &right) {
        return left.createdAt > right.createdAt;
    });
    QSet<QString> kept;
    keepNewest(
        backups, retention.daily, kept, [](const QDate &day) { return day.toString(Qt::ISODate); }, zone);
    keepNewest(
        backups, retention.weekly, kept,
        [](const QDate &day) {
            int year = 0;
            const int week = day.weekNumber(&year);
            return u"%1-%2"_s.arg(year).arg(week);
        },
        zone);
    keepNewest(
        backups, retention.monthly, kept, [](const QDate &day) { return day.toString(u"yyyy-MM"_s); }, zone);

    const auto isGood = [](const BackupInfo &backup) { return backup.state == BackupState::Good; };
    const auto newestGood = std::find_if(backups.begin(), backups.end(), isGood);
    if (newestGood != backups.end())
        kept.insert(newestGood->id);
    QStringList expired;
    for (const BackupInfo &backup : std::as_const(backups)) {
        const bool superseded = newestGood != backups.end() && newestGood->createdAt >= backup.createdAt;
        if (!kept.contains(backup.id) && (backup.state != BackupState::Damaged || superseded))
            expired.append(backup.id);
    }
    return expired;
}

}

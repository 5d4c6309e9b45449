// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/settings/backuptable.h"

#include "service/settings/readers.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

static Reader kept(int Retention::*field)
{
    return [field](Config &config, const QString &text) -> std::optional<Text> {
        constexpr qint64 most = 1'000;
        const auto count = readInteger(text, 0, most);
        if (!count)
            return count.error();
        config.backupsKept.*field = int(*count);
        return std::nullopt;
    };
}

QList<Setting> backupSettings()
{
    return {
        {"BACKUP_SCHEDULE"_L1,
         {},
         u"daily 03:30"_s,
         QT_TRANSLATE_NOOP("service",
                           "When backups are made: off, hourly, daily 03:30, or weekly sun 03:30, by "
                           "QUOTA_TIMEZONE."),
         into(&Config::backupSchedule, readSchedule)},
        {"BACKUP_DIR"_L1,
         {{"DB_BACKUP_DIR"_L1}},
         u"backups"_s,
         QT_TRANSLATE_NOOP("service", "Directory of the backups, relative to the data directory."),
         path(&Config::backupDirectory)},
        {"BACKUP_KEEP_DAILY"_L1,
         {},
         u"7"_s,
         QT_TRANSLATE_NOOP("service", "Days of which the newest backup is kept."),
         kept(&Retention::daily)},
        {"BACKUP_KEEP_WEEKLY"_L1,
         {},
         u"4"_s,
         QT_TRANSLATE_NOOP("service", "Weeks of which the newest backup is kept."),
         kept(&Retention::weekly)},
        {"BACKUP_KEEP_MONTHLY"_L1,
         {},
         u"12"_s,
         QT_TRANSLATE_NOOP("service", "Months of which the newest backup is kept."),
         kept(&Retention::monthly)},
        {"BACKUP_MAX_SIZE"_L1,
         {},
         u"16gb"_s,
         QT_TRANSLATE_NOOP("service", "What a backup may hold, unpacked; a larger one is not taken."),
         size(&Config::backupMaximumSize, 1024 * 1024, 1LL << 50)},
    };
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/backupinfo.h"

#include <QTimeZone>

// Which backups have had their time: of the newest days, weeks and months that have one, each keeps its newest; all
// else may go. Pure.
namespace quota::service
{

struct Retention
{
    int daily = 7;
    int weekly = 4;
    int monthly = 12;
};

// Ids of those that may go. Never among them: the newest good one, and what somebody put there, which is not ours to delete.
// A damaged one keeps no day, and goes when a newer good one is there.
QStringList expiredBackups(QList<BackupInfo> backups, const Retention &retention, const QTimeZone &zone);

}

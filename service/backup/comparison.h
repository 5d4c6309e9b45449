// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/settingsfile.h"
#include "shared/backupinfo.h"

// What a restore would change, before it does: keys that come, go or are others afterwards, how much the books would
// tell, and settings.
namespace quota::service
{

// Both of the newest schema. Without a current one that can be read everything comes, and a note says so.
Done compareDatabases(const QString &current, const QString &backup, RestoreDifferences &differences);
// Secrets are shown as being there, no more.
void compareSettings(const QList<GivenSetting> &current, const QList<GivenSetting> &backup,
                     RestoreDifferences &differences);

}

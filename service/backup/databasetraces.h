// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/snapshot.h"

// What stands around a database file: whether one was there that is gone, so that no start makes an empty store in
// silence, and whether another program has it open. The start of the service and the database verbs ask. Changes
// nothing.
namespace quota::service
{

// An error with its cures when there is no database, and something that only a lost one can have left.
Done checkNotVanished(const BackupPlaces &places);

// An error while another process has it open. Not while this process has a connection to it.
Done checkNotOpen(const QString &path);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/import/oldstore.h"

// The tokens of one-api and of the programs that come from it: names, states, expiry, models and quotas. Its quota is
// tokens weighted by the price of their model; it comes as a limit of tokens in total. Pure.
namespace quota::service
{

bool isOneApi(const QHash<QString, QStringList> &columns);
ImportPlan planOneApi(const SourceTables &tables, Timestamp now);

}

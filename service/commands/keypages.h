// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/session.h"

// All keys that a query finds, page by page: for verbs that list or export them.
namespace quota::service
{

inline constexpr qint64 maximumListedKeys = 1'000'000;

Result<QList<KeyOverview>> allKeys(Session &session, KeyQuery query, qint64 most = maximumListedKeys);

}

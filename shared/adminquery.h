// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/apikey.h"
#include "shared/usage.h"

#include <QUrlQuery>

// The lists of the admin API as URL queries; the client writes them, the routes read them. Pure.
namespace quota
{

// search, state, sort («-created» descending, «created» ascending), limit, after; what equals the default is
// left out.
QUrlQuery toUrlQuery(const KeyQuery &query);
// Strict: a word or number that is not known is an Error with the parameter's name; other parameters are left
// to the caller.
Result<KeyQuery> keyQueryFromUrlQuery(const QUrlQuery &query);

// from, to (ISO 8601), bucket, group, tz, key, model.
QUrlQuery toUrlQuery(const UsageQuery &query);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/bookscomparison.h"

// The counters that limits go by against the sums and the adjustments: of each key's lifetime, and of the newest hour,
// day, week and month that any key counts in. A part of bookscheck, inside its snapshot.
namespace quota::service::bookscheck
{

Done compareCounters(Database &database, const Marks &marks, BooksFindings &findings);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/window.h"
#include "service/store/bookscomparison.h"

#include <QHash>

// The counters that limits go by against the sums and the adjustments: of each key's lifetime, and of the newest hour,
// day, week and month that any key counts in. A part of bookscheck, inside its snapshot.
namespace quota::service::bookscheck
{

struct CounterAmounts
{
    qint64 requests = 0;
    qint64 tokens = 0;
};

// By the key's id: what its counter of that window must say, by sums and adjustments. A repair asks as well.
Result<QHash<QString, CounterAmounts>> expectedCounters(Database &database, LimitWindow window,
                                                        const WindowSpan &span);

Done compareCounters(Database &database, const Marks &marks, BooksFindings &findings);

}

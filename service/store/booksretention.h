// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/database.h"
#include "shared/clock.h"

// Takes what is too old out of the books, in steps so small that no other job waits long: rows of requests, sums, or
// the audit log. The service's BooksKeeper runs the steps as jobs of the writer. Sums of all time, counters and
// adjustments stay, so that a removal changes no limit.
namespace quota::service::booksretention
{

enum class Part
{
    Rows,
    Sums,
    Audit
};

QString toString(Part part); // its word in the log

// The instant that parts older than this one may be removed up to: sums go by whole months, in UTC.
Timestamp edge(Part part, Timestamp before);

// Notes in the books, and in the audit log, that what is older is gone from now on; false: there is nothing older.
Result<bool> begin(Database &database, Part part, Timestamp before, Timestamp now);

// Removes so many of what is older, at most; how many: 0 when all are gone. Rows that no sum knows yet stay.
Result<qint64> removeSome(Database &database, Part part, Timestamp before, qint64 most);

}

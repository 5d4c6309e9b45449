// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/database.h"
#include "service/store/pendingsums.h"

#include <QList>

// Whether the books add up: rows of requests against sums of quarters of an hour, these against coarser sums, and all
// of them against the counters that limits go by, adjustments included. Reads only. `database check` asks for the
// whole, a running service for what is new; what was removed for its age, or never had rows, is left out.
namespace quota::service
{

struct BooksDiscrepancy
{
    enum class Between
    {
        RowsAndSums,
        FineAndCoarseSums,
        SumsAndCounters
    };
    Between between = Between::RowsAndSums;
    QString key;    // its id; empty: the sums of all keys together
    QString window; // quarter, hour, day, week, month, total
    Timestamp start;
    QString figure;      // the column that differs
    qint64 expected = 0; // by the rows or the finer sums
    qint64 found = 0;    // in the coarser sums or the counter
};

QString toString(BooksDiscrepancy::Between between);

struct BooksFindings
{
    static constexpr qsizetype namedDiscrepancies = 50;
    QList<BooksDiscrepancy> named; // the first ones
    qint64 total = 0;
    bool addUp() const { return total == 0; }
};

namespace bookscheck
{

struct Span // quarters of an hour since the epoch
{
    qint64 from = 0;
    qint64 to = 0;
};

// All of the books, as of one instant, however much is written meanwhile.
Result<BooksFindings> check(Database &database);

// Parts of it, which add to the findings, for spans of whole hours, days or months. Each sees one instant.
Result<Span> wholeSpan(Database &database);                               // of months; empty without sums
Done checkHours(Database &database, Span span, BooksFindings &findings);  // rows, quarters, hours
Done checkDays(Database &database, Span span, BooksFindings &findings);   // hours, days
Done checkMonths(Database &database, Span span, BooksFindings &findings); // days, months
Done checkCounters(Database &database,
                   BooksFindings &findings); // months, all time, counters of the newest windows

}

}

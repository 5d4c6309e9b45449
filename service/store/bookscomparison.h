// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/bookscheck.h"

#include <QTimeZone>

// What the check of the books compares with: rows or finer sums against coarser sums, by one statement that returns
// only what differs. Parts of bookscheck use it, inside their snapshot.
namespace quota::service::bookscheck
{

// What the books say of themselves.
struct Marks
{
    qint64 rowsFrom = 0; // quarters of an hour, like the next
    qint64 sumsFrom = 0;
    qint64 zoneSince = 0; // milliseconds
    QTimeZone zone;
};

Result<Marks> readMarks(Database &database);

const QStringList &figures(); // the columns of sums

struct Comparison
{
    BooksDiscrepancy::Between between = BooksDiscrepancy::Between::FineAndCoarseSums;
    QString fine; // a SELECT of start, key, model, provider, status, then the figures
    int coarse = 0;
    QString condition; // on the coarse sums
    Span span;
};

Done compare(Database &database, const Comparison &comparison, BooksFindings &findings);

// The first column of the first row; 0 without one.
Result<qint64> number(Database &database, const QString &statement, const QVariantList &values = {});
void note(BooksFindings &findings, BooksDiscrepancy discrepancy);

}

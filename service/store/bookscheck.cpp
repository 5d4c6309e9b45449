// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/bookscheck.h"

#include "service/store/bookscomparison.h"
#include "service/store/counterscheck.h"

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace quota::service
{

QString toString(BooksDiscrepancy::Between between)
{
    switch (between) {
    case BooksDiscrepancy::Between::RowsAndSums:
        return u"rows_and_sums"_s;
    case BooksDiscrepancy::Between::FineAndCoarseSums:
        return u"fine_and_coarse_sums"_s;
    case BooksDiscrepancy::Between::SumsAndCounters:
        return u"sums_and_counters"_s;
    }
    Q_UNREACHABLE();
}

}

namespace quota::service::bookscheck
{

// Sums of one grain out of those of a finer one; start: the expression that finds the coarser span.
static Done compareGrains(Database &database, Grain fine, Grain coarse, const QString &start, Span span,
                          BooksFindings &findings)
{
    const QString ofKeys = u"SELECT %1 AS start, key, model, provider, status, %2 FROM rollups "
                           "WHERE grain = %3 AND quarter >= ? AND quarter < ?"_s;
    Comparison comparison{.fine = ofKeys.arg(start, figures().join(u", "_s), QString::number(int(fine))),
                          .coarse = int(coarse),
                          .condition = {},
                          .span = span};
    auto done = compare(database, comparison, findings);
    if (!done)
        return done;
    // All keys together, out of each of them.
    comparison.fine = u"SELECT quarter AS start, 0 AS key, model, provider, status, %1 FROM rollups "
                      "WHERE grain = %2 AND quarter >= ? AND quarter < ?"_s.arg(figures().join(u", "_s),
                                                                                QString::number(int(coarse)));
    comparison.coarse = int(coarse) + int(Grain::ForAllKeys);
    done = compare(database, comparison, findings);
    if (!done)
        return done;
    // Each key alone.
    comparison.fine =
        u"SELECT quarter AS start, key, 0 AS model, 0 AS provider, 0 AS status, %1 FROM rollups "
        "WHERE grain = %2 AND quarter >= ? AND quarter < ?"_s.arg(figures().join(u", "_s),
                                                                  QString::number(int(coarse)));
    comparison.coarse = int(coarse) + int(Grain::OfKeysAlone);
    return compare(database, comparison, findings);
}

static Done compareRows(Database &database, Span span, BooksFindings &findings)
{
    // What another system counted came as sums, without rows.
    return compare(
        database,
        {BooksDiscrepancy::Between::RowsAndSums,
         u"SELECT reserved_at / 900000 AS start, key, model, provider, status, outcome <> 3 AS requests, "
         "iif(outcome = 3, 0, requests) AS counted, outcome = 3 AS refused, "
         "outcome = 1 OR (outcome <> 3 AND status >= 500) AS failed, outcome <> 3 AND measure <> 0 AS "
         "estimated, iif(outcome = 3, 0, prompt_tokens) AS prompt_tokens, "
         "iif(outcome = 3, 0, completion_tokens) AS completion_tokens, "
         "iif(outcome = 3, 0, cached_tokens) AS cached_tokens, "
         "iif(outcome = 3, 0, reasoning_tokens) AS reasoning_tokens FROM requests "
         "WHERE reserved_at >= ? * 900000 AND reserved_at < ? * 900000 "
         "AND id <= (SELECT summed_through FROM books)"_s,
         int(Grain::Quarter),
         u" AND provider <> coalesce((SELECT id FROM names WHERE word = 'imported'), 0)"_s, span},
        findings);
}

Result<Span> wholeSpan(Database &database)
{
    const auto first = number(database, u"SELECT min(quarter) FROM rollups WHERE grain = 13"_s);
    const auto last = number(database, u"SELECT coalesce(max(quarter), -1) FROM rollups WHERE grain = 10"_s);
    const auto row = number(database, u"SELECT min(reserved_at) / 900000 FROM requests"_s);
    const auto lastRow = number(database, u"SELECT coalesce(max(reserved_at) / 900000, -1) FROM requests"_s);
    for (const auto *one : {&first, &last, &row, &lastRow}) {
        if (!*one)
            return tl::unexpected(one->error());
    }
    const qint64 end = std::max(*last, *lastRow);
    if (end < 0)
        return Span();
    const qint64 begin = *lastRow < 0 ? *first : *last < 0 ? *row : std::min(*first, *row);
    return Span{spanStart(Grain::Month, begin), spanEnd(Grain::Month, spanStart(Grain::Month, end))};
}

static Done hours(Database &database, Span span, BooksFindings &findings)
{
    const auto marks = readMarks(database);
    if (!marks)
        return tl::unexpected(marks.error());
    const Span withRows{std::max({span.from, marks->rowsFrom, marks->sumsFrom}), span.to};
    if (auto done = compareRows(database, withRows, findings); !done)
        return done;
    span.from = std::max(span.from, marks->sumsFrom);
    if (span.from >= span.to)
        return {};
    Comparison quarters{
        .fine = u"SELECT quarter AS start, 0 AS key, model, provider, status, %1 FROM "
                "rollups WHERE grain = 0 AND quarter >= ? AND quarter < ?"_s.arg(figures().join(u", "_s)),
        .coarse = int(Grain::Quarter) + int(Grain::ForAllKeys),
        .condition = {},
        .span = span};
    if (auto done = compare(database, quarters, findings); !done)
        return done;
    return compareGrains(database, Grain::Quarter, Grain::Hour, u"quarter / 4 * 4"_s, span, findings);
}

static Done coarser(Database &database, Grain fine, Grain coarse, const QString &start, Span span,
                    BooksFindings &findings)
{
    const auto marks = readMarks(database);
    if (!marks)
        return tl::unexpected(marks.error());
    span.from = std::max(span.from, marks->sumsFrom);
    return compareGrains(database, fine, coarse, start, span, findings);
}

static Done days(Database &database, Span span, BooksFindings &findings)
{
    return coarser(database, Grain::Hour, Grain::Day, u"quarter / 96 * 96"_s, span, findings);
}

static Done months(Database &database, Span span, BooksFindings &findings)
{
    return coarser(database, Grain::Day, Grain::Month,
                   u"strftime('%s', quarter * 900, 'unixepoch', 'start of month') / 900"_s, span, findings);
}

static Done compareEver(Database &database, BooksFindings &findings)
{
    const auto all = std::numeric_limits<qint64>::max();
    return compare(
        database,
        {.fine = u"SELECT 0 AS start, key, 0 AS model, 0 AS provider, 0 AS status, %1 FROM "
                 "rollups WHERE grain = 3 AND quarter >= ? AND quarter < ?"_s.arg(figures().join(u", "_s)),
         .coarse = int(Grain::Ever),
         .condition = {},
         .span = {0, all}},
        findings);
}

// Months, all time, and the counters.
static Done counters(Database &database, BooksFindings &findings)
{
    const auto marks = readMarks(database);
    if (!marks)
        return tl::unexpected(marks.error());
    // Sums of all time outlive those of months.
    Done done;
    if (marks->sumsFrom == 0)
        done = compareEver(database, findings);
    return done ? compareCounters(database, *marks, findings) : done;
}

// In steps: what a step groups must fit into memory.
static Done checkAll(Database &database, BooksFindings &findings)
{
    const auto whole = wholeSpan(database);
    if (!whole)
        return tl::unexpected(whole.error());
    for (qint64 month = whole->from; month < whole->to; month = spanEnd(Grain::Month, month)) {
        const Span span{month, spanEnd(Grain::Month, month)};
        for (qint64 day = span.from; day < span.to; day = spanEnd(Grain::Day, day)) {
            if (auto done = hours(database, {day, spanEnd(Grain::Day, day)}, findings); !done)
                return done;
        }
        auto done = days(database, span, findings);
        if (done)
            done = months(database, span, findings);
        if (!done)
            return done;
    }
    return counters(database, findings);
}

template <class Work>
static Done inSnapshot(Database &database, Work work)
{
    Snapshot snapshot(database);
    const Done begun = snapshot.begin();
    return begun ? work() : begun;
}

Done checkHours(Database &database, Span span, BooksFindings &findings)
{
    return inSnapshot(database, [&] { return hours(database, span, findings); });
}

Done checkDays(Database &database, Span span, BooksFindings &findings)
{
    return inSnapshot(database, [&] { return days(database, span, findings); });
}

Done checkMonths(Database &database, Span span, BooksFindings &findings)
{
    return inSnapshot(database, [&] { return months(database, span, findings); });
}

Done checkCounters(Database &database, BooksFindings &findings)
{
    return inSnapshot(database, [&] { return counters(database, findings); });
}

Result<BooksFindings> check(Database &database)
{
    BooksFindings findings;
    const Done done = inSnapshot(database, [&] { return checkAll(database, findings); });
    return done ? Result<BooksFindings>(std::move(findings)) : tl::unexpected(done.error());
}

}

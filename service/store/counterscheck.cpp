// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/counterscheck.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::service::bookscheck
{

namespace
{

using Amounts = CounterAmounts;
using AmountsOfKeys = QHash<QString, Amounts>;

}

static Done addAmounts(Database &database, const QString &statement, const QVariantList &values,
                       AmountsOfKeys &amounts)
{
    auto query = database.run(statement, values);
    if (!query)
        return tl::unexpected(query.error());
    while ((*query)->next()) {
        Amounts &ofKey = amounts[(*query)->value(0).toString()];
        ofKey.requests += (*query)->value(1).toLongLong();
        ofKey.tokens += (*query)->value(2).toLongLong();
    }
    (*query)->finish();
    return {};
}

Result<QHash<QString, CounterAmounts>> expectedCounters(Database &database, LimitWindow window,
                                                        const WindowSpan &span)
{
    static constexpr Grain grains[] = {Grain::Month, Grain::Day, Grain::Hour, Grain::Quarter};
    const QString ofSums = u"SELECT word, sum(counted), sum(prompt_tokens + completion_tokens) FROM rollups "
                           "JOIN names ON names.id = key WHERE grain = ? AND quarter >= ? AND quarter < ? "
                           "GROUP BY key"_s;
    AmountsOfKeys amounts;
    Done done;
    if (window == LimitWindow::Total) {
        done = addAmounts(database, ofSums, {int(Grain::Ever), 0, 1}, amounts);
    } else {
        const qint64 end = toMilliseconds(*span.end) / quarterMilliseconds;
        for (qint64 from = toMilliseconds(span.start) / quarterMilliseconds; done && from < end;) {
            const Grain grain = *std::find_if(std::begin(grains), std::end(grains), [&](Grain one) {
                return one == Grain::Quarter || (spanStart(one, from) == from && spanEnd(one, from) <= end);
            });
            done = addAmounts(database, ofSums, {int(grain), from, spanEnd(grain, from)}, amounts);
            from = spanEnd(grain, from);
        }
    }
    if (done)
        done = addAmounts(database,
                          u"SELECT key_id, sum(iif(kind = 'reset', -requests, requests)), "
                          "sum(iif(kind = 'reset', -tokens, tokens)) FROM adjustments "
                          "WHERE window_kind = ? AND window_start = ? GROUP BY key_id"_s,
                          {toString(window), toMilliseconds(span.start)}, amounts);
    return done ? Result<AmountsOfKeys>(std::move(amounts)) : tl::unexpected(done.error());
}

static Done checkWindow(Database &database, LimitWindow window, const WindowSpan &span,
                        BooksFindings &findings)
{
    const auto expected = expectedCounters(database, window, span);
    if (!expected)
        return tl::unexpected(expected.error());
    // Keys that are gone left sums, and no counters. A key that never counted in this window has none, either.
    auto query = database.run(u"SELECT id, requests, tokens FROM keys JOIN counters ON key_id = id WHERE "
                              u"window_kind = ? AND window_start = ? "
                              "UNION ALL SELECT id, 0, 0 FROM keys WHERE ? = 'total' AND NOT EXISTS "
                              "(SELECT 1 FROM counters WHERE key_id = keys.id AND window_kind = 'total')"_s,
                              {toString(window), toMilliseconds(span.start), toString(window)});
    if (!query)
        return tl::unexpected(query.error());
    while ((*query)->next()) {
        const QString key = (*query)->value(0).toString();
        const Amounts should = expected->value(key);
        const Amounts is{(*query)->value(1).toLongLong(), (*query)->value(2).toLongLong()};
        BooksDiscrepancy one{BooksDiscrepancy::Between::SumsAndCounters,
                             key,
                             toString(window),
                             span.start,
                             u"requests"_s,
                             should.requests,
                             is.requests};
        if (one.expected != one.found)
            note(findings, one);
        one.figure = u"tokens"_s;
        one.expected = should.tokens;
        one.found = is.tokens;
        if (one.expected != one.found)
            note(findings, one);
    }
    (*query)->finish();
    return {};
}

Done compareCounters(Database &database, const Marks &marks, BooksFindings &findings)
{
    // Sums know no minutes.
    for (const auto window :
         {LimitWindow::Hour, LimitWindow::Day, LimitWindow::Week, LimitWindow::Month, LimitWindow::Total}) {
        const auto newest =
            number(database, u"SELECT coalesce(max(window_start), -1) FROM counters WHERE window_kind = ?"_s,
                   {toString(window)});
        if (!newest)
            return tl::unexpected(newest.error());
        const bool isTotal = window == LimitWindow::Total;
        // A window that began in another time zone began elsewhere.
        const bool known = marks.zone.isValid() && *newest >= 0 &&
                           (marks.zoneSince == 0 || *newest > marks.zoneSince) &&
                           *newest / quarterMilliseconds >= marks.sumsFrom;
        if (!isTotal && !known)
            continue;
        const WindowSpan span =
            isTotal ? WindowSpan() : windowAt(window, fromMilliseconds(*newest), marks.zone);
        if (auto done = checkWindow(database, window, span, findings); !done)
            return done;
    }
    return {};
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/booksretention.h"

#include "service/store/auditstore.h"
#include "service/store/pendingsums.h"

using namespace Qt::StringLiterals;

namespace quota::service::booksretention
{

// Of keys, then of all keys together.
static constexpr int grains[] = {0, 1, 2, 3, 10, 11, 12, 13, 21, 22, 23};

QString toString(Part part)
{
    switch (part) {
    case Part::Rows:
        return u"requests"_s;
    case Part::Sums:
        return u"sums"_s;
    case Part::Audit:
        return u"audit"_s;
    }
    Q_UNREACHABLE();
}

Timestamp edge(Part part, Timestamp before)
{
    const qint64 quarter = std::max<qint64>(0, toMilliseconds(before) / quarterMilliseconds);
    const Grain grain = part == Part::Sums ? Grain::Month : Grain::Quarter;
    return fromMilliseconds(spanStart(grain, quarter) * quarterMilliseconds);
}

static Result<bool> hasOlder(Database &database, Part part, Timestamp end)
{
    const auto has = [&](const QString &source, const QVariantList &values) -> Result<bool> {
        auto query = database.run(u"SELECT EXISTS (SELECT 1 FROM %1)"_s.arg(source), values);
        if (!query)
            return tl::unexpected(query.error());
        const bool found = (*query)->next() && (*query)->value(0).toInt() != 0;
        (*query)->finish();
        return found;
    };
    if (part == Part::Rows)
        return has(u"requests WHERE reserved_at < ?"_s, {toMilliseconds(end)});
    if (part == Part::Audit)
        return has(u"audit WHERE time < ?"_s, {toMilliseconds(end)});
    for (const int grain : grains) {
        auto found = has(u"rollups WHERE grain = ? AND quarter < ?"_s,
                         {grain, toMilliseconds(end) / quarterMilliseconds});
        if (!found || *found)
            return found;
    }
    return false;
}

Result<bool> begin(Database &database, Part part, Timestamp before, Timestamp now)
{
    const Timestamp end = edge(part, before);
    auto older = hasOlder(database, part, end);
    if (!older || !*older)
        return older;
    // The mark first: who compares rows with sums leaves out what is about to go.
    Transaction transaction(database);
    auto done = transaction.begin();
    if (done && part != Part::Audit) {
        const QString mark = part == Part::Rows ? u"rows_from"_s : u"sums_from"_s;
        done = database.change(u"UPDATE books SET %1 = max(%1, ?)"_s.arg(mark), {toMilliseconds(end)})
                   .map([](qint64) {});
    }
    if (done)
        done = auditstore::append(database, now, u"service"_s, u"retention.remove"_s, toString(part),
                                  u"before %1"_s.arg(toIso(end)));
    if (done)
        done = transaction.commit();
    return done ? Result<bool>(true) : tl::unexpected(done.error());
}

Result<qint64> removeSome(Database &database, Part part, Timestamp before, qint64 most)
{
    const qint64 end = toMilliseconds(edge(part, before));
    if (part == Part::Rows) {
        return database.change(u"DELETE FROM requests WHERE id IN (SELECT id FROM requests WHERE "
                               "reserved_at < ? AND id <= (SELECT summed_through FROM books) "
                               "ORDER BY reserved_at LIMIT ?)"_s,
                               {end, most});
    }
    if (part == Part::Audit) {
        return database.change(
            u"DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE time < ? ORDER BY time LIMIT ?)"_s,
            {end, most});
    }
    for (const int grain : grains) {
        auto removed =
            database.change(u"DELETE FROM rollups WHERE (grain, quarter, key, model, provider, status) IN "
                            "(SELECT grain, quarter, key, model, provider, status FROM rollups "
                            "WHERE grain = ? AND quarter < ? ORDER BY quarter LIMIT ?)"_s,
                            {grain, end / quarterMilliseconds, most});
        if (!removed || *removed > 0)
            return removed;
    }
    return 0;
}

}

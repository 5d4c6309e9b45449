// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/store/bookscomparison.h"

#include <array>

using namespace Qt::StringLiterals;

namespace quota::service::bookscheck
{

const QStringList &figures()
{
    static const QStringList all{
        u"requests"_s,      u"counted"_s,           u"refused"_s,       u"failed"_s,          u"estimated"_s,
        u"prompt_tokens"_s, u"completion_tokens"_s, u"cached_tokens"_s, u"reasoning_tokens"_s};
    return all;
}

Result<qint64> number(Database &database, const QString &statement, const QVariantList &values)
{
    auto query = database.run(statement, values);
    if (!query)
        return tl::unexpected(query.error());
    const qint64 value = (*query)->next() ? (*query)->value(0).toLongLong() : 0;
    (*query)->finish();
    return value;
}

Result<Marks> readMarks(Database &database)
{
    auto query = database.run(u"SELECT rows_from, sums_from, zone_since, time_zone FROM books"_s);
    if (!query)
        return tl::unexpected(query.error());
    Marks marks;
    if ((*query)->next()) {
        const QSqlQuery &row = **query;
        const auto quarter = [&row](int column) {
            return (row.value(column).toLongLong() + quarterMilliseconds - 1) / quarterMilliseconds;
        };
        marks = {quarter(0), quarter(1), row.value(2).toLongLong(), QTimeZone(row.value(3).toByteArray())};
    }
    (*query)->finish();
    return marks;
}

static Result<QString> wordOf(Database &database, qint64 key)
{
    auto query = database.run(u"SELECT word FROM names WHERE id = ?"_s, {key});
    if (!query)
        return tl::unexpected(query.error());
    const QString word = (*query)->next() ? (*query)->value(0).toString() : QString();
    (*query)->finish();
    return word;
}

static QString wordOfGrain(int grain)
{
    static constexpr std::array words{"quarter"_L1, "hour"_L1, "day"_L1, "month"_L1, "total"_L1};
    return words.at(size_t(grain % int(Grain::ForAllKeys)));
}

void note(BooksFindings &findings, BooksDiscrepancy discrepancy)
{
    ++findings.total;
    if (findings.named.size() < BooksFindings::namedDiscrepancies)
        findings.named.append(std::move(discrepancy));
}

static QString figuresOf(const QString &pattern, const QString &separator = u", "_s)
{
    QStringList all;
    for (const QString &figure : figures())
        all.append(QString(pattern).replace(u'%', figure));
    return all.join(separator);
}

// A row of sums that differs: where it is, and by how much each figure is too small.
static Done noteDifferences(Database &database, const Comparison &comparison, const QVariantList &row,
                            BooksFindings &findings)
{
    constexpr qsizetype places = 5; // start, key, model, provider, status
    for (qsizetype index = 0; index < figures().size(); ++index) {
        const qint64 difference = row.at(places + index).toLongLong();
        if (difference == 0)
            continue;
        if (findings.named.size() == BooksFindings::namedDiscrepancies) {
            ++findings.total;
            continue;
        }
        const auto found =
            number(database,
                   u"SELECT %1 FROM rollups WHERE grain = ? AND quarter = ? AND key = ? AND model = ? AND "
                   "provider = ? AND status = ?"_s.arg(figures().at(index)),
                   QVariantList{comparison.coarse} + row.first(places));
        const auto key = wordOf(database, row.at(1).toLongLong());
        if (!found || !key)
            return tl::unexpected(found ? key.error() : found.error());
        note(findings, {comparison.between, *key, wordOfGrain(comparison.coarse),
                        fromMilliseconds(row.at(0).toLongLong() * quarterMilliseconds), figures().at(index),
                        *found + difference, *found});
    }
    return {};
}

Done compare(Database &database, const Comparison &comparison, BooksFindings &findings)
{
    if (comparison.span.from >= comparison.span.to)
        return {};
    const QString statement =
        u"SELECT start, key, model, provider, status, %1 FROM (%2 UNION ALL SELECT quarter, key, model, "
        "provider, status, %3 FROM rollups WHERE grain = %4 AND quarter >= ? AND quarter < ?%5) "
        "GROUP BY start, key, model, provider, status HAVING %6"_s.arg(
            figuresOf(u"sum(%)"_s), comparison.fine, figuresOf(u"-%"_s), QString::number(comparison.coarse),
            comparison.condition, figuresOf(u"sum(%) <> 0"_s, u" OR "_s));
    const auto &[from, to] = comparison.span;
    auto query = database.run(statement, {from, to, from, to});
    if (!query)
        return tl::unexpected(query.error());
    while ((*query)->next()) {
        QVariantList row;
        for (int column = 0; column < int(figures().size()) + 5; ++column)
            row.append((*query)->value(column));
        if (auto done = noteDifferences(database, comparison, row, findings); !done)
            return done;
    }
    (*query)->finish();
    return {};
}

}

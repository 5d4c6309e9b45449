// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/lostfigures.h"

#include "service/store/counterscheck.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

Result<qint64> LostFigures::fill(const QString &statement)
{
    return m_database.change(statement);
}

const char *const LostFigures::limitsLost = QT_TRANSLATE_NOOP(
    "service", "Limits of the key %1 may be lost, so it is disabled. Look at its limits, then enable "
               "it: quota-proxy keys enable.");

// A key without its template would have no limits.
Done LostFigures::leaveTemplates(const StoredReference &reference, QList<RepairRemark> &remarks)
{
    auto query = m_database.run(
        u"UPDATE keys SET disabled = 1, \"%1\" = NULL WHERE \"%1\" IS NOT NULL AND \"%1\" NOT IN "
        "(SELECT \"%2\" FROM \"%3\") RETURNING id"_s.arg(reference.column, reference.parentColumn,
                                                         reference.parent));
    if (!query)
        return tl::unexpected(query.error());
    while ((*query)->next())
        remarks.append({reference.parent, limitsLost, {(*query)->value(0).toString()}});
    (*query)->finish();
    return {};
}

Done LostFigures::removeOrphans(const StoredSchema &schema, QList<RepairRemark> &remarks)
{
    for (const StoredTable &table : schema.tables) {
        for (const StoredReference &reference : table.references) {
            if (table.name == "keys"_L1) {
                if (const Done left = leaveTemplates(reference, remarks); !left)
                    return left;
                continue;
            }
            const auto removed = fill(
                u"DELETE FROM \"%1\" WHERE \"%2\" IS NOT NULL AND \"%2\" NOT IN (SELECT \"%3\" FROM \"%4\")"_s
                    .arg(table.name, reference.column, reference.parentColumn, reference.parent));
            if (!removed)
                return tl::unexpected(removed.error());
            if (*removed > 0)
                remarks.append(
                    {table.name,
                     QT_TRANSLATE_NOOP("service", "%1 rows belonged to rows of %2 that are not there; "
                                                  "they are left out."),
                     {QString::number(*removed), reference.parent}});
        }
    }
    return {};
}

// Whatever was not in the sums yet is taken to be: no limit counts a request twice.
Done LostFigures::restoreMark(QList<RepairRemark> &remarks)
{
    if (!m_hasBooks)
        return {};
    const auto made =
        fill(u"INSERT OR IGNORE INTO books (id, summed_through, rows_from, sums_from, time_zone, "
             "zone_since) VALUES (1, (SELECT coalesce(max(id), 0) FROM requests), 0, 0, '', 0)"_s);
    if (!made)
        return tl::unexpected(made.error());
    if (*made > 0)
        remarks.append(
            {u"books"_s,
             QT_TRANSLATE_NOOP("service", "The mark up to which rows are in the sums is lost; it is set "
                                          "to the last row."),
             {}});
    return {};
}

Done LostFigures::markLostRows(const std::optional<StoredRow> &before)
{
    if (!m_hasBooks)
        return {};
    const auto marked = m_database.change(
        u"UPDATE books SET rows_from = max(rows_from, coalesce((SELECT (reserved_at / 900000 + 1) * 900000 "
        u"FROM "
        "requests WHERE id >= ? ORDER BY id LIMIT 1), (SELECT (max(quarter) + 1) * 900000 FROM rollups WHERE "
        "grain = 10), 0))"_s,
        {before ? before->rowid : std::numeric_limits<qint64>::max()});
    return marked ? Done() : tl::unexpected(marked.error());
}

// A row without its word would be in no report.
Done LostFigures::fillWords(QList<RepairRemark> &remarks)
{
    const auto made = fill(u"INSERT OR IGNORE INTO names (id, word) SELECT number, 'lost-' || number FROM "
                           u"(SELECT key AS number FROM "
                           "requests UNION SELECT model FROM requests UNION SELECT provider FROM requests "
                           "UNION SELECT key FROM rollups "
                           "UNION SELECT model FROM rollups UNION SELECT provider FROM rollups) WHERE number "
                           "<> 0 AND number NOT IN "
                           "(SELECT id FROM names)"_s);
    if (!made)
        return tl::unexpected(made.error());
    if (*made > 0)
        remarks.append(
            {u"names"_s,
             QT_TRANSLATE_NOOP("service", "%1 names of keys, models or providers are lost; in reports "
                                          "they are called lost-NUMBER."),
             {QString::number(*made)}});
    return {};
}

Done LostFigures::fillSums(QList<RepairRemark> &remarks)
{
    static const QString figures = u"sum(requests), sum(counted), sum(refused), sum(failed), sum(estimated), "
                                   "sum(prompt_tokens), sum(completion_tokens), sum(cached_tokens), "
                                   "sum(reasoning_tokens)"_s;
    const auto coarser = [](int coarse, const QString &start, int fine) {
        return u"INSERT OR IGNORE INTO rollups SELECT %1, %2 AS start, key, model, provider, status, %3 FROM "
               u"rollups "
               "WHERE grain = %4 GROUP BY start, key, model, provider, status"_s.arg(
                   QString::number(coarse), start, figures, QString::number(fine));
    };
    const QString month = u"strftime('%s', quarter * 900, 'unixepoch', 'start of month') / 900"_s;
    QStringList statements{
        u"INSERT OR IGNORE INTO rollups SELECT 0, reserved_at / 900000 AS start, key, model, provider, "
        u"status, "
        "sum(outcome <> 3), sum(iif(outcome = 3, 0, requests)), sum(outcome = 3), "
        "sum(outcome = 1 OR (outcome <> 3 AND status >= 500)), sum(outcome <> 3 AND measure <> 0), "
        "sum(iif(outcome = 3, 0, prompt_tokens)), sum(iif(outcome = 3, 0, completion_tokens)), "
        "sum(iif(outcome = 3, 0, cached_tokens)), sum(iif(outcome = 3, 0, reasoning_tokens)) FROM requests "
        "WHERE id <= (SELECT summed_through FROM books) AND reserved_at >= (SELECT sums_from FROM books) "
        "GROUP BY start, key, model, provider, status"_s,
        coarser(1, u"quarter / 4 * 4"_s, 0), coarser(2, u"quarter / 96 * 96"_s, 1), coarser(3, month, 2),
        u"INSERT OR IGNORE INTO rollups SELECT 4, 0, key, 0, 0, 0, %1 FROM rollups WHERE grain = 3 GROUP BY key"_s
            .arg(figures)};
    for (int grain = 0; grain < 4; ++grain)
        statements.append(
            u"INSERT OR IGNORE INTO rollups SELECT %1, quarter, 0, model, provider, status, %2 FROM "
            "rollups WHERE grain = %3 GROUP BY quarter, model, provider, status"_s.arg(
                QString::number(grain + 10), figures, QString::number(grain)));
    for (int grain = 1; grain < 4 && m_hasKeySums; ++grain)
        statements.append(u"INSERT OR IGNORE INTO rollups SELECT %1, quarter, key, 0, 0, 0, %2 FROM rollups "
                          "WHERE grain = %3 GROUP BY quarter, key"_s.arg(QString::number(grain + 20), figures,
                                                                         QString::number(grain)));
    qint64 made = 0;
    for (const QString &statement : std::as_const(statements)) {
        const auto filled = fill(statement);
        if (!filled)
            return tl::unexpected(filled.error());
        made += *filled;
    }
    if (made > 0)
        remarks.append(
            {u"rollups"_s,
             QT_TRANSLATE_NOOP("service", "%1 lost sums were made anew, out of rows and finer sums."),
             {QString::number(made)}});
    return {};
}

// A key without its counter would begin its allowance anew.
Done LostFigures::fillCounters(QList<RepairRemark> &remarks)
{
    const auto marks = bookscheck::readMarks(m_database);
    if (!marks)
        return tl::unexpected(marks.error());
    qint64 made = 0;
    for (const auto window :
         {LimitWindow::Hour, LimitWindow::Day, LimitWindow::Week, LimitWindow::Month, LimitWindow::Total}) {
        const bool isTotal = window == LimitWindow::Total;
        if (!isTotal && !marks->zone.isValid())
            continue;
        const WindowSpan span = isTotal ? WindowSpan() : windowAt(window, m_now, marks->zone);
        const auto amounts = bookscheck::expectedCounters(m_database, window, span);
        if (!amounts)
            return tl::unexpected(amounts.error());
        for (auto it = amounts->begin(); it != amounts->end(); ++it) {
            if (it->requests == 0 && it->tokens == 0)
                continue;
            const auto filled = m_database.change(
                u"INSERT OR IGNORE INTO counters (key_id, window_kind, window_start, requests, tokens) "
                "SELECT id, ?, ?, ?, ? FROM keys WHERE id = ?"_s,
                {toString(window), toMilliseconds(span.start), it->requests, it->tokens, it.key()});
            if (!filled)
                return tl::unexpected(filled.error());
            made += *filled;
        }
    }
    if (made > 0)
        remarks.append({u"counters"_s,
                        QT_TRANSLATE_NOOP("service", "%1 lost counters were made anew, out of sums."),
                        {QString::number(made)}});
    return {};
}

Done LostFigures::makeUp(const QStringList &tables, QList<RepairRemark> &remarks)
{
    const auto lost = [&tables](const char *table) { return tables.contains(QLatin1StringView(table)); };
    Done done;
    if (m_hasBooks && lost("names"))
        done = fillWords(remarks);
    if (done && m_hasBooks && lost("rollups"))
        done = fillSums(remarks);
    if (done && m_hasBooks && lost("counters"))
        done = fillCounters(remarks);
    return done;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/lossreport.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::service
{

Done LossReport::tell(const PageFile &pages, const SavedSchema &saved, QList<RepairRemark> &remarks)
{
    Done done = tellLosses(saved);
    if (done)
        done = tellLostKeys(pages, saved);
    remarks += m_remarks;
    return done;
}

Result<qint64> LossReport::rowsWithin(const StoredTable &table, const LostSpan &span)
{
    QStringList columns;
    for (const StoredColumn &column : table.columns) {
        if (table.hasRowid ? column.isRowid : columns.size() < table.keyColumns)
            columns.append(column.name);
    }
    QStringList conditions;
    QVariantList values;
    const auto bound = [&](const std::optional<StoredRow> &row, const char *relation) {
        if (!row || columns.isEmpty())
            return;
        QStringList places;
        for (qsizetype index = 0; index < columns.size(); ++index) {
            places.append(u"?"_s);
            const StoredValue &value = row->values.at(index);
            if (table.hasRowid)
                values.append(row->rowid);
            else if (value.kind == StoredValue::Kind::Integer)
                values.append(value.integer);
            else if (value.kind == StoredValue::Kind::Blob)
                values.append(QByteArray(value.bytes));
            else
                values.append(QString::fromUtf8(value.bytes));
        }
        conditions.append(
            u"(%1) %2 (%3)"_s.arg(columns.join(u", "_s), QLatin1StringView(relation), places.join(u", "_s)));
    };
    bound(span.after, ">");
    bound(span.before, "<");
    const QString where = conditions.isEmpty() ? QString() : u" WHERE "_s + conditions.join(u" AND "_s);
    auto query = m_database.run(u"SELECT count(*) FROM \"%1\"%2"_s.arg(table.name, where), values);
    if (!query)
        return tl::unexpected(query.error());
    const qint64 count = (*query)->next() ? (*query)->value(0).toLongLong() : 0;
    (*query)->finish();
    return count;
}

Done LossReport::tellLoss(const StoredTable &table, const LostSpan &span)
{
    const QString after = span.after ? table.keyOf(*span.after) : u"-"_s;
    const QString before = span.before ? table.keyOf(*span.before) : u"-"_s;
    if (span.rows > 0)
        remark(table.name, QT_TRANSLATE_NOOP("service", "%1 rows between %2 and %3 cannot be read."),
               {QString::number(span.rows), after, before});
    if (span.pages == 0)
        return {};
    const auto found = rowsWithin(table, span);
    if (!found)
        return tl::unexpected(found.error());
    remark(
        table.name,
        QT_TRANSLATE_NOOP(
            "service", "Between %1 and %2 %3 pages cannot be read; %4 rows of there were found elsewhere."),
        {after, before, QString::number(span.pages), QString::number(*found)});
    return {};
}

Done LossReport::tellLosses(const SavedSchema &saved)
{
    constexpr qsizetype most = 100; // of a table
    for (const StoredTable &table : std::as_const(m_schema.tables)) {
        const QList<LostSpan> spans = m_losses.value(table.name);
        for (qsizetype index = 0; index < std::min(most, spans.size()); ++index) {
            if (const Done told = tellLoss(table, spans.at(index)); !told)
                return told;
        }
        if (spans.size() > most)
            remark(table.name, QT_TRANSLATE_NOOP("service", "%1 more places cannot be read."),
                   {QString::number(spans.size() - most)});
    }
    for (const QString &stranger : saved.strangers)
        remark(stranger,
               QT_TRANSLATE_NOOP("service", "This table is none of this program; it does not come along."));
    return {};
}

// An index of keys knows their ids without their rows.
Done LossReport::tellLostKeys(const PageFile &pages, const SavedSchema &saved)
{
    if (!m_losses.contains(u"keys"_s))
        return {};
    for (const StoredIndex &index : std::as_const(m_schema.indexes)) {
        if (index.table != "keys"_L1 || index.entries.columns.first().name != "secret_hash"_L1)
            continue;
        QStringList ids;
        TreeReader reader(pages);
        const auto read =
            reader.read(index.entries, saved.roots.value(index.name), [&](const StoredRow &row) -> Done {
                const QString id = QString::fromUtf8(row.values.last().bytes);
                auto query = m_database.run(u"SELECT count(*) FROM keys WHERE id = ?"_s, {id});
                if (!query)
                    return tl::unexpected(query.error());
                if ((*query)->next() && (*query)->value(0).toInt() == 0 && !ids.contains(id))
                    ids.append(id);
                (*query)->finish();
                return {};
            });
        if (!read)
            return tl::unexpected(read.error());
        for (const QString &id : std::as_const(ids))
            remark(u"keys"_s, QT_TRANSLATE_NOOP("service", "The key %1 is lost."),
                   {id.simplified().left(80)});
        break;
    }
    return {};
}

}

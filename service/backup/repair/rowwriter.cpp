// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/rowwriter.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

Done RowWriter::begin(const StoredSchema &schema)
{
    auto instance = m_database.meta(u"instance"_s);
    auto created = m_database.meta(u"created"_s);
    if (!instance || !created)
        return tl::unexpected(instance ? created.error() : instance.error());
    m_instance = *instance;
    m_created = *created;
    for (const StoredTable &table : schema.tables) {
        if (const auto emptied = m_database.change(u"DELETE FROM \"%1\""_s.arg(table.name)); !emptied)
            return tl::unexpected(emptied.error());
        QStringList columns;
        QStringList places;
        for (const StoredColumn &column : table.columns) {
            columns.append(u'"' + column.name + u'"');
            places.append(u"?"_s);
        }
        m_texts.insert(table.name, u"INSERT OR IGNORE INTO \"%1\" (%2) VALUES (%3) RETURNING 1"_s
                                       .arg(table.name, columns.join(u", "_s), places.join(u", "_s))
                                       .toUtf8());
    }
    return {};
}

Result<Statement *> RowWriter::insertInto(const StoredTable &table)
{
    return m_database.statement(m_texts.constFind(table.name)->constData());
}

static void bind(Statement &statement, int position, const StoredValue &value)
{
    switch (value.kind) {
    case StoredValue::Kind::Null:
        return statement.bindNull(position);
    case StoredValue::Kind::Integer:
        return statement.bind(position, value.integer);
    case StoredValue::Kind::Real:
        return statement.bindReal(position, value.real);
    case StoredValue::Kind::Text:
        return statement.bind(position, value.bytes);
    case StoredValue::Kind::Blob:
        return statement.bindBlob(position, value.bytes);
    }
}

Done RowWriter::write(const StoredTable &table, const StoredRow &row)
{
    const auto insert = insertInto(table);
    if (!insert)
        return tl::unexpected(insert.error());
    for (int column = 0; column < int(row.values.size()); ++column)
        bind(**insert, column + 1, row.values.at(column));
    const auto inserted = (*insert)->next();
    if (!inserted)
        return tl::unexpected(inserted.error());
    m_rows[table.name] += *inserted ? 1 : 0;
    (*insert)->reset();
    return {};
}

Done RowWriter::write(const StoredTable &table, const StoredTable &entries, const StoredRow &entry)
{
    StoredRow row;
    for (const StoredColumn &column : table.columns) {
        for (qsizetype index = 0; index < entries.columns.size(); ++index) {
            const QString &name = entries.columns.at(index).name;
            if (name != column.name)
                continue;
            row.values.append(entry.values.at(index));
            row.rowid = column.isRowid ? entry.values.at(index).integer : row.rowid;
            break;
        }
    }
    return row.values.size() == table.columns.size() ? write(table, row) : Done();
}

Done RowWriter::restoreWhatWasThere(LostFigures &figures, QList<RepairRemark> &remarks)
{
    const auto had = [this](const QString &name) { return m_database.meta(name).has_value(); };
    if (!had(u"instance"_s))
        remarks.append(
            {u"meta"_s,
             QT_TRANSLATE_NOOP("service", "The id of this instance is lost; it has a new one: %1."),
             {m_instance}});
    for (const auto &[name, value] :
         {std::pair(u"instance"_s, m_instance), std::pair(u"created"_s, m_created)}) {
        const auto done =
            m_database.change(u"INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)"_s, {name, value});
        if (!done)
            return tl::unexpected(done.error());
    }
    return figures.restoreMark(remarks);
}

}

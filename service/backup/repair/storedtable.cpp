// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/storedtable.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::service
{

using Kind = StoredValue::Kind;

bool StoredTable::take(StoredRow &row) const
{
    if (row.values.isEmpty() || row.values.size() > columns.size())
        return false;
    for (qsizetype index = 0; index < columns.size(); ++index) {
        const StoredColumn &column = columns.at(index);
        if (index >= row.values.size()) {
            if (!column.fallback)
                return false;
            row.values.append(*column.fallback);
        }
        StoredValue &value = row.values[index];
        if (column.isRowid) {
            if (value.kind != Kind::Null)
                return false;
            value.kind = Kind::Integer;
            value.integer = row.rowid;
        } else if (value.kind == Kind::Null ? !column.mayBeNull : value.kind != column.kind) {
            return false;
        }
    }
    return true;
}

int StoredTable::compare(const StoredRow &left, const StoredRow &right) const
{
    if (hasRowid)
        return left.rowid < right.rowid ? -1 : left.rowid > right.rowid ? 1 : 0;
    for (int column = 0; column < keyColumns; ++column) {
        if (const int order = compareValues(left.values.at(column), right.values.at(column)); order != 0)
            return order;
    }
    return 0;
}

QString StoredTable::keyOf(const StoredRow &row) const
{
    if (hasRowid)
        return QString::number(row.rowid);
    QStringList words;
    for (int column = 0; column < keyColumns; ++column) {
        const StoredValue &value = row.values.at(column);
        words.append(value.kind == Kind::Integer ? QString::number(value.integer)
                     : value.kind == Kind::Blob  ? QString::fromLatin1(value.bytes.toHex())
                                                 : QString::fromUtf8(value.bytes).simplified().left(80));
    }
    return words.join(u'/');
}

StoredTable tableOfTables()
{
    StoredTable table;
    table.name = u"sqlite_schema"_s;
    table.columns = {{u"type"_s, Kind::Text, false, false, {}},
                     {u"name"_s, Kind::Text, false, false, {}},
                     {u"tbl_name"_s, Kind::Text, false, false, {}},
                     {u"rootpage"_s, Kind::Integer, true, false, {}},
                     {u"sql"_s, Kind::Text, true, false, {}}};
    return table;
}

static Result<QList<QVariantList>> rowsOf(Database &database, const QString &statement)
{
    auto query = database.run(statement);
    if (!query)
        return tl::unexpected(query.error());
    QList<QVariantList> rows;
    while ((*query)->next()) {
        QVariantList row;
        for (int column = 0; column < 8; ++column)
            row.append((*query)->value(column));
        rows.append(row);
    }
    (*query)->finish();
    return rows;
}

static Kind kindOf(const QString &type)
{
    if (type.startsWith("INT"_L1))
        return Kind::Integer;
    return type == "TEXT"_L1 ? Kind::Text : type == "BLOB"_L1 ? Kind::Blob : Kind::Real;
}

// What a row lacks that was written before the column was added.
static Result<std::optional<StoredValue>> fallbackOf(Database &database, const QVariant &literal,
                                                     bool mayBeNull)
{
    if (literal.isNull())
        return mayBeNull ? std::optional(StoredValue()) : std::nullopt;
    const auto rows = rowsOf(database, u"SELECT %1, 0, 0, 0, 0, 0, 0, 0"_s.arg(literal.toString()));
    if (!rows)
        return tl::unexpected(rows.error());
    const QVariant value = rows->constFirst().constFirst();
    StoredValue fallback;
    if (value.typeId() == QMetaType::QString) {
        fallback.kind = Kind::Text;
        fallback.bytes = value.toString().toUtf8();
    } else if (!value.isNull()) {
        fallback.kind = Kind::Integer;
        fallback.integer = value.toLongLong();
    }
    return std::optional(fallback);
}

static Result<StoredTable> readTable(Database &database, const QString &name, const QString &sql)
{
    // name, type, notnull, default, place in the primary key
    const auto found = rowsOf(
        database,
        u"SELECT name, type, \"notnull\", dflt_value, pk, 0, 0, 0 FROM pragma_table_info('%1') ORDER BY cid"_s
            .arg(name));
    if (!found)
        return tl::unexpected(found.error());
    StoredTable table;
    table.name = name;
    table.hasRowid = !sql.contains("WITHOUT ROWID"_L1);
    QList<QVariantList> rows = *found;
    if (!table.hasRowid) {
        // Columns of the key come first, in its order; a view of the list of all columns otherwise.
        std::stable_sort(rows.begin(), rows.end(), [](const QVariantList &left, const QVariantList &right) {
            const auto place = [](const QVariantList &row) {
                const int inKey = row.at(4).toInt();
                return inKey > 0 ? inKey : 1000;
            };
            return place(left) < place(right);
        });
    }
    for (const QVariantList &row : std::as_const(rows)) {
        StoredColumn column;
        column.name = row.at(0).toString();
        column.kind = kindOf(row.at(1).toString());
        const bool isKey = row.at(4).toInt() > 0;
        column.isRowid = table.hasRowid && isKey && column.kind == Kind::Integer;
        column.mayBeNull = row.at(2).toInt() == 0 && !isKey;
        const auto fallback = fallbackOf(database, row.at(3), column.mayBeNull);
        if (!fallback)
            return tl::unexpected(fallback.error());
        column.fallback = *fallback;
        table.keyColumns += !table.hasRowid && isKey ? 1 : 0;
        table.columns.append(column);
    }
    const auto references = rowsOf(
        database,
        u"SELECT \"table\", \"from\", \"to\", 0, 0, 0, 0, 0 FROM pragma_foreign_key_list('%1')"_s.arg(name));
    if (!references)
        return tl::unexpected(references.error());
    for (const QVariantList &row : *references)
        table.references.append({row.at(1).toString(), row.at(0).toString(), row.at(2).toString()});
    return table;
}

// The entries hold the named columns, then what of the row's own key is not among them.
static Result<StoredIndex> readIndex(Database &database, const QString &name, const StoredTable &table)
{
    const auto rows = rowsOf(
        database,
        u"SELECT name, cid, 0, 0, 0, 0, 0, 0 FROM pragma_index_xinfo('%1') ORDER BY seqno"_s.arg(name));
    if (!rows)
        return tl::unexpected(rows.error());
    StoredIndex index;
    index.name = name;
    index.table = table.name;
    index.entries.name = name;
    index.entries.hasRowid = false;
    qsizetype held = 0;
    for (const QVariantList &row : *rows) {
        StoredColumn column;
        const QString wanted = row.at(0).toString();
        const bool isRowid = row.at(1).toInt() < 0;
        const auto known =
            std::find_if(table.columns.begin(), table.columns.end(),
                         [&](const StoredColumn &one) { return isRowid ? one.isRowid : one.name == wanted; });
        if (known != table.columns.end()) {
            column = *known;
            ++held;
        }
        if (isRowid)
            column.kind = Kind::Integer;
        column.isRowid = false;
        column.fallback.reset();
        index.entries.columns.append(column);
    }
    index.entries.keyColumns = int(index.entries.columns.size());
    index.holdsRows = held == table.columns.size();
    return index;
}

Result<StoredSchema> readStoredSchema(Database &database)
{
    const auto rows =
        rowsOf(database, u"SELECT type, name, tbl_name, sql, 0, 0, 0, 0 FROM sqlite_master WHERE type IN "
                         "('table', 'index') AND (type = 'index' OR name NOT LIKE 'sqlite\\_%' ESCAPE '\\') "
                         "ORDER BY type DESC"_s);
    if (!rows)
        return tl::unexpected(rows.error());
    StoredSchema schema;
    for (const QVariantList &row : *rows) {
        if (row.at(0).toString() == "table"_L1) {
            auto table = readTable(database, row.at(1).toString(), row.at(3).toString());
            if (!table)
                return tl::unexpected(table.error());
            schema.tables.append(std::move(*table));
            continue;
        }
        const auto table =
            std::find_if(schema.tables.begin(), schema.tables.end(),
                         [&](const StoredTable &one) { return one.name == row.at(2).toString(); });
        if (table == schema.tables.end())
            continue;
        auto index = readIndex(database, row.at(1).toString(), *table);
        if (!index)
            return tl::unexpected(index.error());
        schema.indexes.append(std::move(*index));
    }
    return schema;
}

}

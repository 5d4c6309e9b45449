// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/repair/storedrow.h"
#include "service/store/database.h"

// What rows of a table, or entries of an index, look like in a file: which columns, of which types, in which order. A
// repair tells by it whether bytes on a page are a row, and of which table a page is when nothing leads to it.
namespace quota::service
{

struct StoredColumn
{
    QString name;
    StoredValue::Kind kind = StoredValue::Kind::Null;
    bool mayBeNull = true;
    bool isRowid = false;                // its value is the row's number
    std::optional<StoredValue> fallback; // of rows that are older than the column
};

struct StoredReference // to a row of another table
{
    QString column;
    QString parent;
    QString parentColumn;
};

struct StoredTable
{
    QString name;
    bool hasRowid = true;        // else rows are entries of an index, ordered by their first columns
    QList<StoredColumn> columns; // in the order of the record
    int keyColumns = 0;          // where there is no rowid
    QList<StoredReference> references;

    int leafType() const { return hasRowid ? 0x0d : 0x0a; }
    int interiorType() const { return hasRowid ? 0x05 : 0x02; }
    // Brings the row into the table's shape, with what its older rows lack; false: it is none of this table.
    bool take(StoredRow &row) const;
    int compare(const StoredRow &left, const StoredRow &right) const;
    QString keyOf(const StoredRow &row) const; // for people
};

struct StoredIndex
{
    QString name;
    QString table;
    StoredTable entries;
    bool holdsRows = false; // every column of its table is in it
};

struct StoredSchema
{
    QList<StoredTable> tables;
    QList<StoredIndex> indexes;
};

// Of a database whose tables are as they should be.
Result<StoredSchema> readStoredSchema(Database &database);
// Of the table that names all others.
StoredTable tableOfTables();

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <optional>

// A row as a database file holds it: the strict reading of a record, and how rows are ordered. A repair reads with it.
// Pure.
namespace quota::service
{

struct StoredValue
{
    enum class Kind : quint8
    {
        Null,
        Integer,
        Real,
        Text,
        Blob
    };
    Kind kind = Kind::Null;
    qint64 integer = 0;
    double real = 0;
    QByteArray bytes; // of a text or a blob; perhaps a view of the page

    bool operator==(const StoredValue &) const = default;
};

struct StoredRow
{
    qint64 rowid = 0; // of tables that have one
    QList<StoredValue> values;
};

// Up to nine bytes; at goes behind it. Nothing: the bytes end before it does.
std::optional<quint64> readVarint(QByteArrayView bytes, qsizetype &at);

// The values of a record that fills these bytes exactly; nothing when they are no record. borrow: texts and blobs are
// views of the bytes, which outlive them.
std::optional<QList<StoredValue>> readRecord(QByteArrayView bytes, bool borrow);

// Below, at or above zero, as SQLite orders them in a key.
int compareValues(const StoredValue &left, const StoredValue &right);

}

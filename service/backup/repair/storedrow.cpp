// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/repair/storedrow.h"

#include <bit>

// https://www.sqlite.org/fileformat2.html#record_format
namespace quota::service
{

std::optional<quint64> readVarint(QByteArrayView bytes, qsizetype &at)
{
    quint64 value = 0;
    for (int index = 0; index < 9; ++index) {
        if (at < 0 || at >= bytes.size())
            return std::nullopt;
        const auto byte = quint8(bytes[at++]);
        if (index == 8)
            return (value << 8) | byte;
        value = (value << 7) | (byte & 0x7f);
        if ((byte & 0x80) == 0)
            return value;
    }
    return value;
}

static qsizetype lengthOf(quint64 type)
{
    static constexpr qsizetype fixed[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
    return type < 10 ? fixed[type] : qsizetype((type - 12) / 2);
}

static quint64 bigEndian(QByteArrayView bytes)
{
    quint64 value = 0;
    for (const char byte : bytes)
        value = (value << 8) | quint8(byte);
    return value;
}

static StoredValue valueOf(quint64 type, QByteArrayView bytes, bool borrow)
{
    StoredValue value;
    if (type == 0)
        return value;
    if (type == 7) {
        value.kind = StoredValue::Kind::Real;
        value.real = std::bit_cast<double>(bigEndian(bytes));
    } else if (type < 10) {
        value.kind = StoredValue::Kind::Integer;
        const int unused = 64 - int(bytes.size()) * 8;
        value.integer = type >= 8 ? qint64(type - 8) : qint64(bigEndian(bytes) << unused) >> unused;
    } else {
        value.kind = type % 2 == 0 ? StoredValue::Kind::Blob : StoredValue::Kind::Text;
        value.bytes =
            borrow ? QByteArray::fromRawData(bytes.data(), bytes.size()) : QByteArray(bytes.toByteArray());
    }
    return value;
}

std::optional<QList<StoredValue>> readRecord(QByteArrayView bytes, bool borrow)
{
    qsizetype at = 0;
    const auto headerSize = readVarint(bytes, at);
    if (!headerSize || *headerSize < quint64(at) || *headerSize > quint64(bytes.size()))
        return std::nullopt;
    const auto header = qsizetype(*headerSize);
    QList<StoredValue> values;
    qsizetype body = header;
    while (at < header) {
        const auto type = readVarint(bytes.first(header), at);
        if (!type || *type == 10 || *type == 11)
            return std::nullopt;
        const qsizetype length = lengthOf(*type);
        if (length > bytes.size() - body)
            return std::nullopt;
        values.append(valueOf(*type, bytes.sliced(body, length), borrow));
        body += length;
    }
    if (body != bytes.size())
        return std::nullopt;
    return values;
}

int compareValues(const StoredValue &left, const StoredValue &right)
{
    using Kind = StoredValue::Kind;
    const auto rank = [](Kind kind) { return kind == Kind::Real ? int(Kind::Integer) : int(kind); };
    if (rank(left.kind) != rank(right.kind))
        return rank(left.kind) - rank(right.kind);
    const auto order = [](const auto &one, const auto &other) {
        return one < other ? -1 : one > other ? 1 : 0;
    };
    if (left.kind == Kind::Text || left.kind == Kind::Blob)
        return order(left.bytes, right.bytes);
    if (left.kind == Kind::Integer && right.kind == Kind::Integer)
        return order(left.integer, right.integer);
    const auto number = [](const StoredValue &value) {
        return value.kind == Kind::Real ? value.real : double(value.integer);
    };
    return order(number(left), number(right));
}

}

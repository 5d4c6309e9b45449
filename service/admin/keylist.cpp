// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/keylist.h"

#include "service/admin/keyview.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <limits>
#include <tuple>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

// Where a key stands in an order; the id parts equals.
struct Place
{
    qint64 number = 0;
    QString text;
    QString id;

    friend bool operator<(const Place &left, const Place &right)
    {
        return std::tie(left.number, left.text, left.id) < std::tie(right.number, right.text, right.id);
    }
};

struct Row
{
    Place place;
    KeyEntryPointer entry;
};

}

static Place placeOf(const KeyEntry &entry, KeySort sort, Timestamp now)
{
    Place place{0, {}, entry.key.id.value};
    switch (sort) {
    case KeySort::Created:
        place.number = toMilliseconds(entry.key.createdAt);
        break;
    case KeySort::Label:
        place.text = entry.key.label.toCaseFolded();
        break;
    case KeySort::RequestsToday:
        place.number = todayOf(entry, now).requests;
        break;
    case KeySort::TokensToday:
        place.number = todayOf(entry, now).tokens;
        break;
    case KeySort::LastUsed: { // never: before all others
        const auto used = entry.account->lastUsedAt();
        place.number = used ? toMilliseconds(*used) : std::numeric_limits<qint64>::min();
        break;
    }
    case KeySort::Expires: // never: after all others
        place.number =
            entry.key.expiresAt ? toMilliseconds(*entry.key.expiresAt) : std::numeric_limits<qint64>::max();
        break;
    }
    return place;
}

static QString orderOf(const KeyQuery &query)
{
    return (query.descending ? u"-"_s : QString()) + toString(query.sort);
}

static QString cursorAt(const Place &place, const KeyQuery &query)
{
    // The number as text: a JSON number is a double and would round it.
    const QJsonArray parts{orderOf(query), QString::number(place.number), place.text, place.id};
    return QString::fromLatin1(QJsonDocument(parts)
                                   .toJson(QJsonDocument::Compact)
                                   .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

static std::optional<Place> placeAt(const QString &cursor, const KeyQuery &query)
{
    const auto decoded = QByteArray::fromBase64Encoding(
        cursor.toLatin1(), QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
    const QJsonArray parts = QJsonDocument::fromJson(*decoded).array();
    bool isNumber = false;
    const Place place{parts.at(1).toString().toLongLong(&isNumber), parts.at(2).toString(),
                      parts.at(3).toString()};
    if (!decoded || parts.size() != 4 || !isNumber || parts.at(0).toString() != orderOf(query))
        return std::nullopt;
    return place;
}

static bool isWanted(const ApiKey &key, const KeyQuery &query, Timestamp now)
{
    const KeyState state = key.stateAt(now);
    if (query.state ? state != *query.state : state == KeyState::Deleted)
        return false;
    return query.search.isEmpty() || key.label.contains(query.search, Qt::CaseInsensitive) ||
           key.id.value.contains(query.search, Qt::CaseInsensitive) ||
           key.preview().contains(query.search, Qt::CaseInsensitive);
}

Result<KeySlice> sliceKeys(const QList<KeyEntryPointer> &all, const KeyQuery &query,
                           const KeyEntryPointer &bySecret, qsizetype skip, Timestamp now)
{
    std::optional<Place> after;
    if (!query.after.isEmpty()) {
        after = placeAt(query.after, query);
        if (!after)
            return invalidField(u"after"_s,
                                u"after: this is not a cursor of this list; take “next” of the page "
                                "before, with the same sort, or leave it out."_s);
    }
    KeyQuery filter = query;
    if (bySecret)
        filter.search.clear();
    QList<Row> rows;
    KeySlice slice;
    const auto precedes = [&](const Place &left, const Place &right) {
        return query.descending ? right < left : left < right;
    };
    for (const KeyEntryPointer &entry : all) {
        if ((bySecret && entry != bySecret) || !isWanted(entry->key, filter, now))
            continue;
        ++slice.total;
        Place place = placeOf(*entry, query.sort, now);
        if (!after || precedes(*after, place))
            rows.append({std::move(place), entry});
    }
    std::sort(rows.begin(), rows.end(),
              [&](const Row &left, const Row &right) { return precedes(left.place, right.place); });
    const qsizetype first = qMin(skip, rows.size());
    const qsizetype end = qMin(first + query.limit, rows.size());
    for (qsizetype i = first; i < end; ++i)
        slice.entries.append(rows[i].entry);
    if (end < rows.size() && end > first)
        slice.next = cursorAt(rows[end - 1].place, query);
    return slice;
}

}

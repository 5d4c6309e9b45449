// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/clock.h"

#include <compare>
#include <unordered_map>
#include <vector>

// Sums of requests that are in the books as rows, and not yet as sums: added up here by quarter of an hour and by
// minute, so that a row of a table is touched once however many requests it gets. Names are numbers of the
// dictionary. The writing end of the books uses it; pure.
namespace quota::service
{

inline constexpr qint64 quarterMilliseconds = 900'000;
inline constexpr qint64 minuteMilliseconds = 60'000;

// As in the column; for all keys together ten more, of a key without model, provider and status twenty more (but for
// quarters of an hour).
enum class Grain : int
{
    Quarter = 0,
    Hour = 1,
    Day = 2,
    Month = 3,
    Ever = 4,
    ForAllKeys = 10,
    OfKeysAlone = 20
};

// The quarter of an hour, since the epoch, that the UTC span of this length around the given one begins with.
qint64 spanStart(Grain grain, qint64 quarter);
// The quarter that the span after the one that begins with this quarter begins with.
qint64 spanEnd(Grain grain, qint64 start);

struct BookedSums
{
    qint64 requests = 0; // forwarded
    qint64 counted = 0;  // what the ledger settled
    qint64 refused = 0;
    qint64 failed = 0;
    qint64 estimated = 0;
    qint64 promptTokens = 0;
    qint64 completionTokens = 0;
    qint64 cachedTokens = 0;
    qint64 reasoningTokens = 0;

    BookedSums &operator+=(const BookedSums &other);
    bool operator==(const BookedSums &) const = default;
};

struct Rollup // one row of the table of sums
{
    struct Place
    {
        qint64 grain = 0;
        qint64 quarter = 0;
        qint64 key = 0;
        qint64 model = 0;
        qint64 provider = 0;
        qint64 status = 0;
        auto operator<=>(const Place &) const = default;
    };
    Place place;
    BookedSums sums;
};

class PendingSums
{
public:
    // One row: where it counts, by quarter of an hour (the place's grain and quarter are filled in here).
    void add(Rollup::Place place, Timestamp reservedAt, const BookedSums &sums);
    bool isEmpty() const { return m_quarters.empty(); }
    void clear();

    // What the table of sums must grow by, in all grains, in the table's order.
    std::vector<Rollup> rollups() const;

    struct Minute // of one key
    {
        qint64 key = 0;
        qint64 minute = 0; // since the epoch
        qint64 counted = 0;
        qint64 tokens = 0;
    };
    // By key and time; minutes in which nothing counts are left out.
    std::vector<Minute> minutes() const;
    struct LastUse
    {
        qint64 key = 0;
        qint64 time = 0; // milliseconds since the epoch
    };
    std::vector<LastUse> lastUses() const;

private:
    struct Hash
    {
        size_t operator()(const Rollup::Place &place) const;
    };
    struct OfKey
    {
        qint64 lastUse = -1; // none: refused only
        std::unordered_map<qint64, Minute> minutes;
    };
    std::unordered_map<Rollup::Place, BookedSums, Hash> m_quarters;
    std::unordered_map<qint64, OfKey> m_keys;
};

}

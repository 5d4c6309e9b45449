// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/store/usagestore.h"

#include <unordered_map>
#include <vector>

// The sums that a report is made of: read from the largest spans of UTC that fit into the buckets of a zone. The
// report's parts use it.
namespace quota::service::usagestore
{

using QuarterHours = std::chrono::duration<qint64, std::ratio<900>>;

struct GroupSums
{
    qint64 number = 0; // in the dictionary, or the status
    UsageSums sums;
};

// The sums of a report while they are read: only what occurs takes room.
struct Collected
{
    std::vector<GroupSums> groups;
    std::unordered_map<qint64, size_t> places;    // of groups, by number
    std::unordered_map<qint64, UsageSums> points; // by place << 32 | point
};

// The starts of all buckets that touch the range.
Result<QList<Timestamp>> bucketStarts(const UsageQuery &query, const QTimeZone &zone);

// A word that the books do not know has the number 0, which no sum has.
Result<qint64> numberOfName(Database &database, const QString &word);

// The sums of the query's range by its groups and these points.
Result<Collected> collectSums(Database &database, const UsageQuery &query, const QList<Timestamp> &starts);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/apikey.h"
#include "shared/id.h"

// What was used: sums of requests and tokens over buckets of time, by key, model or provider. The same values
// travel from the store to the charts.
namespace quota
{

// How the tokens of a request became known.
enum class Measure
{
    Measured,
    Estimated,
    Unknown
};
QString toString(Measure measure);

struct UsageSums
{
    qint64 requests = 0; // forwarded, whatever came of them
    qint64 refused = 0;  // refused by a limit; never part of requests
    qint64 failed = 0;   // forwarded, and ended with 5xx or no answer; part of requests
    qint64 promptTokens = 0;
    qint64 completionTokens = 0;
    qint64 estimated = 0; // requests whose tokens are estimated or unknown; part of requests

    qint64 tokens() const { return promptTokens + completionTokens; }
    UsageSums &operator+=(const UsageSums &other);
    bool operator==(const UsageSums &) const = default;
};

enum class UsageBucket
{
    QuarterHour,
    Hour,
    Day,
    Month
};
enum class UsageGroup
{
    None,
    Key,
    Model,
    Provider,
    Status
};
QString toString(UsageBucket bucket);
QString toString(UsageGroup group);
std::optional<UsageBucket> usageBucketFromString(const QString &word);
std::optional<UsageGroup> usageGroupFromString(const QString &word);

inline constexpr int maximumUsageSeries = 100;
inline constexpr int maximumUsageBuckets = 2000; // per query; a finer question is refused with the cure

struct UsageQuery
{
    Timestamp from; // inclusive
    Timestamp to;   // exclusive
    UsageBucket bucket = UsageBucket::Day;
    UsageGroup group = UsageGroup::None;
    QByteArray timeZone; // IANA; empty: the instance's. Days and hours start by it.
    KeyId key;           // empty: all
    QString model;       // empty: all
    int top = 9;         // groups that get a series of their own; the rest is one more
};

struct UsagePoint
{
    Timestamp start; // of the bucket
    UsageSums sums;
    bool operator==(const UsagePoint &) const = default;
};

struct UsageSeries
{
    QString group; // id of the key or provider, name of the model, status; empty without grouping
    QString label; // for a person
    UsageSums sums;
    QList<UsagePoint> points; // one for each bucket of the range, zeros included, in time order
    bool operator==(const UsageSeries &) const = default;
};

// What counts as used without a request that tells of it: the service was killed, and what it had promised to
// requests under way, or was about to, is taken for spent so that no limit is crossed. Not part of any sums.
struct UnknownUse
{
    qint64 requests = 0;
    qint64 tokens = 0;
    bool operator==(const UnknownUse &) const = default;
};

struct UsageReport
{
    Timestamp from;
    Timestamp to;
    QByteArray timeZone;
    UsageBucket bucket = UsageBucket::Day;
    UsageGroup group = UsageGroup::None;
    UsageSums sums;
    QList<UsageSeries> series; // largest first
    UnknownUse unknown;        // of all models and providers
    bool operator==(const UsageReport &) const = default;
};

QJsonObject toJson(const UsageReport &report);
Result<UsageReport> usageReportFromJson(const QJsonObject &object);

}

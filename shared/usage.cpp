// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/usage.h"

#include "shared/words.h"

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace quota
{

static constexpr std::array<std::pair<UsageBucket, QLatin1StringView>, 4> buckets{{
    {UsageBucket::QuarterHour, "quarter_hour"_L1},
    {UsageBucket::Hour, "hour"_L1},
    {UsageBucket::Day, "day"_L1},
    {UsageBucket::Month, "month"_L1},
}};
static constexpr std::array<std::pair<UsageGroup, QLatin1StringView>, 5> groups{{
    {UsageGroup::None, "none"_L1},
    {UsageGroup::Key, "key"_L1},
    {UsageGroup::Model, "model"_L1},
    {UsageGroup::Provider, "provider"_L1},
    {UsageGroup::Status, "status"_L1},
}};

QString toString(Measure measure)
{
    switch (measure) {
    case Measure::Measured:
        return u"measured"_s;
    case Measure::Estimated:
        return u"estimated"_s;
    case Measure::Unknown:
        break;
    }
    return u"unknown"_s;
}

QString toString(UsageBucket bucket)
{
    return wordOf(buckets, bucket);
}

QString toString(UsageGroup group)
{
    return wordOf(groups, group);
}

std::optional<UsageBucket> usageBucketFromString(const QString &word)
{
    return valueOf<UsageBucket>(buckets, word);
}

std::optional<UsageGroup> usageGroupFromString(const QString &word)
{
    return valueOf<UsageGroup>(groups, word);
}

UsageSums &UsageSums::operator+=(const UsageSums &other)
{
    requests += other.requests;
    refused += other.refused;
    failed += other.failed;
    promptTokens += other.promptTokens;
    completionTokens += other.completionTokens;
    estimated += other.estimated;
    return *this;
}

static QJsonObject sumsToJson(const UsageSums &sums)
{
    return {{u"requests"_s, sums.requests},
            {u"refused"_s, sums.refused},
            {u"failed"_s, sums.failed},
            {u"prompt_tokens"_s, sums.promptTokens},
            {u"completion_tokens"_s, sums.completionTokens},
            {u"tokens"_s, sums.tokens()},
            {u"estimated"_s, sums.estimated}};
}

static UsageSums sumsFromJson(JsonReader &reader)
{
    UsageSums sums;
    sums.requests = reader.integer("requests"_L1);
    sums.refused = reader.integerOr("refused"_L1, 0);
    sums.failed = reader.integerOr("failed"_L1, 0);
    sums.promptTokens = reader.integerOr("prompt_tokens"_L1, 0);
    sums.completionTokens = reader.integerOr("completion_tokens"_L1, 0);
    sums.estimated = reader.integerOr("estimated"_L1, 0);
    return sums;
}

static Timestamp instant(JsonReader &reader, QLatin1StringView name)
{
    const auto time = reader.timestamp(name);
    if (!time)
        reader.fail(name, u"must be an instant, but is absent."_s);
    return time.value_or(Timestamp());
}

static UsageSums nestedSums(JsonReader &reader)
{
    UsageSums sums;
    reader.nested("sums"_L1, [&sums](JsonReader &inner) { sums = sumsFromJson(inner); });
    return sums;
}

QJsonObject toJson(const UsageReport &report)
{
    QJsonArray series;
    for (const UsageSeries &one : report.series) {
        QJsonArray points;
        for (const UsagePoint &point : one.points) {
            QJsonObject object = sumsToJson(point.sums);
            object[u"start"_s] = toIso(point.start);
            points.append(object);
        }
        series.append(QJsonObject{{u"group"_s, one.group},
                                  {u"label"_s, one.label},
                                  {u"sums"_s, sumsToJson(one.sums)},
                                  {u"points"_s, points}});
    }
    return {{u"from"_s, toIso(report.from)},
            {u"to"_s, toIso(report.to)},
            {u"time_zone"_s, QString::fromLatin1(report.timeZone)},
            {u"bucket"_s, toString(report.bucket)},
            {u"group"_s, toString(report.group)},
            {u"sums"_s, sumsToJson(report.sums)},
            {u"unknown"_s,
             QJsonObject{{u"requests"_s, report.unknown.requests}, {u"tokens"_s, report.unknown.tokens}}},
            {u"series"_s, series}};
}

static UsageSeries seriesFromJson(JsonReader &reader)
{
    UsageSeries series;
    series.group = reader.string("group"_L1, {});
    series.label = reader.string("label"_L1, {});
    series.sums = nestedSums(reader);
    reader.objects("points"_L1, [&series](JsonReader &element) {
        UsagePoint point;
        point.start = instant(element, "start"_L1);
        point.sums = sumsFromJson(element);
        series.points.append(point);
    });
    return series;
}

Result<UsageReport> usageReportFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    UsageReport report;
    report.from = instant(reader, "from"_L1);
    report.to = instant(reader, "to"_L1);
    report.timeZone = reader.string("time_zone"_L1).toLatin1();
    const QString bucket = reader.string("bucket"_L1);
    if (const auto known = usageBucketFromString(bucket))
        report.bucket = *known;
    else
        reader.fail("bucket"_L1,
                    u"“%1” is not a bucket; use quarter_hour, hour or day."_s.arg(bucket.left(40)));
    const QString group = reader.string("group"_L1);
    if (const auto known = usageGroupFromString(group))
        report.group = *known;
    else
        reader.fail("group"_L1,
                    u"“%1” is not a group; use none, key, model or provider."_s.arg(group.left(40)));
    report.sums = nestedSums(reader);
    if (reader.has("unknown"_L1))
        reader.nested("unknown"_L1, [&report](JsonReader &inner) {
            report.unknown.requests = inner.integer("requests"_L1);
            report.unknown.tokens = inner.integer("tokens"_L1);
        });
    reader.objects("series"_L1,
                   [&report](JsonReader &element) { report.series.append(seriesFromJson(element)); });
    if (const Done done = reader.finish(false); !done)
        return tl::unexpected(done.error());
    return report;
}

}

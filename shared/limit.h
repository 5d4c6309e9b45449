// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/clock.h"
#include "shared/json.h"
#include "shared/result.h"

#include <QJsonObject>

// A limit is an amount of a unit in a calendar window; a key has any number of them and all must pass.
namespace quota
{

enum class LimitUnit
{
    Requests,
    Tokens
};
enum class LimitWindow
{
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Total
};

inline constexpr qint64 unlimitedAmount = -1;
inline constexpr qint64 maximumAmount = 1'000'000'000'000'000; // 10^15: exact in a JSON double

struct Limit
{
    LimitUnit unit = LimitUnit::Requests;
    LimitWindow window = LimitWindow::Day;
    qint64 amount = 0; // 0 blocks, -1 is no limit

    bool operator==(const Limit &) const = default;
};

// How far a limit is used up at one instant.
struct LimitStatus
{
    Limit limit;
    qint64 used = 0;                   // settled
    qint64 reserved = 0;               // promised to requests under way
    std::optional<Timestamp> resetsAt; // nothing for «total»

    qint64 remaining() const { return qMax<qint64>(0, limit.amount - used - reserved); }
    bool operator==(const LimitStatus &) const = default;
};

QString toString(LimitUnit unit);
QString toString(LimitWindow window);
std::optional<LimitUnit> limitUnitFromString(const QString &word);
std::optional<LimitWindow> limitWindowFromString(const QString &word);

// «requests/day=200», as the command line writes a limit; amounts accept -1 and «unlimited».
Result<Limit> limitFromText(const QString &text);
QString toText(const Limit &limit);

QJsonObject toJson(const Limit &limit);
Limit limitFromJson(JsonReader &reader);
// A number from -1 to maximumAmount, or «unlimited».
qint64 limitAmountFromJson(JsonReader &reader, QLatin1StringView name);
QJsonObject toJson(const LimitStatus &status);
LimitStatus limitStatusFromJson(JsonReader &reader);

}

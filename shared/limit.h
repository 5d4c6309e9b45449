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

// What happens to a request that finds no room.
enum class LimitMode
{
    Enforce, // it is refused
    Warn,    // it passes; its holder is told
    Observe  // it passes; operators see whom the limit would have hit
};

inline constexpr qint64 unlimitedAmount = -1;
inline constexpr qint64 maximumAmount = 1'000'000'000'000'000; // 10^15: exact in a JSON double

struct Limit
{
    LimitUnit unit = LimitUnit::Requests;
    LimitWindow window = LimitWindow::Day;
    qint64 amount = 0; // 0 blocks, -1 is no limit
    LimitMode mode = LimitMode::Enforce;

    bool isEnforced() const { return mode == LimitMode::Enforce && amount != unlimitedAmount; }
    bool operator==(const Limit &) const = default;
};

// For a time, the limit of this unit and window that is enforced has another amount.
struct LimitRaise
{
    LimitUnit unit = LimitUnit::Requests;
    LimitWindow window = LimitWindow::Day; // not «total», which never begins anew
    qint64 amount = 0;                     // -1: no limit
    Timestamp until;                       // the end of a window

    bool operator==(const LimitRaise &) const = default;
};

// How far a limit is used up at one instant.
struct LimitStatus
{
    Limit limit;
    qint64 used = 0;                   // settled
    qint64 reserved = 0;               // promised to requests under way
    std::optional<Timestamp> resetsAt; // nothing for «total»

    qint64 remaining() const { return qMax<qint64>(0, limit.amount - used - reserved); }
    // By how much a limit that only warns or observes is crossed.
    qint64 beyond() const
    {
        return limit.amount == unlimitedAmount ? 0 : qMax<qint64>(0, used + reserved - limit.amount);
    }
    bool operator==(const LimitStatus &) const = default;
};

QString toString(LimitUnit unit);
QString toString(LimitWindow window);
QString toString(LimitMode mode);
std::optional<LimitUnit> limitUnitFromString(const QString &word);
std::optional<LimitWindow> limitWindowFromString(const QString &word);
std::optional<LimitMode> limitModeFromString(const QString &word);

// «requests/day=200», as the command line writes a limit, and «tokens/day=5000:warn» for one that is not enforced;
// amounts accept -1 and «unlimited».
Result<Limit> limitFromText(const QString &text);
QString toText(const Limit &limit);

QJsonObject toJson(const Limit &limit);
Limit limitFromJson(JsonReader &reader);
// A number from -1 to maximumAmount, or «unlimited».
qint64 limitAmountFromJson(JsonReader &reader, QLatin1StringView name);
QJsonObject toJson(const LimitRaise &raise);
LimitRaise limitRaiseFromJson(JsonReader &reader);
// A window by its name, or a failure of the reader that names them all. Nothing resets «total».
LimitUnit limitUnitFromJson(JsonReader &reader);
LimitWindow limitWindowFromJson(JsonReader &reader);
QJsonObject toJson(const LimitStatus &status);
LimitStatus limitStatusFromJson(JsonReader &reader);

}

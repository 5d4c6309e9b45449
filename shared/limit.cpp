// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/limit.h"

#include "shared/words.h"

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace quota
{

static constexpr std::array<std::pair<LimitUnit, QLatin1StringView>, 2> units{{
    {LimitUnit::Requests, "requests"_L1},
    {LimitUnit::Tokens, "tokens"_L1},
}};
static constexpr std::array<std::pair<LimitWindow, QLatin1StringView>, 6> windows{{
    {LimitWindow::Minute, "minute"_L1},
    {LimitWindow::Hour, "hour"_L1},
    {LimitWindow::Day, "day"_L1},
    {LimitWindow::Week, "week"_L1},
    {LimitWindow::Month, "month"_L1},
    {LimitWindow::Total, "total"_L1},
}};

static constexpr std::array<std::pair<LimitMode, QLatin1StringView>, 3> modes{{
    {LimitMode::Enforce, "enforce"_L1},
    {LimitMode::Warn, "warn"_L1},
    {LimitMode::Observe, "observe"_L1},
}};

QString toString(LimitUnit unit)
{
    return wordOf(units, unit);
}

QString toString(LimitWindow window)
{
    return wordOf(windows, window);
}

QString toString(LimitMode mode)
{
    return wordOf(modes, mode);
}

std::optional<LimitUnit> limitUnitFromString(const QString &word)
{
    return valueOf<LimitUnit>(units, word);
}

std::optional<LimitWindow> limitWindowFromString(const QString &word)
{
    return valueOf<LimitWindow>(windows, word);
}

std::optional<LimitMode> limitModeFromString(const QString &word)
{
    return valueOf<LimitMode>(modes, word);
}

Result<Limit> limitFromText(const QString &text)
{
    const qsizetype slash = text.indexOf(u'/');
    const qsizetype equals = text.indexOf(u'=', slash + 1);
    const auto unit = limitUnitFromString(text.left(qMax<qsizetype>(slash, 0)));
    const auto window = limitWindowFromString(text.mid(slash + 1, equals - slash - 1));
    const qsizetype colon = text.indexOf(u':', equals + 1);
    const QString amountText = text.mid(equals + 1, colon < 0 ? -1 : colon - equals - 1);
    const auto mode =
        colon < 0 ? std::optional(LimitMode::Enforce) : limitModeFromString(text.mid(colon + 1));
    bool isNumber = false;
    qint64 amount = amountText.toLongLong(&isNumber);
    if (amountText == "unlimited"_L1) {
        amount = unlimitedAmount;
        isNumber = true;
    }
    if (slash < 0 || equals < 0 || !unit || !window || !mode || !isNumber || amount < unlimitedAmount ||
        amount > maximumAmount) {
        return invalidField(
            u"limit"_s, u"“%1” is not a limit; write UNIT/WINDOW=N with requests or tokens, one of minute, "
                        "hour, day, week, month, total, and a number (0 blocks, -1 is no limit), "
                        "for example requests/day=200; :warn or :observe behind it does not refuse."_s.arg(
                            text.left(60)));
    }
    return Limit{*unit, *window, amount, *mode};
}

QString toText(const Limit &limit)
{
    const QString text = u"%1/%2=%3"_s.arg(toString(limit.unit), toString(limit.window)).arg(limit.amount);
    return limit.mode == LimitMode::Enforce ? text : text + u':' + toString(limit.mode);
}

QJsonObject toJson(const Limit &limit)
{
    return {{u"unit"_s, toString(limit.unit)},
            {u"window"_s, toString(limit.window)},
            {u"amount"_s, limit.amount},
            {u"mode"_s, toString(limit.mode)}};
}

qint64 limitAmountFromJson(JsonReader &reader, QLatin1StringView name)
{
    if (reader.raw(name).toString() == "unlimited"_L1)
        return unlimitedAmount;
    return reader.integer(name, unlimitedAmount, maximumAmount);
}

LimitUnit limitUnitFromJson(JsonReader &reader)
{
    const QString unit = reader.string("unit"_L1);
    const auto known = limitUnitFromString(unit);
    if (!known)
        reader.fail("unit"_L1, u"“%1” is not a unit; use requests or tokens."_s.arg(unit.left(40)));
    return known.value_or(LimitUnit::Requests);
}

LimitWindow limitWindowFromJson(JsonReader &reader)
{
    const QString window = reader.string("window"_L1);
    const auto known = limitWindowFromString(window);
    if (!known)
        reader.fail("window"_L1, u"“%1” is not a window; use minute, hour, day, week, month or total."_s.arg(
                                     window.left(40)));
    return known.value_or(LimitWindow::Day);
}

Limit limitFromJson(JsonReader &reader)
{
    Limit limit;
    limit.unit = limitUnitFromJson(reader);
    limit.window = limitWindowFromJson(reader);
    limit.amount = limitAmountFromJson(reader, "amount"_L1);
    const QString mode = reader.string("mode"_L1, toString(LimitMode::Enforce));
    if (const auto known = limitModeFromString(mode))
        limit.mode = *known;
    else
        reader.fail("mode"_L1, u"“%1” is not a mode; use enforce, warn or observe."_s.arg(mode.left(40)));
    return limit;
}

QJsonObject toJson(const LimitRaise &raise)
{
    return {{u"unit"_s, toString(raise.unit)},
            {u"window"_s, toString(raise.window)},
            {u"amount"_s, raise.amount},
            {u"until"_s, toIso(raise.until)}};
}

LimitRaise limitRaiseFromJson(JsonReader &reader)
{
    LimitRaise raise;
    raise.unit = limitUnitFromJson(reader);
    raise.window = limitWindowFromJson(reader);
    raise.amount = limitAmountFromJson(reader, "amount"_L1);
    const auto until = reader.timestamp("until"_L1);
    if (!until)
        reader.fail("until"_L1, u"must be an instant, but is absent."_s);
    raise.until = until.value_or(Timestamp());
    return raise;
}

QJsonObject toJson(const LimitStatus &status)
{
    QJsonObject object = toJson(status.limit);
    object[u"used"_s] = status.used;
    object[u"reserved"_s] = status.reserved;
    object[u"remaining"_s] = status.limit.amount == unlimitedAmount ? QJsonValue(QJsonValue::Null)
                                                                    : QJsonValue(status.remaining());
    object[u"beyond"_s] = status.beyond();
    object[u"resets_at"_s] = toJson(status.resetsAt);
    return object;
}

LimitStatus limitStatusFromJson(JsonReader &reader)
{
    LimitStatus status;
    status.limit = limitFromJson(reader);
    status.used = reader.integerOr("used"_L1, 0);
    status.reserved = reader.integerOr("reserved"_L1, 0);
    status.resetsAt = reader.timestamp("resets_at"_L1);
    return status;
}

}

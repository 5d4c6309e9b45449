// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/apikey.h"

#include "shared/words.h"

#include <QSet>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace quota
{

static constexpr std::array<std::pair<KeyState, QLatin1StringView>, 4> states{{
    {KeyState::Active, "active"_L1},
    {KeyState::Disabled, "disabled"_L1},
    {KeyState::Expired, "expired"_L1},
    {KeyState::Deleted, "deleted"_L1},
}};
static constexpr std::array<std::pair<KeySort, QLatin1StringView>, 6> sorts{{
    {KeySort::Created, "created"_L1},
    {KeySort::Label, "label"_L1},
    {KeySort::RequestsToday, "requests_today"_L1},
    {KeySort::TokensToday, "tokens_today"_L1},
    {KeySort::LastUsed, "last_used"_L1},
    {KeySort::Expires, "expires"_L1},
}};

QString toString(KeyState state)
{
    return wordOf(states, state);
}

std::optional<KeyState> keyStateFromString(const QString &word)
{
    return valueOf<KeyState>(states, word);
}

QString toString(KeySort sort)
{
    return wordOf(sorts, sort);
}

std::optional<KeySort> keySortFromString(const QString &word)
{
    return valueOf<KeySort>(sorts, word);
}

KeyState ApiKey::stateAt(Timestamp now) const
{
    if (deletedAt)
        return KeyState::Deleted;
    if (expiresAt && *expiresAt <= now)
        return KeyState::Expired;
    return disabled ? KeyState::Disabled : KeyState::Active;
}

Done checkLimits(const QList<Limit> &limits)
{
    if (limits.size() > maximumLimitsPerKey)
        return invalidField(
            u"limits"_s,
            u"limits: %1 limits are too many; give at most %2, one for each unit, window and mode."_s
                .arg(limits.size())
                .arg(maximumLimitsPerKey));
    QSet<QString> seen;
    for (qsizetype i = 0; i < limits.size(); ++i) {
        const Limit &limit = limits.at(i);
        const QString path = u"limits[%1]"_s.arg(i);
        if (limit.amount < unlimitedAmount || limit.amount > maximumAmount)
            return invalidField(
                path + u".amount"_s,
                u"%1.amount: %2 is out of range; give a number from 0 to %3, or -1 for no limit."_s.arg(path)
                    .arg(limit.amount)
                    .arg(maximumAmount));
        const bool enforced = limit.mode == LimitMode::Enforce;
        const QString kind = toString(limit.unit) + u'/' + toString(limit.window) +
                             (enforced ? QString() : u':' + toString(limit.mode));
        if (seen.contains(kind))
            return invalidField(
                path, u"%1: there is more than one limit for %2; keep one of them."_s.arg(path, kind));
        seen.insert(kind);
    }
    return {};
}

Done checkPrefix(const QString &prefix)
{
    const bool plain = std::all_of(prefix.begin(), prefix.end(), [](QChar character) {
        return (character >= u'a' && character <= u'z') || (character >= u'A' && character <= u'Z') ||
               (character >= u'0' && character <= u'9') || character == u'_' || character == u'-';
    });
    if (!plain)
        return invalidField(u"prefix"_s,
                            u"prefix: “%1” holds a character that a key cannot have; use letters a-z, "
                            "digits, _ and -."_s.arg(prefix.left(40)));
    if (prefix.size() > maximumPrefixLength)
        return invalidField(u"prefix"_s, u"prefix: “%1…” has %2 characters; shorten it to %3."_s
                                             .arg(prefix.left(maximumPrefixLength))
                                             .arg(prefix.size())
                                             .arg(maximumPrefixLength));
    return {};
}

static QJsonArray statusesToJson(const QList<LimitStatus> &limits)
{
    QJsonArray array;
    for (const LimitStatus &limit : limits)
        array.append(toJson(limit));
    return array;
}

static QJsonArray numbersToJson(const QList<qint64> &numbers)
{
    QJsonArray array;
    for (const qint64 number : numbers)
        array.append(number);
    return array;
}

static QJsonArray raisesToJson(const QList<LimitRaise> &raises)
{
    QJsonArray array;
    for (const LimitRaise &raise : raises)
        array.append(toJson(raise));
    return array;
}

static QJsonValue numberToJson(const std::optional<qint64> &number)
{
    return number ? QJsonValue(*number) : QJsonValue(QJsonValue::Null);
}

static std::optional<qint64> concurrencyFromJson(JsonReader &reader, QLatin1StringView name)
{
    reader.ignore(name);
    if (!reader.has(name) || reader.isNull(name))
        return std::nullopt;
    return reader.integer(name, 0, maximumConcurrency);
}

QJsonObject toJson(const KeyOverview &overview)
{
    const ApiKey &key = overview.key;
    return {{u"id"_s, key.id.value},
            {u"label"_s, key.label},
            {u"prefix"_s, key.prefix},
            {u"preview"_s, key.preview()},
            {u"tail"_s, key.tail},
            {u"state"_s, toString(overview.state)},
            {u"disabled"_s, key.disabled},
            {u"inherits_limits"_s, key.inheritsLimits},
            {u"template"_s, key.templateName.isEmpty() ? QJsonValue(QJsonValue::Null) : key.templateName},
            {u"limits"_s, statusesToJson(overview.limits)},
            {u"raises"_s, raisesToJson(key.raises)},
            {u"concurrency"_s, numberToJson(key.concurrency)},
            {u"concurrency_in_force"_s, numberToJson(overview.concurrency)},
            {u"active"_s, overview.active},
            {u"models"_s, QJsonArray::fromStringList(key.models)},
            {u"expires_at"_s, toJson(key.expiresAt)},
            {u"deleted_at"_s, toJson(key.deletedAt)},
            {u"rotated_at"_s, toJson(key.rotatedAt)},
            {u"created_at"_s, toIso(key.createdAt)},
            {u"updated_at"_s, toIso(key.updatedAt)},
            {u"last_used_at"_s, toJson(overview.lastUsedAt)},
            {u"version"_s, key.version},
            {u"requests_today"_s, overview.requestsToday},
            {u"tokens_today"_s, overview.tokensToday},
            {u"last_days"_s, numbersToJson(overview.lastDays)}};
}

static ApiKey keyFromJson(JsonReader &reader)
{
    ApiKey key;
    key.id = KeyId{reader.string("id"_L1)};
    if (key.id.isEmpty())
        reader.fail("id"_L1, u"must not be empty."_s);
    key.label = reader.string("label"_L1, {});
    key.prefix = reader.string("prefix"_L1, {});
    key.tail = reader.string("tail"_L1, {});
    key.disabled = reader.boolean("disabled"_L1, false);
    key.inheritsLimits = reader.boolean("inherits_limits"_L1, false);
    key.templateName = reader.string("template"_L1, {});
    reader.objects("raises"_L1,
                   [&key](JsonReader &element) { key.raises.append(limitRaiseFromJson(element)); });
    key.concurrency = concurrencyFromJson(reader, "concurrency"_L1);
    key.models = reader.strings("models"_L1);
    key.expiresAt = reader.timestamp("expires_at"_L1);
    key.deletedAt = reader.timestamp("deleted_at"_L1);
    key.rotatedAt = reader.timestamp("rotated_at"_L1);
    const auto created = reader.timestamp("created_at"_L1);
    if (!created)
        reader.fail("created_at"_L1, u"must be an instant, but is absent."_s);
    key.createdAt = created.value_or(Timestamp());
    key.updatedAt = reader.timestamp("updated_at"_L1).value_or(key.createdAt);
    key.version = reader.integerOr("version"_L1, 1);
    return key;
}

Result<KeyOverview> keyOverviewFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    KeyOverview overview;
    overview.key = keyFromJson(reader);
    const QString state = reader.string("state"_L1);
    if (const auto known = keyStateFromString(state))
        overview.state = *known;
    else
        reader.fail("state"_L1,
                    u"“%1” is not a state; use active, disabled, expired or deleted."_s.arg(state.left(40)));
    reader.objects("limits"_L1, [&overview](JsonReader &element) {
        overview.limits.append(limitStatusFromJson(element));
    });
    overview.concurrency = reader.has("concurrency_in_force"_L1)
                               ? concurrencyFromJson(reader, "concurrency_in_force"_L1)
                               : overview.key.concurrency;
    // What is in force is the key's own unless it inherits.
    if (!overview.key.inheritsLimits) {
        for (const LimitStatus &status : overview.limits)
            overview.key.limits.append(status.limit);
    }
    overview.active = reader.integerOr("active"_L1, 0);
    overview.requestsToday = reader.integerOr("requests_today"_L1, 0);
    overview.tokensToday = reader.integerOr("tokens_today"_L1, 0);
    overview.lastDays = reader.integers("last_days"_L1);
    overview.lastUsedAt = reader.timestamp("last_used_at"_L1);
    if (const Done done = reader.finish(false); !done)
        return tl::unexpected(done.error());
    return overview;
}

}

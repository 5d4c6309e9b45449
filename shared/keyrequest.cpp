// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/apikey.h"
#include "shared/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

// The requests that make and change keys: NewKey and KeyChange as JSON, checked in full.
namespace quota
{

static constexpr qint64 maximumDays = 36'500;

QJsonArray toJson(const QList<Limit> &limits)
{
    QJsonArray array;
    for (const Limit &limit : limits)
        array.append(toJson(limit));
    return array;
}

QJsonObject toJson(const NewKey &key)
{
    QJsonObject object{{u"label"_s, key.label}, {u"count"_s, key.count}};
    if (key.prefix)
        object[u"prefix"_s] = *key.prefix;
    if (key.limits)
        object[u"limits"_s] = toJson(*key.limits);
    if (!key.templateName.isEmpty()) {
        object[u"template"_s] = key.templateName;
        object[u"follow_template"_s] = key.followsTemplate;
    }
    if (key.concurrency)
        object[u"concurrency"_s] = *key.concurrency;
    if (!key.models.isEmpty())
        object[u"models"_s] = QJsonArray::fromStringList(key.models);
    if (key.expiresAt)
        object[u"expires_at"_s] = toIso(*key.expiresAt);
    return object;
}

QJsonObject toJson(const KeyChange &change)
{
    const QJsonValue none(QJsonValue::Null);
    QJsonObject object;
    if (change.version)
        object[u"version"_s] = *change.version;
    if (change.label)
        object[u"label"_s] = *change.label;
    if (change.inheritLimits)
        object[u"limits"_s] = none;
    else if (change.limits)
        object[u"limits"_s] = toJson(*change.limits);
    if (change.templateName) {
        object[u"template"_s] = change.templateName->isEmpty() ? none : QJsonValue(*change.templateName);
        if (!change.templateName->isEmpty())
            object[u"follow_template"_s] = change.followsTemplate;
    }
    if (change.clearConcurrency)
        object[u"concurrency"_s] = none;
    else if (change.concurrency)
        object[u"concurrency"_s] = *change.concurrency;
    if (change.models)
        object[u"models"_s] = QJsonArray::fromStringList(*change.models);
    if (change.clearExpiry)
        object[u"expires_at"_s] = none;
    else if (change.expiresAt)
        object[u"expires_at"_s] = toIso(*change.expiresAt);
    if (change.disabled)
        object[u"disabled"_s] = *change.disabled;
    return object;
}

static bool given(JsonReader &reader, QLatin1StringView name)
{
    reader.ignore(name);
    return reader.has(name) && !reader.isNull(name);
}

static QString readLabel(JsonReader &reader)
{
    return checkedLine(reader, "label"_L1, reader.string("label"_L1, {}), maximumLabelLength);
}

QList<Limit> limitsFromJson(JsonReader &reader)
{
    QList<Limit> limits;
    reader.objects("limits"_L1, [&limits](JsonReader &element) {
        limits.append(limitFromJson(element));
        element.fail(element.finish(true));
    });
    return limits;
}

// -1 says the same as null: no ceiling.
static std::optional<qint64> readConcurrency(JsonReader &reader)
{
    const qint64 concurrency =
        reader.integerOr("concurrency"_L1, unlimitedAmount, unlimitedAmount, maximumConcurrency);
    return concurrency == unlimitedAmount ? std::nullopt : std::optional(concurrency);
}

// The names that the replaced system gave to one limit. Two of them, or one and the same limit in the list, may
// stand together only when they say the same.
static void readLimitAliases(JsonReader &reader, const QList<QLatin1StringView> &names, LimitWindow window,
                             std::optional<QList<Limit>> &limits)
{
    for (const QLatin1StringView name : names) {
        if (!given(reader, name))
            continue;
        const Limit limit{LimitUnit::Requests, window, limitAmountFromJson(reader, name)};
        if (!limits)
            limits.emplace();
        const auto same = std::find_if(limits->begin(), limits->end(), [&limit](const Limit &other) {
            return other.unit == limit.unit && other.window == limit.window &&
                   other.mode == LimitMode::Enforce;
        });
        if (same == limits->end())
            limits->append(limit);
        else if (same->amount != limit.amount)
            reader.fail(name,
                        u"%1 disagrees with %2, which is also given; keep one of them."_s.arg(limit.amount)
                            .arg(toText(*same)));
    }
}

// Limits are a template's or the key's own.
static QString readTemplate(JsonReader &reader, bool limitsGiven, bool &follows)
{
    const QString name = given(reader, "template"_L1) ? reader.string("template"_L1) : QString();
    if (given(reader, "follow_template"_L1)) {
        follows = reader.boolean("follow_template"_L1, true);
        if (name.isEmpty())
            reader.fail("follow_template"_L1, u"goes with template, which is not given."_s);
    }
    if (!name.isEmpty() && limitsGiven)
        reader.fail("template"_L1,
                    u"“%1” brings its limits, and limits of the key's own are given, too; keep "
                    "one of them."_s.arg(name.left(40)));
    return name;
}

static std::optional<Timestamp> readExpiry(JsonReader &reader, Timestamp now)
{
    std::optional<Timestamp> expiry;
    const auto take = [&reader, &expiry](QLatin1StringView name, std::optional<Timestamp> time) {
        if (expiry && time && *expiry != *time)
            reader.fail(name, u"%1 disagrees with %2, which is also given; keep one of them."_s.arg(
                                  toIso(*time), toIso(*expiry)));
        else if (time)
            expiry = time;
    };
    for (const QLatin1StringView name : {"expires_at"_L1, "expiresAt"_L1}) {
        const auto time = reader.timestamp(name);
        if (time && *time <= now)
            reader.fail(name, u"%1 is in the past; give an instant after now, or leave it out for a key "
                              "that does not expire."_s.arg(toIso(*time)));
        take(name, time);
    }
    for (const QLatin1StringView name : {"expires_in"_L1, "days"_L1, "expiry_days"_L1}) {
        if (given(reader, name))
            take(name, now + std::chrono::days(reader.integer(name, 1, maximumDays)));
    }
    return expiry;
}

Result<NewKey> newKeyFromJson(const QJsonObject &object, Timestamp now)
{
    JsonReader reader(object);
    NewKey key;
    key.label = readLabel(reader);
    if (given(reader, "prefix"_L1)) {
        key.prefix = reader.string("prefix"_L1);
        reader.fail(checkPrefix(*key.prefix));
    }
    key.count = static_cast<int>(reader.integerOr("count"_L1, 1, 1, maximumKeysAtOnce));
    const qsizetype numbering = key.count > 1 ? 1 + QString::number(key.count).size() : 0;
    if (!key.label.isEmpty() && characterCount(key.label) + numbering > maximumLabelLength)
        reader.fail("label"_L1, u"with numbers up to %1 it has more than %2 characters; shorten it to %3."_s
                                    .arg(key.count)
                                    .arg(maximumLabelLength)
                                    .arg(maximumLabelLength - numbering));
    if (given(reader, "limits"_L1))
        key.limits = limitsFromJson(reader);
    readLimitAliases(reader, {"quota"_L1, "totalQuota"_L1, "total_quota"_L1}, LimitWindow::Total, key.limits);
    readLimitAliases(reader, {"daily_limit"_L1, "dailyLimit"_L1}, LimitWindow::Day, key.limits);
    if (key.limits)
        reader.fail(checkLimits(*key.limits));
    key.templateName = readTemplate(reader, key.limits.has_value(), key.followsTemplate);
    key.concurrency = readConcurrency(reader);
    key.models = checkedModels(reader, "models"_L1, reader.strings("models"_L1), maximumModelsPerKey);
    key.expiresAt = readExpiry(reader, now);
    if (const Done done = reader.finish(true); !done)
        return tl::unexpected(done.error());
    return key;
}

Result<KeyChange> keyChangeFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    KeyChange change;
    if (given(reader, "version"_L1))
        change.version = reader.integer("version"_L1, 1);
    if (given(reader, "label"_L1))
        change.label = readLabel(reader);
    if (given(reader, "limits"_L1)) {
        change.limits = limitsFromJson(reader);
        reader.fail(checkLimits(*change.limits));
    }
    change.inheritLimits = reader.isNull("limits"_L1);
    if (reader.has("template"_L1))
        change.templateName =
            readTemplate(reader, change.limits || change.inheritLimits, change.followsTemplate);
    change.concurrency = readConcurrency(reader);
    change.clearConcurrency = reader.has("concurrency"_L1) && !change.concurrency;
    // null, like [], allows every model.
    if (reader.has("models"_L1))
        change.models = checkedModels(reader, "models"_L1, reader.strings("models"_L1), maximumModelsPerKey);
    change.expiresAt = reader.timestamp("expires_at"_L1);
    change.clearExpiry = reader.isNull("expires_at"_L1);
    if (given(reader, "disabled"_L1))
        change.disabled = reader.boolean("disabled"_L1, false);
    if (const Done done = reader.finish(true); !done)
        return tl::unexpected(done.error());
    return change;
}

QJsonObject toJson(const NewRaise &raise)
{
    QJsonObject object{{u"unit"_s, toString(raise.unit)},
                       {u"window"_s, toString(raise.window)},
                       {u"amount"_s, raise.amount},
                       {u"windows"_s, raise.windows}};
    if (raise.version)
        object[u"version"_s] = *raise.version;
    return object;
}

Result<NewRaise> newRaiseFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    NewRaise raise;
    raise.unit = limitUnitFromJson(reader);
    raise.window = limitWindowFromJson(reader);
    if (raise.window == LimitWindow::Total)
        reader.fail("window"_L1, u"total never begins anew, so a raise of it would not end; change the limit "
                                 "itself."_s);
    raise.amount = limitAmountFromJson(reader, "amount"_L1);
    raise.windows = int(reader.integerOr("windows"_L1, 1, 1, maximumRaisedWindows));
    if (given(reader, "version"_L1))
        raise.version = reader.integer("version"_L1, 1);
    if (const Done done = reader.finish(true); !done)
        return tl::unexpected(done.error());
    return raise;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/keytemplate.h"

#include "shared/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota
{

Done checkTemplateName(const QString &name)
{
    const bool plain = std::all_of(name.begin(), name.end(), [](QChar character) {
        return (character >= u'a' && character <= u'z') || (character >= u'0' && character <= u'9') ||
               character == u'_' || character == u'-';
    });
    if (!plain || name.isEmpty() || name.size() > maximumTemplateNameLength)
        return invalidField(u"name"_s,
                            u"name: “%1” cannot name a template; give 1 to %2 letters a-z, digits, _ or -."_s
                                .arg(name.left(maximumTemplateNameLength))
                                .arg(maximumTemplateNameLength));
    return {};
}

static QJsonValue numberOrNull(const std::optional<qint64> &number)
{
    return number ? QJsonValue(*number) : QJsonValue(QJsonValue::Null);
}

QJsonObject toJson(const KeyTemplate &keyTemplate)
{
    return {{u"name"_s, keyTemplate.name},
            {u"description"_s, keyTemplate.description},
            {u"limits"_s, toJson(keyTemplate.limits)},
            {u"concurrency"_s, numberOrNull(keyTemplate.concurrency)},
            {u"models"_s, QJsonArray::fromStringList(keyTemplate.models)},
            {u"days"_s, numberOrNull(keyTemplate.days)},
            {u"keys"_s, keyTemplate.keys},
            {u"created_at"_s, toIso(keyTemplate.createdAt)},
            {u"updated_at"_s, toIso(keyTemplate.updatedAt)},
            {u"version"_s, keyTemplate.version}};
}

// Absent, null and -1 are none.
static std::optional<qint64> numberFrom(JsonReader &reader, QLatin1StringView name, qint64 maximum)
{
    const qint64 number = reader.integerOr(name, unlimitedAmount, unlimitedAmount, maximum);
    return number == unlimitedAmount ? std::nullopt : std::optional(number);
}

Result<KeyTemplate> keyTemplateFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    KeyTemplate keyTemplate;
    keyTemplate.name = reader.string("name"_L1);
    keyTemplate.description = reader.string("description"_L1, {});
    reader.objects("limits"_L1, [&keyTemplate](JsonReader &element) {
        keyTemplate.limits.append(limitFromJson(element));
    });
    keyTemplate.concurrency = numberFrom(reader, "concurrency"_L1, maximumConcurrency);
    keyTemplate.models = reader.strings("models"_L1);
    keyTemplate.days = numberFrom(reader, "days"_L1, maximumTemplateDays);
    keyTemplate.keys = reader.integerOr("keys"_L1, 0);
    keyTemplate.createdAt = reader.timestamp("created_at"_L1).value_or(Timestamp());
    keyTemplate.updatedAt = reader.timestamp("updated_at"_L1).value_or(keyTemplate.createdAt);
    keyTemplate.version = reader.integerOr("version"_L1, 1);
    if (const Done done = reader.finish(false); !done)
        return tl::unexpected(done.error());
    return keyTemplate;
}

QJsonObject toJson(const TemplateChange &change)
{
    QJsonObject object;
    if (change.version)
        object[u"version"_s] = *change.version;
    if (change.name)
        object[u"name"_s] = *change.name;
    if (change.description)
        object[u"description"_s] = *change.description;
    if (change.limits)
        object[u"limits"_s] = toJson(*change.limits);
    if (change.concurrency)
        object[u"concurrency"_s] = numberOrNull(*change.concurrency);
    if (change.models)
        object[u"models"_s] = QJsonArray::fromStringList(*change.models);
    if (change.days)
        object[u"days"_s] = numberOrNull(*change.days);
    return object;
}

Result<TemplateChange> templateChangeFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    TemplateChange change;
    if (reader.has("version"_L1))
        change.version = reader.integer("version"_L1, 1);
    if (reader.has("name"_L1)) {
        change.name = reader.string("name"_L1);
        reader.fail(checkTemplateName(*change.name));
    }
    if (reader.has("description"_L1))
        change.description = checkedLine(reader, "description"_L1, reader.string("description"_L1, {}),
                                         maximumDescriptionLength);
    if (reader.has("limits"_L1)) {
        change.limits = limitsFromJson(reader);
        reader.fail(checkLimits(*change.limits));
    }
    if (reader.has("concurrency"_L1))
        change.concurrency = numberFrom(reader, "concurrency"_L1, maximumConcurrency);
    if (reader.has("models"_L1))
        change.models = checkedModels(reader, "models"_L1, reader.strings("models"_L1), maximumModelsPerKey);
    if (reader.has("days"_L1)) {
        change.days = numberFrom(reader, "days"_L1, maximumTemplateDays);
        if (change.days == std::optional<qint64>(0))
            reader.fail("days"_L1, u"must be 1 at least; null is for keys that do not expire."_s);
    }
    // Asked for whether present or not, so that a refusal of an unknown field lists all that are known.
    for (const QLatin1StringView name :
         {"version"_L1, "name"_L1, "description"_L1, "limits"_L1, "concurrency"_L1, "models"_L1, "days"_L1})
        reader.ignore(name);
    if (const Done done = reader.finish(true); !done)
        return tl::unexpected(done.error());
    return change;
}

}

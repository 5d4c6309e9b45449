// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/apikey.h"

// Templates: limits under a name. Keys that follow one have its limits and its concurrency, now and after each change of
// it; the models and the days until the expiry are taken once, when a key is made.
namespace quota
{

inline constexpr int maximumTemplateNameLength = 40; // of a-z, 0-9, _ and -
inline constexpr int maximumDescriptionLength = 200; // characters
inline constexpr int maximumTemplates = 200;
inline constexpr qint64 maximumTemplateDays = 36'500;

struct KeyTemplate
{
    QString name;
    QString description;
    QList<Limit> limits; // none: keys that follow it have no limits
    std::optional<qint64> concurrency;
    QStringList models;         // of keys made from it; empty: all
    std::optional<qint64> days; // until keys made from it expire; not set: they do not
    qint64 keys = 0;            // that follow it, deleted ones too
    Timestamp createdAt;
    Timestamp updatedAt;
    qint64 version = 1;

    bool operator==(const KeyTemplate &) const = default;
};

struct TemplateChange // making and editing; nothing in a field leaves it
{
    std::optional<qint64> version;
    std::optional<QString> name; // of a new one only
    std::optional<QString> description;
    std::optional<QList<Limit>> limits;
    std::optional<std::optional<qint64>> concurrency; // inside: not set for none
    std::optional<QStringList> models;
    std::optional<std::optional<qint64>> days; // inside: not set for none

    bool operator==(const TemplateChange &) const = default;
};

Done checkTemplateName(const QString &name);

QJsonObject toJson(const KeyTemplate &keyTemplate);
Result<KeyTemplate> keyTemplateFromJson(const QJsonObject &object);
// In a change null takes concurrency or days away; models [] or null allows all.
QJsonObject toJson(const TemplateChange &change);
Result<TemplateChange> templateChangeFromJson(const QJsonObject &object);

}

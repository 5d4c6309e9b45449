// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/json.h"

#include <QList>

// The answer of GET /admin/health: the whole service in one look, part by part.
namespace quota
{

enum class PartState
{
    Ok,
    Warning,
    Bad,
    Unknown
};
QString toString(PartState state);
std::optional<PartState> partStateFromString(const QString &word);

struct HealthPart
{
    QString name; // store, schema, lanes, providers, encryption, backup, clock, disk
    PartState state = PartState::Unknown;
    QString message; // in the language asked for
    bool operator==(const HealthPart &) const = default;
};

struct Health
{
    bool ok = false;
    QString version;
    QString instance; // random id of the data directory
    QString mode;     // memory, sqlite
    QString timeZone; // IANA, of limits and days
    Timestamp now;    // the service's clock
    qint64 uptimeSeconds = 0;
    bool demo = false; // answers come from the built-in demo provider
    QList<HealthPart> parts;
    bool operator==(const Health &) const = default;
};

QJsonObject toJson(const Health &health);
Result<Health> healthFromJson(const QJsonObject &object);

}

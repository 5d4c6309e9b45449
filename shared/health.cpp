// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/health.h"

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace quota
{

static constexpr std::array<std::pair<PartState, QLatin1StringView>, 4> states{{
    {PartState::Ok, "ok"_L1},
    {PartState::Warning, "warning"_L1},
    {PartState::Bad, "bad"_L1},
    {PartState::Unknown, "unknown"_L1},
}};

QString toString(PartState state)
{
    for (const auto &[known, word] : states) {
        if (known == state)
            return QString(word);
    }
    Q_UNREACHABLE();
}

std::optional<PartState> partStateFromString(const QString &word)
{
    for (const auto &[state, known] : states) {
        if (known == word)
            return state;
    }
    return std::nullopt;
}

QJsonObject toJson(const Health &health)
{
    QJsonArray parts;
    for (const HealthPart &part : health.parts)
        parts.append(QJsonObject{
            {u"name"_s, part.name}, {u"state"_s, toString(part.state)}, {u"message"_s, part.message}});
    return {{u"ok"_s, health.ok},
            {u"version"_s, health.version},
            {u"instance"_s, health.instance},
            {u"mode"_s, health.mode},
            {u"time_zone"_s, health.timeZone},
            {u"now"_s, toIso(health.now)},
            {u"uptime_seconds"_s, health.uptimeSeconds},
            {u"demo"_s, health.demo},
            {u"parts"_s, parts}};
}

Result<Health> healthFromJson(const QJsonObject &object)
{
    JsonReader reader(object);
    Health health;
    health.ok = reader.boolean("ok"_L1, false);
    health.version = reader.string("version"_L1);
    health.instance = reader.string("instance"_L1, {});
    health.mode = reader.string("mode"_L1, {});
    health.timeZone = reader.string("time_zone"_L1, {});
    if (const auto now = reader.timestamp("now"_L1))
        health.now = *now;
    else
        reader.fail("now"_L1, u"must be an instant, but is absent."_s);
    health.uptimeSeconds = reader.integerOr("uptime_seconds"_L1, 0, 0);
    health.demo = reader.boolean("demo"_L1, false);
    reader.objects("parts"_L1, [&health](JsonReader &element) {
        HealthPart part;
        part.name = element.string("name"_L1);
        // A newer service may know more states than this reader.
        part.state = partStateFromString(element.string("state"_L1)).value_or(PartState::Unknown);
        part.message = element.string("message"_L1, {});
        health.parts.append(part);
    });
    if (const Done done = reader.finish(false); !done)
        return tl::unexpected(done.error());
    return health;
}

}

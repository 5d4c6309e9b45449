// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/settings/oldtable.h"

#include "service/settings/readers.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

static Setting noEffect(QLatin1StringView name, QList<SettingAlias> aliases = {}, bool secret = false)
{
    Setting setting{
        name, std::move(aliases), {}, QT_TRANSLATE_NOOP("service", "No effect in this version."), {}};
    setting.kind = SettingKind::NoEffect;
    setting.secret = secret;
    return setting;
}

// Refused unless the value means «off».
static Setting refused(QLatin1StringView name)
{
    Setting setting{
        name,
        {},
        {},
        QT_TRANSLATE_NOOP("service", "Not in this version: refused unless empty or false."),
        [](Config &, const QString &text) -> std::optional<Text> {
            if (const auto value = readBoolean(text); value && !*value)
                return std::nullopt;
            return Text{
                QT_TRANSLATE_NOOP("service",
                                  "lists of allowed addresses are not in this version, and to go on without "
                                  "would leave the admin API open to addresses that this setting shuts out; "
                                  "remove it, and keep HOST on loopback or use a firewall."),
                {}};
        }};
    setting.kind = SettingKind::Refused;
    return setting;
}

QList<Setting> oldSettings()
{
    return {
        refused("ADMIN_IP_WHITELIST"_L1),
        refused("ENABLE_IP_WHITELIST"_L1),
        noEffect("TRIAL_KEY_EXPIRY_DAYS"_L1, {{"KEY_EXPIRY_DAYS"_L1}}),
        noEffect("TRIAL_REQUESTS_LIMIT"_L1),
        noEffect("ENABLE_RATE_LIMIT"_L1),
        noEffect("MAX_REQUESTS_PER_MINUTE"_L1, {{"RATE_LIMIT_REQUESTS_PER_MINUTE"_L1}}),
        noEffect("RATE_LIMIT_TOKENS_PER_MINUTE"_L1),
        noEffect("ENABLE_OPERATION_LOG"_L1),
        noEffect("METRICS_PORT"_L1),
        noEffect("HEALTH_CHECK_INTERVAL"_L1),
        noEffect("HEALTH_CHECK_TIMEOUT"_L1),
        noEffect("CORS_ORIGIN"_L1),
        noEffect("MODEL_PROVIDERS"_L1, {}, true),
        noEffect("DEFAULT_MODEL"_L1),
        noEffect("JWT_SECRET"_L1, {}, true),
    };
}

}

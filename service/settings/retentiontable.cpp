// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/settings/retentiontable.h"

#include "service/settings/readers.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

static constexpr int mostDays = 36'500;

static Reader kept(std::optional<std::chrono::days> Config::*field, int fewest)
{
    return [field, fewest](Config &config, const QString &text) -> std::optional<Text> {
        QString number = text.trimmed().toLower();
        if (number == "never"_L1) {
            config.*field = std::nullopt;
            return std::nullopt;
        }
        if (number.endsWith(u'd'))
            number.chop(1);
        const auto days = readInteger(number, fewest, mostDays);
        if (!days) {
            return Text{QT_TRANSLATE_NOOP(
                            "service", "“%1” does not do; write days from %2 to %3, such as 400d, or never."),
                        {text.left(80), QString::number(fewest), QString::number(mostDays)}};
        }
        config.*field = std::chrono::days(*days);
        return std::nullopt;
    };
}

QList<Setting> retentionSettings()
{
    // A month of any zone must be whole in the sums.
    constexpr int fewestForSums = 32;
    return {
        {"REQUEST_RETENTION"_L1,
         {},
         u"400d"_s,
         QT_TRANSLATE_NOOP("service", "Days after which the rows of single requests are removed, or never."),
         kept(&Config::requestRetention, 1)},
        {"USAGE_RETENTION"_L1,
         {},
         u"1100d"_s,
         QT_TRANSLATE_NOOP("service",
                           "Days after which sums of usage are removed, by whole months, or never."),
         kept(&Config::usageRetention, fewestForSums)},
        {"AUDIT_RETENTION"_L1,
         {},
         u"1100d"_s,
         QT_TRANSLATE_NOOP("service", "Days after which entries of the audit log are removed, or never."),
         kept(&Config::auditRetention, 1)},
    };
}

}

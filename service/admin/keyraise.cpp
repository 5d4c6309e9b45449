// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/keyraise.h"

#include "service/access/window.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::service
{

Timestamp endOfWindows(LimitWindow window, int windows, Timestamp now, const QTimeZone &zone)
{
    Timestamp end = now;
    for (int passed = 0; passed < windows; ++passed)
        end = windowAt(window, end, zone).end.value_or(end);
    return end;
}

static std::optional<Limit> enforcedLimit(const KeyEntryPointer &entry, const NewRaise &raise)
{
    if (!entry)
        return std::nullopt;
    const auto found = std::find_if(entry->limits.begin(), entry->limits.end(), [&raise](const Limit &limit) {
        return limit.isEnforced() && limit.unit == raise.unit && limit.window == raise.window;
    });
    return found == entry->limits.end() ? std::nullopt : std::optional(*found);
}

Done addRaise(const Keyring &keyring, const NewRaise &raise, Timestamp now, Language language, ApiKey &key)
{
    const QString kind = toString(raise.unit) + u'/' + toString(raise.window);
    const auto limit = enforcedLimit(keyring.byId(key.id), raise);
    if (!limit) {
        return invalidField(
            u"window"_s, message(language,
                                 QT_TRANSLATE_NOOP(
                                     "service", "window: this key has no limit %1 that is enforced, so there "
                                                "is nothing to raise."),
                                 {kind}));
    }
    if (raise.amount != unlimitedAmount && raise.amount <= limit->amount) {
        return invalidField(
            u"amount"_s, message(language,
                                 QT_TRANSLATE_NOOP(
                                     "service", "amount: %1 does not raise the limit %2 of %3; give more, or "
                                                "-1 for no limit meanwhile."),
                                 {QString::number(raise.amount), kind, QString::number(limit->amount)}));
    }
    key.raises.removeIf([&raise, now](const LimitRaise &known) {
        return known.until <= now || (known.unit == raise.unit && known.window == raise.window);
    });
    key.raises.append({raise.unit, raise.window, raise.amount,
                       endOfWindows(raise.window, raise.windows, now, keyring.timeZone())});
    return {};
}

}

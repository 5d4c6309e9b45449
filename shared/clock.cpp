// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/clock.h"

#include <QDateTime>
#include <QRegularExpression>

namespace quota
{

QString toIso(Timestamp time)
{
    // By the standard library's calendar: Qt before 6.5 and after it have no way in common to say UTC.
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return QString::asprintf("%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()), unsigned(date.month()),
                             unsigned(date.day()), int(clock.hours().count()), int(clock.minutes().count()),
                             int(clock.seconds().count()), int(clock.subseconds().count()));
}

std::optional<Timestamp> timestampFromIso(const QString &text)
{
    // Qt reads a text without a zone as local time, which would differ from host to host.
    static const QRegularExpression zoned(QStringLiteral("T.*(Z|[+-]\\d{2}:?\\d{2})$"));
    if (!zoned.match(text).hasMatch())
        return std::nullopt;
    const QDateTime parsed = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!parsed.isValid())
        return std::nullopt;
    return fromMilliseconds(parsed.toMSecsSinceEpoch());
}

}

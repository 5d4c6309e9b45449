// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/clock.h"

#include <QDateTime>
#include <QRegularExpression>
#include <QTimeZone>

namespace quota
{

QString toIso(Timestamp time)
{
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(time), Qt::UTC).toString(Qt::ISODateWithMs);
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

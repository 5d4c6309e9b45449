// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/commandparser.h"
#include "service/settings/values.h"
#include "shared/apikey.h"

// How the command line writes what makes a key: limits, expiry, models. Pure.
namespace quota::service
{

struct GivenLimits
{
    std::optional<QList<Limit>> limits; // nothing: none was given
    std::optional<qint64> concurrency;
};

// «requests/day=200», «concurrency=4», and --quota N for requests/total=N.
Reading<GivenLimits> readLimits(const QStringList &limits, const std::optional<QString> &quota);
// «7d», «12h», «4w», a date (to its end, by the zone), or an instant with a zone.
Reading<Timestamp> readExpiry(const QString &text, Timestamp now, const QTimeZone &zone);
QStringList readModels(const QString &text); // «A,B»

}

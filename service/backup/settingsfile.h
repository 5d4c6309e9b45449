// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/config.h"
#include "service/store/providerstore.h"

#include <optional>

// The settings in a backup: an env file of those that were given, as serve reads it. Secrets among them are sealed
// with the data directory's seal key, in comments: without that key they are nothing. Pure but for the sealing.
namespace quota::service
{

struct ArchivedSettings
{
    QList<GivenSetting> settings;
    QStringList unreadable; // names of secrets that this seal key does not open
};

// key: none in a place without one; secrets are then left out.
QByteArray settingsText(const QList<GivenSetting> &settings, const std::optional<SealKey> &key);
ArchivedSettings settingsFromText(const QByteArray &text, const std::optional<SealKey> &key);
// As settingsText, but for use: with the secrets as they are.
QByteArray plainSettingsText(const QList<GivenSetting> &settings);

}

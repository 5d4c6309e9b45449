// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/config.h"
#include "service/settings/values.h"

#include <functional>

// The table of settings: one row each, with its names, its default, how it is read and what it is for. config
// walks it; nothing else knows the names.
namespace quota::service
{

enum class SettingKind
{
    Used,
    NoEffect, // of the replaced system; accepted with a notice
    Refused   // of the replaced system, and leaving it out silently would leave somebody unprotected
};

struct SettingAlias
{
    QLatin1StringView name;
    // Turns the alias' way of writing a value into the setting's; null: the same.
    QString (*translate)(const QString &value) = nullptr;
    bool equal = false; // as good as the name: nobody is told to write the other
};

struct Setting
{
    QLatin1StringView name;
    QList<SettingAlias> aliases;
    QString fallback;
    const char *help = "";
    std::function<std::optional<Text>(Config &, const QString &)>
        read; // what is wrong with the text, or nothing
    bool secret = false;
    SettingKind kind = SettingKind::Used;
    // A default that depends on the host; asked when fallback is empty.
    QString (*hostFallback)(const QHash<QString, QString> &environment) = nullptr;
    // How a value is shown that holds a secret among other things; null: as it is, or not at all with secret.
    QString (*shown)(const QString &value) = nullptr;
};

const QList<Setting> &settingTable();
// By its name or an alias; null when unknown.
const Setting *findSetting(const QString &name);
QStringList settingNames(); // aliases included

}

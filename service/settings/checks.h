// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/config.h"
#include "service/settings/values.h"

// What settings must hold together, each of which is right alone. The loader of the settings asks when all are read.
// Pure.
namespace quota::service
{

struct SettingFault
{
    QString field;
    Text text;
};

// What can be lived with goes to the notices of the config.
QList<SettingFault> faultsBetween(Config &config);

}

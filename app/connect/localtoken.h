// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QString>

// The admin token that a service run by this user on this computer has written for its operator. Connect reads
// it when a person asks for it; the token is neither shown nor kept here.
namespace quota::console
{

QString localTokenPath(); // $XDG_DATA_HOME/quota-proxy/admin-token
bool hasLocalToken();     // there is such a file and it may be read
Result<QString> readLocalToken();

}

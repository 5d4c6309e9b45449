// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>

// The admin token of a service whose settings name none: random, in a file that only its user can read.
namespace quota::service
{

// Reads the token, or makes one of 256 random bits and writes it (mode 0600, whole or not at all).
Result<QByteArray> loadOrCreateAdminToken(const QString &path);

}

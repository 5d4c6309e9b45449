// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QNetworkReply>

// What Qt Network says of a failed request, as an Error that tells a person what to check. Pure.
namespace quota
{

// host: as the person knows it, with its port.
Error networkError(QNetworkReply::NetworkError code, const QString &host, const QString &detail);
// True when the answer came whole and only its status is an error to Qt.
bool isStatusError(QNetworkReply::NetworkError code, int status);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/apikey.h"
#include "shared/json.h"
#include "shared/provider.h"

#include <QUrl>

// Reads what came back from the admin API: the JSON object of a good answer, or the Error that a refusal says.
// Knows that something else may answer at an address (a web server in front, a wrong port). Pure.
namespace quota
{

Result<QJsonObject> readAnswer(int status, const QByteArray &body);
// The refusal to follow a redirect; names where it leads, without query or user.
Error redirectRefused(int status, const QUrl &target);

// The good answers that wrap values.
Result<KeyPage> keyPageFromJson(const QJsonObject &object);
Result<CreatedKey> createdKeyFromJson(const QJsonObject &object);
Result<QList<CreatedKey>> createdKeysFromJson(const QJsonObject &object); // one key, or a list of them
Result<QList<Provider>> providersFromJson(const QJsonObject &object);

}

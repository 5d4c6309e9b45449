// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/import/importedkey.h"
#include "shared/result.h"

// JSON and CSV of other systems, told apart and handed to the mapper of their family; and the refusal of all else. Pure.
namespace quota::service
{

// name: of the file, for messages.
Result<ImportPlan> planText(const QString &name, QByteArray text, Timestamp now);

// «FILE holds FOUND», and what could be imported instead.
tl::unexpected<Error> unsupportedSource(const QString &name, const QString &found);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/backup/import/sourcevalues.h"

// LiteLLM's table LiteLLM_VerificationToken, exported as CSV or JSON. Its tokens are SHA-256 hashes of the secrets, as
// ours are, so that holders keep them. Budgets in money do not come along. Pure.
namespace quota::service
{

inline const QString liteLlmTable = QStringLiteral("litellm_verificationtoken"); // in lowercase

bool isLiteLlm(const QStringList &columns); // in lowercase
ImportPlan planLiteLlm(const QList<SourceRow> &rows, const QString &format, Timestamp now);

}

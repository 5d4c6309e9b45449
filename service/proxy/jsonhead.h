// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/message.h"
#include "service/messages.h"
#include "shared/result.h"

// What a request's head says of its body, where chatrequest reads that as JSON; proxycall asks. Pure.
namespace quota::service
{

// Refuses a request whose head says that its body is something else than plain JSON in UTF-8, so that no upstream
// reads other names and values in it than
// ChatRequest::parse() does. No Content-Type says nothing.
Done checkJsonHead(const HeaderList &headers, Language language = Language::English);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/config.h"
#include "service/proxy/chatrequest.h"
#include "service/proxy/requestroute.h"

// How many tokens a request is taken to need at most, by the settings: what proxycall reserves, and the ceiling that
// it may put into a body. Pure.
namespace quota::service
{

// For each answer of a request without a ceiling of its own: of its model, or the usual one; 0 where the route's
// answers have none.
qint64 outputCeiling(const Config &config, const RequestRoute &route, QByteArrayView model);

// bodyBytes: of the body as it is forwarded.
qint64 tokensToReserve(const Config &config, const RequestRoute &route, const ChatRequest &chat,
                       qint64 bodyBytes);

// The member by which the body is to get a ceiling; empty: none by the settings, or on this route.
QByteArrayView missingCeilingName(const Config &config, const RequestRoute &route);

}

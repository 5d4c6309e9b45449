// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/access/keyring.h"
#include "service/http/message.h"
#include "service/messages.h"

#include <optional>

// What a key holder hears: which credential a request carries, every refusal as OpenAI's error object with its
// status and headers, and the rate-limit headers of the answers that are not refusals. The proxy and the holder's
// own routes both answer from here, so that the table exists once. Pure.
namespace quota::service
{

enum class HolderFault
{
    MissingKey,
    UnknownKey, // deleted keys too: a holder learns nothing about keys that are gone
    KeyExpired,
    KeyDisabled,
    ModelNotAllowed,   // subject: the model
    AddressNotAllowed, // subject: the address
    InvalidJson,       // subject: what is wrong and where
    InvalidForm,       // subject: what is wrong
    ModelUnclear,      // target and body, or a target alone, name two models
    ModelTooLate,      // subject: the most of a form that is held back, in bytes
    RequestTooLarge,   // subject: the most that is taken, in bytes
    RouteNotFound,     // subject: method and path
    ModelNotFound,     // subject: the model
    UpstreamUnreachable,
    UpstreamTimeout,
    StoreUnavailable, // a limit cannot be kept while the store does not write
    ShuttingDown,
    Internal
};

// The subject may be empty; the message then does without it.
HttpAnswer holderError(HolderFault fault, Language language, const QString &subject = {});
// The 429 of a limit or of the concurrency, with Retry-After and, where trying again is vain, x-should-retry.
HttpAnswer limitError(const Refusal &refusal, Language language);

// What follows «Bearer» in the Authorization header; empty without one.
QByteArray bearerOf(const HttpRequest &request);
// The secret by Authorization: Bearer, x-api-key or x-trial-key, in this order; empty when there is none.
QByteArray credentialOf(const HttpRequest &request);
// Why this key may not be used now; nothing when it may. A null entry is an unknown key.
std::optional<HolderFault> keyFault(const KeyEntryPointer &entry, Timestamp now);

// x-ratelimit-{limit,remaining,reset}-{requests,tokens} of the tightest limit of each unit. Units without a
// limit have no headers; a limit in total has no reset. Limits that only warn are none of these: one that is crossed
// has an x-quota-warning.
HeaderList rateLimitHeaders(const QList<LimitStatus> &statuses, Timestamp now);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>
#include <optional>

// What the proxy must know of a request body: the model, whether it streams, its token ceiling, and where to
// ask for usage. The body itself is forwarded byte for byte; the one edit (stream_options.include_usage) is made
// in place without re-serialising. Pure.
namespace quota::service
{

struct ChatRequest
{
    QByteArray model; // empty when the body names none
    bool stream = false;
    bool includeUsage = false;           // the holder asked for stream_options.include_usage
    std::optional<qint64> maximumTokens; // max_tokens or max_completion_tokens, the larger; ≥ 0
    qint64 promptEstimate =
        0; // tokens, from the length of the texts (about 4 bytes a token, 1 per CJK character)

    // Reads a body that must be one JSON object; message says what is wrong and where.
    static Result<ChatRequest> parse(const QByteArray &body);
};

// The body with "stream_options":{"include_usage":true} added, or include_usage set to true in the
// stream_options that are there; every other byte stays. For bodies that parse() accepted with stream = true.
QByteArray askForUsage(const QByteArray &body);

}

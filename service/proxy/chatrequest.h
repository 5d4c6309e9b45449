// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/messages.h"
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
    bool includeUsage = false; // the holder asked for stream_options.include_usage
    // The largest of max_tokens, max_completion_tokens and max_output_tokens; ≥ 0.
    std::optional<qint64> maximumTokens;
    // Tokens, from the texts of the prompt: messages, prompt, input, system, instructions. Files and pictures do
    // not count, token numbers count one each.
    qint64 promptEstimate = 0;

    // Reads a body that must be one JSON object (RFC 8259, UTF-8, 128 levels at most). A name that comes twice
    // has its last value, as with OpenAI's servers. The error's message, in the given language, says what is
    // wrong and where; its field is empty when the body is not JSON at all.
    static Result<ChatRequest> parse(const QByteArray &body, Language language = Language::English);
};

// The body with "stream_options":{"include_usage":true} added, or include_usage set to true in the
// stream_options that are there; every other byte stays. For bodies that parse() accepted with stream = true, of
// the chat and completions calls; a body that is no JSON object comes back as it is.
QByteArray askForUsage(const QByteArray &body);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/messages.h"
#include "shared/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <optional>

// What the proxy must know of a request body: the model, whether it streams, how much it may answer, and where to
// ask for usage. The body itself is forwarded byte for byte; the one edit (stream_options.include_usage) is made
// in place without re-serialising. What an upstream could read differently is refused, never guessed. Pure.
namespace quota::service
{

struct ChatRequest
{
    // How the body comes to ask for usage: length bytes at position give way to text. Nothing to do without text.
    struct UsageEdit
    {
        qsizetype position = 0;
        qsizetype length = 0;
        QByteArrayView text; // of static storage
    };

    QByteArray model; // empty when the body names none
    bool stream = false;
    bool includeUsage = false; // the holder asked for stream_options.include_usage
    // The largest of max_tokens, max_completion_tokens and max_output_tokens; ≥ 0.
    std::optional<qint64> maximumTokens;
    // How many answers of that length may be made: the larger of n and best_of, for each prompt of a list.
    qint64 answers = 1;
    // Tokens, from the texts of the prompt: messages, prompt, input, system, instructions, and tools and functions as
    // they are written. Files and pictures do not count, token numbers count one each.
    qint64 promptEstimate = 0;
    UsageEdit usageEdit;
    // Where a member can be added: before the brace that closes the body.
    qsizetype closing = 0;
    bool isEmpty = true; // the body has no member
    // The ceilings that are there and null, by name and place.
    struct Place
    {
        QByteArrayView name; // of static storage
        qsizetype position = 0;
        qsizetype length = 0;
    };
    QList<Place> nullCeilings;

    static constexpr qsizetype maximumModelBytes = 256;
    static constexpr qint64 maximumAnswers = 128; // of n and best_of

    // What the request may cost at most: the prompt, and each answer; maximumAmount when it is more than that. Both
    // arguments stand in where the request says nothing, prompt (tokens) for its estimate.
    qint64 tokensAtMost(qint64 defaultOutputTokens, std::optional<qint64> prompt = {}) const;

    // Reads a body that must be one JSON object (RFC 8259, UTF-8, 128 levels at most). Of the members that are read
    // here none may come twice, nor in other letters that some readers take for the same («Model»). The error's
    // message, in the given language, says what is wrong and where; its field is empty when the body is not JSON at
    // all.
    static Result<ChatRequest> parse(const QByteArray &body, Language language = Language::English);
};

// The body with "stream_options":{"include_usage":true} added, or include_usage set to true in the
// stream_options that are there; every other byte stays. request: what parse() made of that body.
QByteArray askForUsage(const QByteArray &body, const ChatRequest &request);

// The body with a ceiling by that name added, or in the place of its null; for one that has none. request: what parse()
// made of that body, whose places are no longer those of the new one.
QByteArray withCeiling(const QByteArray &body, const ChatRequest &request, QByteArrayView name,
                       qint64 tokens);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/proxy/jsonscanner.h"
#include "service/proxy/tokenestimate.h"

#include <optional>

// Reads one JSON value of an upstream's answer (a body, or the data of one event) for what it says of usage, in
// the shapes of chat, completions, embeddings, responses and Anthropic messages. usagemeter adds the readings of
// an answer up. Pure.
namespace quota::service
{

// Counts as an upstream wrote them; what it did not name is nothing.
struct UsageCounts
{
    std::optional<qint64> prompt;
    std::optional<qint64> completion;
    std::optional<qint64> total;
    std::optional<qint64> cached;       // part of prompt
    std::optional<qint64> cacheRead;    // Anthropic: beside prompt, not part of it
    std::optional<qint64> cacheCreated; // Anthropic: beside prompt, not part of it
    std::optional<qint64> reasoning;

    bool isEmpty() const { return !prompt && !completion && !total; }
    void merge(const UsageCounts &later);
    bool operator==(const UsageCounts &) const = default;
};

struct UsageReading
{
    UsageCounts counts;
    bool isFinal = false;      // the counts are those of the whole answer so far, not of its start
    bool isUsageChunk = false; // no choices, and usage: the event that include_usage adds
    TokenEstimate text;        // of the answer's words in it
    // Where the one text begins that it holds; nothing when there are more or none, or when it says of usage.
    std::optional<qsizetype> onlyText;
};

// Nothing when the text is not JSON. isEvent: of a stream, where only deltas are text.
std::optional<UsageReading> readUsage(QByteArrayView json, bool isEvent);
// From the end of a body whose beginning is lost: the last "usage" object in it.
std::optional<UsageReading> readUsageFromTail(QByteArrayView tail);

}

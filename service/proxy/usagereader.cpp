// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/usagereader.h"

#include "service/proxy/textcount.h"

namespace quota::service
{

using Token = JsonScanner::Token;

void UsageCounts::merge(const UsageCounts &later)
{
    const auto take = [](std::optional<qint64> &mine, const std::optional<qint64> &other) {
        if (other)
            mine = other;
    };
    take(prompt, later.prompt);
    take(completion, later.completion);
    take(total, later.total);
    take(cached, later.cached);
    take(cacheRead, later.cacheRead);
    take(cacheCreated, later.cacheCreated);
    take(reasoning, later.reasoning);
}

static void readCount(const JsonScanner &scanner, std::optional<qint64> &count)
{
    qint64 value = 0;
    if (scanner.wholeNumber(&value) && value >= 0)
        count = value;
}

// The members of the usage object whose ObjectBegin was the last token.
static UsageCounts readCounts(JsonScanner &scanner)
{
    UsageCounts counts;
    const auto readDetail = [&](Token token, QByteArrayView wanted, std::optional<qint64> &count) {
        if (token != Token::ObjectBegin)
            return;
        forEachMember(scanner, [&](QByteArrayView name, Token) {
            if (name == wanted)
                readCount(scanner, count);
        });
    };
    forEachMember(scanner, [&](QByteArrayView name, Token token) {
        if (isText(name, "prompt_tokens") || isText(name, "input_tokens"))
            readCount(scanner, counts.prompt);
        else if (isText(name, "completion_tokens") || isText(name, "output_tokens"))
            readCount(scanner, counts.completion);
        else if (isText(name, "total_tokens"))
            readCount(scanner, counts.total);
        else if (isText(name, "prompt_tokens_details") || isText(name, "input_tokens_details"))
            readDetail(token, "cached_tokens", counts.cached);
        else if (isText(name, "completion_tokens_details") || isText(name, "output_tokens_details"))
            readDetail(token, "reasoning_tokens", counts.reasoning);
        else if (isText(name, "prompt_cache_hit_tokens") && !counts.cached)
            readCount(scanner, counts.cached);
        else if (isText(name, "cache_read_input_tokens"))
            readCount(scanner, counts.cacheRead);
        else if (isText(name, "cache_creation_input_tokens"))
            readCount(scanner, counts.cacheCreated);
    });
    return counts;
}

// The usage inside response (responses) or message (the start of an Anthropic stream).
static UsageCounts readNested(JsonScanner &scanner, Token token)
{
    UsageCounts counts;
    if (token != Token::ObjectBegin)
        return counts;
    forEachMember(scanner, [&](QByteArrayView name, Token value) {
        if (isText(name, "usage") && value == Token::ObjectBegin)
            counts = readCounts(scanner);
    });
    return counts;
}

std::optional<UsageReading> readUsage(QByteArrayView json, bool isEvent)
{
    JsonScanner scanner(json);
    if (scanner.next() != Token::ObjectBegin) {
        scanner.leave(0);
        return scanner.token() != Token::Fault && scanner.next() == Token::End ? std::optional(UsageReading{})
                                                                               : std::nullopt;
    }
    UsageReading reading;
    UsageCounts start;
    bool hasEmptyChoices = false;
    bool hasUsage = false;
    bool isWords = true;
    CountedTexts texts;
    CountedTexts delta;
    forEachMember(scanner, [&](QByteArrayView name, Token token) {
        if (isText(name, "usage") && token == Token::ObjectBegin) {
            hasUsage = true;
            reading.counts = readCounts(scanner);
        } else if (isText(name, "response")) {
            reading.counts.merge(readNested(scanner, token));
        } else if (isText(name, "message")) {
            start = readNested(scanner, token);
        } else if (isText(name, "choices") && token == Token::ArrayBegin) {
            hasEmptyChoices = true;
            forEachElement(scanner, [&](Token) {
                hasEmptyChoices = false;
                countTexts(scanner, false, texts);
            });
        } else if (isText(name, "delta")) {
            countTexts(scanner, true, delta);
        } else if (isText(name, "type") && token == Token::String) {
            // Sounds and pictures come as base64 in a delta of their own.
            const QByteArrayView type = scanner.text();
            isWords = !(type.contains("audio.") || type.contains("image")) || type.contains("transcript");
        } else if (!isEvent && (isText(name, "output") || isText(name, "content") ||
                                isText(name, "text"))) { // the last one of transcriptions
            countTexts(scanner, true, texts);
        }
    });
    if (scanner.token() != Token::ObjectEnd || scanner.next() != Token::End)
        return std::nullopt;
    reading.text = texts.estimate;
    if (isWords)
        reading.text.add(delta.estimate);
    reading.isFinal = !reading.counts.isEmpty();
    reading.isUsageChunk = hasEmptyChoices && hasUsage;
    start.merge(reading.counts);
    reading.counts = start;
    if (!hasUsage && reading.counts == UsageCounts{} && texts.count + delta.count == 1 &&
        (isWords || texts.count == 1))
        reading.onlyText = texts.count == 1 ? texts.last : delta.last;
    return reading;
}

std::optional<UsageReading> readUsageFromTail(QByteArrayView tail)
{
    // A quote inside a string is escaped, so these bytes are a name wherever they stand.
    static constexpr QByteArrayView name("\"usage\"");
    qsizetype before = tail.size();
    while (before > 0) {
        const qsizetype place = tail.first(before).lastIndexOf(name);
        if (place < 0)
            return std::nullopt;
        before = place;
        const QByteArrayView rest = tail.sliced(place + name.size()).trimmed();
        if (!rest.startsWith(':'))
            continue;
        JsonScanner scanner(rest.sliced(1), JsonScanner::Rest::Ignored);
        if (scanner.next() != Token::ObjectBegin)
            continue;
        UsageReading reading;
        reading.counts = readCounts(scanner);
        reading.isFinal = !reading.counts.isEmpty();
        if (scanner.token() == Token::ObjectEnd && reading.isFinal)
            return reading;
    }
    return std::nullopt;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "basics.h"

#include <optional>
#include <string_view>

// What the mock upstream says and the load expects, byte for byte. A request carries an order in its first message;
// the answer repeats the order's serial number everywhere, and every event of a stream has its own number, so that
// a byte that is lost, doubled, changed or handed to another client is seen.
namespace quota::bench
{

struct Order
{
    std::uint32_t serial = 0;
    std::uint32_t chunks = 0;          // 0: one JSON answer
    std::chrono::microseconds pace{0}; // between events; 0: as fast as the socket takes them
};

// The secret that the mock demands: a proxy that passes its client's own on is found out.
inline constexpr std::string_view upstreamSecret = "upstream-secret-of-the-bench-0123456789abcdef";

// A chat request as the openai package for Python sends it.
class ChatRequest
{
public:
    ChatRequest() = default;
    ChatRequest(std::uint16_t port, std::string_view secret, const Order &order);

    void setSerial(std::uint32_t serial);
    const std::string &text() const { return m_text; }
    std::size_t headSize() const { return m_headSize; }

private:
    std::string m_text;
    std::size_t m_headSize = 0;
    std::size_t m_serialAt = 0;
};

std::optional<Order> orderIn(std::string_view body);

// Heads of answers, as long as the real ones.
std::string jsonHead(std::size_t length);
std::string streamHead();

inline constexpr std::uint64_t jsonTokens = 60;   // that jsonBody() reports
inline constexpr std::uint64_t promptTokens = 31; // that streamEnd() reports, beside one a chunk
inline constexpr std::size_t jsonSerialAt = 16;   // {"id":"chatcmpl-
// The same text for every serial but for its eight digits at jsonSerialAt.
std::string jsonBody(std::uint32_t serial);

// One event of a stream; all have the same size.
std::size_t eventSize();
void writeEvent(char *place, std::uint32_t serial, std::uint32_t number, std::uint64_t sentNanoseconds);
// What follows the last event: usage and [DONE].
std::string streamEnd(std::uint32_t serial, std::uint32_t chunks);

// Checks a stream's content as it comes, cut anywhere.
class StreamCheck
{
public:
    void begin(std::uint32_t serial, std::uint32_t chunks);
    // Whether all of it was as expected; appends the delay of each event that ended.
    bool feed(std::string_view content, std::uint64_t nowNanoseconds, Samples &delays);
    std::uint32_t events() const { return m_events; }
    bool complete() const { return m_complete; }

private:
    bool feedEnd(std::string_view content);

    std::uint32_t m_serial = 0;
    std::uint32_t m_chunks = 0;
    std::uint32_t m_events = 0;
    bool m_complete = false;
    std::string m_partial; // of an event
    std::size_t m_endAt = 0;
};

// Content of uploads: position in the body decides every byte.
std::string_view uploadPattern();

}

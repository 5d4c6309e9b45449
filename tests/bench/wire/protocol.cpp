// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace quota::bench
{

static constexpr std::string_view orderMark = "bench order ";
static constexpr std::size_t serialDigits = 8;
static constexpr std::size_t chunkDigits = 8;
static constexpr std::size_t paceDigits = 9;
static constexpr std::size_t stampDigits = 16;

template <typename Number>
static void writeDigits(char *place, Number number, std::size_t digits)
{
    for (std::size_t i = digits; i > 0; --i) {
        place[i - 1] = char('0' + number % 10);
        number /= 10;
    }
}

template <typename Number>
static std::string digitsOf(Number number, std::size_t digits)
{
    std::string text(digits, '0');
    writeDigits(text.data(), number, digits);
    return text;
}

static std::uint64_t readDigits(std::string_view text)
{
    std::uint64_t number = 0;
    for (const char c : text)
        number = number * 10 + std::uint64_t(c - '0');
    return number;
}

ChatRequest::ChatRequest(std::uint16_t port, std::string_view secret, const Order &order)
{
    std::string body = R"({"messages":[{"role":"system","content":"You are a helpful assistant."},)"
                       R"({"role":"user","content":")";
    body += orderMark;
    const std::size_t serialAt = body.size();
    body += digitsOf(order.serial, serialDigits) + ' ' + digitsOf(order.chunks, chunkDigits) + ' ' +
            digitsOf(std::uint64_t(order.pace.count()), paceDigits) +
            R"(: say in two sentences why the sky is blue."}],"model":"gpt-4o-mini","max_tokens":256,)"
            R"("temperature":0.7)";
    if (order.chunks > 0)
        body += R"(,"stream":true,"stream_options":{"include_usage":true})";
    body += '}';
    m_text = "POST /v1/chat/completions HTTP/1.1\r\n"
             "Host: 127.0.0.1:" +
             std::to_string(port) +
             "\r\nAccept-Encoding: gzip, deflate\r\n"
             "Connection: keep-alive\r\n"
             "Accept: application/json\r\n"
             "Content-Type: application/json\r\n"
             "User-Agent: OpenAI/Python 1.109.1\r\n"
             "X-Stainless-Lang: python\r\n"
             "X-Stainless-Package-Version: 1.109.1\r\n"
             "X-Stainless-OS: Linux\r\n"
             "X-Stainless-Arch: x64\r\n"
             "X-Stainless-Runtime: CPython\r\n"
             "X-Stainless-Runtime-Version: 3.11.2\r\n"
             "Authorization: Bearer ";
    m_text += secret;
    m_text += "\r\nOpenAI-Organization: org-Zk4vQ8sXn2bT7pLw0RyUe5Jd\r\n"
              "OpenAI-Project: proj_h3Fq9TzV1cYk6MgB8uNa2SxE\r\n"
              "X-Stainless-Async: false\r\n"
              "x-stainless-retry-count: 0\r\n"
              "x-stainless-read-timeout: 600\r\n"
              "Content-Length: " +
              std::to_string(body.size()) + "\r\n\r\n";
    m_headSize = m_text.size();
    m_serialAt = m_headSize + serialAt;
    m_text += body;
}

void ChatRequest::setSerial(std::uint32_t serial)
{
    writeDigits(m_text.data() + m_serialAt, serial, serialDigits);
}

std::optional<Order> orderIn(std::string_view body)
{
    const std::size_t mark = body.find(orderMark);
    constexpr std::size_t size = serialDigits + 1 + chunkDigits + 1 + paceDigits;
    if (mark == std::string_view::npos || body.size() < mark + orderMark.size() + size)
        return std::nullopt;
    body.remove_prefix(mark + orderMark.size());
    Order order;
    order.serial = std::uint32_t(readDigits(body.substr(0, serialDigits)));
    order.chunks = std::uint32_t(readDigits(body.substr(serialDigits + 1, chunkDigits)));
    order.pace = std::chrono::microseconds(readDigits(body.substr(size - paceDigits, paceDigits)));
    return order;
}

// Fields of an answer of api.openai.com, without cookies.
static const std::string commonFields = "Date: Mon, 06 Oct 2025 09:21:44 GMT\r\n"
                                        "Connection: keep-alive\r\n"
                                        "access-control-expose-headers: X-Request-ID\r\n"
                                        "openai-organization: bench\r\n"
                                        "openai-processing-ms: 11\r\n"
                                        "openai-version: 2020-10-01\r\n"
                                        "x-ratelimit-limit-requests: 10000\r\n"
                                        "x-ratelimit-limit-tokens: 200000\r\n"
                                        "x-ratelimit-remaining-requests: 9999\r\n"
                                        "x-ratelimit-remaining-tokens: 199968\r\n"
                                        "x-ratelimit-reset-requests: 8.64s\r\n"
                                        "x-ratelimit-reset-tokens: 9ms\r\n"
                                        "x-request-id: req_5f0c2a7be9d84c6f9a1e3b5d7c8f0a12\r\n"
                                        "strict-transport-security: max-age=31536000\r\n"
                                        "cf-cache-status: DYNAMIC\r\n"
                                        "X-Content-Type-Options: nosniff\r\n"
                                        "Server: cloudflare\r\n"
                                        "CF-RAY: 98a4c7d21f3e5b60-FRA\r\n"
                                        "alt-svc: h3=\":443\"; ma=86400\r\n";

std::string jsonHead(std::size_t length)
{
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(length) +
           "\r\n" + commonFields + "\r\n";
}

std::string streamHead()
{
    return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
           "Transfer-Encoding: chunked\r\nCache-Control: no-cache\r\n" +
           commonFields + "\r\n";
}

std::string jsonBody(std::uint32_t serial)
{
    return R"({"id":"chatcmpl-)" + digitsOf(serial, serialDigits) +
           R"(","object":"chat.completion","created":1759742504,"model":"gpt-4o-mini","choices":[{"index":0,)"
           R"("message":{"role":"assistant","content":"Air scatters short waves of light far more than long )"
           R"(ones, so blue reaches the eye from all over the sky. Towards evening the way is longer.",)"
           R"("refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":31,)"
           R"("completion_tokens":29,"total_tokens":60,"prompt_tokens_details":{"cached_tokens":0}},)"
           R"("system_fingerprint":"fp_44709d6fcb"})";
}

static const std::string eventModel =
    R"(data: {"id":"chatcmpl-00000000","object":"chat.completion.chunk","created":1759742504,)"
    R"("model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"00000000 0000000000000000"},)"
    R"("finish_reason":null}]})"
    "\n\n";
static const std::size_t eventSerialAt = eventModel.find("chatcmpl-") + 9;
static const std::size_t eventNumberAt = eventModel.find(R"("content":")") + 11;
static const std::size_t eventStampAt = eventNumberAt + chunkDigits + 1;

std::size_t eventSize()
{
    return eventModel.size();
}

void writeEvent(char *place, std::uint32_t serial, std::uint32_t number, std::uint64_t sentNanoseconds)
{
    std::memcpy(place, eventModel.data(), eventModel.size());
    writeDigits(place + eventSerialAt, serial, serialDigits);
    writeDigits(place + eventNumberAt, number, chunkDigits);
    writeDigits(place + eventStampAt, sentNanoseconds, stampDigits);
}

std::string streamEnd(std::uint32_t serial, std::uint32_t chunks)
{
    return R"(data: {"id":"chatcmpl-)" + digitsOf(serial, serialDigits) +
           R"(","object":"chat.completion.chunk","created":1759742504,"model":"gpt-4o-mini","choices":[],)"
           R"("usage":{"prompt_tokens":31,"completion_tokens":)" +
           std::to_string(chunks) + R"(,"total_tokens":)" + std::to_string(chunks + 31) +
           "}}\n\ndata: [DONE]\n\n";
}

void StreamCheck::begin(std::uint32_t serial, std::uint32_t chunks)
{
    *this = {};
    m_serial = serial;
    m_chunks = chunks;
}

bool StreamCheck::feed(std::string_view content, std::uint64_t nowNanoseconds, Samples &delays)
{
    std::string expected(eventModel.size(), '\0');
    while (!content.empty() && m_events < m_chunks) {
        const std::size_t size = std::min(content.size(), eventModel.size() - m_partial.size());
        std::string_view event = content.substr(0, size);
        content.remove_prefix(size);
        if (!m_partial.empty() || size < eventModel.size()) {
            m_partial += event;
            if (m_partial.size() < eventModel.size())
                return true;
            event = m_partial;
        }
        const std::string_view stamp = event.substr(eventStampAt, stampDigits);
        if (stamp.find_first_not_of("0123456789") != std::string_view::npos)
            return false;
        const std::uint64_t sent = readDigits(stamp);
        writeEvent(expected.data(), m_serial, m_events, sent);
        if (event != expected)
            return false;
        delays.push_back(nowNanoseconds > sent ? nowNanoseconds - sent : 0);
        ++m_events;
        m_partial.clear();
    }
    return content.empty() || feedEnd(content);
}

bool StreamCheck::feedEnd(std::string_view content)
{
    const std::string end = streamEnd(m_serial, m_chunks);
    if (end.compare(m_endAt, content.size(), content) != 0)
        return false;
    m_endAt += content.size();
    m_complete = m_endAt == end.size();
    return true;
}

std::string_view uploadPattern()
{
    static const std::string pattern = [] {
        std::string text(64 * 1024, '\0');
        for (std::size_t i = 0; i < text.size(); ++i)
            text[i] = char('a' + (i * 7 + i / 251) % 26);
        return text;
    }();
    return pattern;
}

}

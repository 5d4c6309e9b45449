// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "httpreader.h"
#include "poller.h"
#include "protocol.h"

#include <functional>

// Many streams at once, opened evenly over a while, each event checked for stream, number and bytes, and timed from
// the mock's send to here.
namespace quota::bench
{

struct StreamLoadOptions
{
    std::uint16_t port = 0;
    std::vector<std::string> secrets;
    std::uint32_t streams = 1;
    std::uint32_t chunks = 10;
    std::chrono::microseconds pace{50'000};
    Clock::duration rampUp{};
    std::function<std::uint64_t()> processorNanoseconds; // may be empty, as the next
    std::function<std::uint64_t()> residentKilobytes;
};

struct StreamLoadResult
{
    std::uint32_t complete = 0;
    std::uint32_t stalled = 0;  // silent for longer than their pace and `stallTime`
    std::uint32_t together = 0; // the most that were open at once
    double longestSilence = 0;  // seconds
    Samples firstBytes;         // request sent to first content
    Samples delays;             // of every event
    // From the moment when all streams had begun to the first that ended.
    std::uint64_t chunks = 0;
    std::uint64_t processorNanoseconds = 0;
    double seconds = 0;
    // Growth of memory from before the first connection to when all streams had begun.
    double kilobytesPerStream = 0;
    Failures failures;
};

inline constexpr Clock::duration stallTime = 2s;

class StreamLoad
{
public:
    explicit StreamLoad(StreamLoadOptions options);
    ~StreamLoad();
    StreamLoad(const StreamLoad &) = delete;
    StreamLoad &operator=(const StreamLoad &) = delete;

    StreamLoadResult run();

private:
    struct Client
    {
        int descriptor = -1;
        bool begun = false;
        std::uint32_t serial = 0;
        AnswerReader reader;
        StreamCheck check;
        Instant sentAt;
        Instant lastAt;
        Clock::duration longestSilence{};
    };

    void open(std::size_t number);
    void send(std::size_t number);
    void receive(std::size_t number);
    void takeContent(Client &client, std::string_view content, Instant now);
    void finish(Client &client);
    void fail(Client &client, const std::string &words);
    void close(Client &client);
    void beginWindow(Instant now);
    void endWindow(Instant now);
    void failSilent(Instant now);

    const StreamLoadOptions m_options;
    StreamLoadResult m_result;
    Poller m_poller;
    std::vector<Client> m_clients;
    std::uint64_t m_kilobytesBefore = 0;
    std::uint32_t m_open = 0;
    std::uint32_t m_begun = 0;
    std::uint64_t m_chunks = 0;
    Instant m_windowBegan;
    enum class Window
    {
        Before,
        Open,
        Over
    } m_window = Window::Before;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "httpreader.h"
#include "poller.h"
#include "protocol.h"

#include <functional>

// JSON requests over kept connections, each sent when the answer before it is complete, every answer compared with
// what the mock says. Many connections measure throughput and cost, one measures latency.
namespace quota::bench
{

struct JsonLoadOptions
{
    std::uint16_t port = 0;
    std::vector<std::string> secrets; // taken in turn by the connections
    std::size_t connections = 1;
    Clock::duration warmUp{};
    Clock::duration time{};
    std::function<std::uint64_t()> processorNanoseconds; // of what stands between; may be empty
};

struct JsonLoadResult
{
    std::uint64_t answers = 0; // within the time
    std::uint64_t sent = 0;    // with those of the warm-up
    double seconds = 0;
    std::uint64_t processorNanoseconds = 0;
    Samples latencies;
    Failures failures;
};

class JsonLoad
{
public:
    explicit JsonLoad(JsonLoadOptions options);
    ~JsonLoad();
    JsonLoad(const JsonLoad &) = delete;
    JsonLoad &operator=(const JsonLoad &) = delete;

    JsonLoadResult run();

private:
    struct Client
    {
        int descriptor = -1;
        ChatRequest request;
        std::uint32_t serial = 0;
        std::uint64_t answers = 0; // over this connection
        AnswerReader reader;
        std::string content;
        Instant sentAt;
    };

    void open(std::size_t number);
    void close(Client &client);
    void send(std::size_t number);
    void receive(std::size_t number);
    void finish(std::size_t number);
    void fail(Client &client, const std::string &words);
    void watchTime(Instant now);

    const JsonLoadOptions m_options;
    JsonLoadResult m_result;
    Poller m_poller;
    std::vector<Client> m_clients;
    std::string m_expected;
    std::uint32_t m_serial = 0;
    std::size_t m_open = 0;
    Instant m_measureFrom;
    Instant m_measureUntil;
    bool m_measuring = false;
    bool m_over = false;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "httpreader.h"
#include "poller.h"
#include "protocol.h"

#include <deque>
#include <map>
#include <memory>

// The upstream that all candidates stand before: an epoll loop in a process of its own. It answers chat requests
// as their order says (JSON, or events at a pace, or as fast as the socket takes them), GET /v1/models, and
// POST /v1/files, whose content it checks while it reads only so many bytes a second.
namespace quota::bench
{

// Upstream's view of an upload test.
inline constexpr std::uint64_t uploadBytesPerSecond = 1'000'000;

class MockUpstream
{
public:
    explicit MockUpstream(int listeningSocket);
    [[noreturn]] void run();

private:
    static constexpr std::uint32_t reading = EPOLLIN | EPOLLRDHUP;

    enum class Phase
    {
        Request,
        Streaming,
        Uploading
    };
    struct Peer
    {
        std::uint64_t generation = 0; // tells a timer that its connection is another one by now
        int descriptor = -1;
        Phase phase = Phase::Request;
        std::string input;
        std::string output; // what the socket did not take
        Order order;
        std::uint32_t nextEvent = 0;
        ContentReader upload;
        std::uint64_t uploaded = 0;
        bool intact = true;
    };
    struct Due
    {
        Instant at;
        int descriptor;
        std::uint64_t generation;
    };

    void accept();
    void receive(Peer &peer);
    void answerRequests(Peer &peer);
    bool answerOne(Peer &peer);
    void answerChat(Peer &peer, std::string_view body);
    void beginStream(Peer &peer);
    void sendEvent(Peer &peer, std::string before = {});
    void fillSocket(Peer &peer);
    void endStream(Peer &peer);
    void beginUpload(Peer &peer, std::string_view head);
    void readUpload(Peer &peer);
    void takeUploaded(Peer &peer, std::string_view input);
    void send(Peer &peer, std::string_view bytes);
    void flush(Peer &peer);
    void close(Peer &peer);
    void schedule(const Peer &peer, std::chrono::microseconds pace, Instant from);
    Peer *find(const Due &due);
    std::optional<Instant> runTimers();

    Poller m_poller;
    int m_listeningSocket;
    std::uint64_t m_generation = 0;
    std::vector<std::unique_ptr<Peer>> m_peers;                 // by descriptor
    std::map<std::chrono::microseconds, std::deque<Due>> m_due; // of one pace: in order by itself
    std::vector<char> m_block;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "basics.h"

#include <sys/epoll.h>

#include <array>
#include <optional>
#include <span>

// epoll with a number per descriptor, and sockets on loopback; for the mock and for the load.
namespace quota::bench
{

class Poller
{
public:
    Poller();
    ~Poller();
    Poller(const Poller &) = delete;
    Poller &operator=(const Poller &) = delete;

    void add(int descriptor, std::uint32_t events, std::uint64_t number);
    void change(int descriptor, std::uint32_t events, std::uint64_t number);
    void remove(int descriptor);
    // What is ready; waits until `until` at most, for ever without it.
    std::span<const epoll_event> wait(std::optional<Instant> until);

private:
    int m_descriptor = -1;
    std::array<epoll_event, 256> m_events{};
};

// A listening socket on 127.0.0.1 with a port of the system's choice.
struct ListeningSocket
{
    int descriptor = -1;
    std::uint16_t port = 0;
};
ListeningSocket listenOnLoopback();

// A port that was free a moment ago, for a program that insists on being told one.
std::uint16_t freePort();

// A non-blocking socket on its way to 127.0.0.1:port, or -1 with errno. `source` picks one of many loopback
// addresses to come from, so that no bound per address stands between.
int connectToLoopback(std::uint16_t port, std::uint32_t source);

// Lets this process, and what it starts, open as many descriptors as the system allows it.
void raiseDescriptorLimit();

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "poller.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace quota::bench
{

Poller::Poller()
    : m_descriptor(::epoll_create1(EPOLL_CLOEXEC))
{
    if (m_descriptor < 0)
        stop(std::string("epoll_create1: ") + std::strerror(errno));
}

Poller::~Poller()
{
    ::close(m_descriptor);
}

void Poller::add(int descriptor, std::uint32_t events, std::uint64_t number)
{
    epoll_event event{events, {}};
    event.data.u64 = number;
    if (::epoll_ctl(m_descriptor, EPOLL_CTL_ADD, descriptor, &event) < 0)
        stop(std::string("epoll_ctl: ") + std::strerror(errno));
}

void Poller::change(int descriptor, std::uint32_t events, std::uint64_t number)
{
    epoll_event event{events, {}};
    event.data.u64 = number;
    ::epoll_ctl(m_descriptor, EPOLL_CTL_MOD, descriptor, &event);
}

void Poller::remove(int descriptor)
{
    ::epoll_ctl(m_descriptor, EPOLL_CTL_DEL, descriptor, nullptr);
}

std::span<const epoll_event> Poller::wait(std::optional<Instant> until)
{
    timespec time{};
    if (until) {
        const auto left =
            std::max(Clock::duration::zero(), *until - Clock::now()) / std::chrono::nanoseconds(1);
        time.tv_sec = left / 1'000'000'000;
        time.tv_nsec = left % 1'000'000'000;
    }
    const int count =
        ::epoll_pwait2(m_descriptor, m_events.data(), int(m_events.size()), until ? &time : nullptr, nullptr);
    if (count < 0 && errno != EINTR)
        stop(std::string("epoll_pwait2: ") + std::strerror(errno));
    return {m_events.data(), std::size_t(std::max(count, 0))};
}

static sockaddr_in loopback(std::uint16_t port, std::uint32_t last = 1)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl((127U << 24) | last);
    return address;
}

ListeningSocket listenOnLoopback()
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (descriptor < 0 || ::bind(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) < 0 ||
        ::listen(descriptor, 4096) < 0 ||
        ::getsockname(descriptor, reinterpret_cast<sockaddr *>(&address), &size) < 0)
        stop(std::string("Cannot listen on 127.0.0.1: ") + std::strerror(errno));
    return {descriptor, ntohs(address.sin_port)};
}

std::uint16_t freePort()
{
    const ListeningSocket socket = listenOnLoopback();
    ::close(socket.descriptor);
    return socket.port;
}

int connectToLoopback(std::uint16_t port, std::uint32_t source)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return -1;
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    constexpr std::uint32_t sources = 250;
    const sockaddr_in from = loopback(0, 1 + source % sources);
    const sockaddr_in to = loopback(port);
    if (::bind(descriptor, reinterpret_cast<const sockaddr *>(&from), sizeof from) < 0 ||
        (::connect(descriptor, reinterpret_cast<const sockaddr *>(&to), sizeof to) < 0 &&
         errno != EINPROGRESS)) {
        const int error = errno;
        ::close(descriptor);
        errno = error;
        return -1;
    }
    return descriptor;
}

void raiseDescriptorLimit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    rlim_t most = limit.rlim_max;
    std::ifstream("/proc/sys/fs/nr_open") >> most;
    const rlimit wide{most, most};
    if (most > limit.rlim_max && ::setrlimit(RLIMIT_NOFILE, &wide) == 0) // root may
        return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}

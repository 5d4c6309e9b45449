// SPDX-License-Identifier: GPL-3.0-or-later
#include "floodload.h"

#include "httpreader.h"
#include "mock.h"
#include "poller.h"
#include "protocol.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace quota::bench
{

static constexpr std::uint64_t clientBytesPerSecond = 1'000'000;
static constexpr Clock::duration turn = 10ms;

namespace
{

struct FloodClient
{
    int descriptor = -1;
    AnswerReader reader;
    StreamCheck check;
    std::uint64_t bytes = 0; // of the upload that were sent
};

class Flood
{
public:
    explicit Flood(const FloodOptions &options)
        : m_options(options)
        , m_clients(options.streams)
    {}
    ~Flood()
    {
        for (FloodClient &client : m_clients)
            leave(client);
    }
    Flood(const Flood &) = delete;
    Flood &operator=(const Flood &) = delete;

    FloodResult run();

private:
    bool down() const { return m_options.direction == FloodDirection::Down; }
    void begin(std::size_t number);
    void read(FloodClient &client, std::size_t bytes);
    void write(FloodClient &client);
    void fail(FloodClient &client, const std::string &words);
    static void leave(FloodClient &client);

    const FloodOptions &m_options;
    FloodResult m_result;
    std::vector<FloodClient> m_clients;
    Samples m_delays;
};

void Flood::leave(FloodClient &client)
{
    if (client.descriptor >= 0)
        ::close(client.descriptor);
    client.descriptor = -1;
}

void Flood::fail(FloodClient &client, const std::string &words)
{
    m_result.failures.add((down() ? "flood down: " : "flood up: ") + words);
    leave(client);
}

void Flood::begin(std::size_t number)
{
    FloodClient &client = m_clients[number];
    client.descriptor = connectToLoopback(m_options.port, std::uint32_t(number));
    pollfd ready{client.descriptor, POLLOUT, 0};
    if (client.descriptor < 0 || ::poll(&ready, 1, 5'000) != 1)
        return fail(client, std::string("cannot connect: ") + std::strerror(errno));
    const std::string &secret = m_options.secrets[number % m_options.secrets.size()];
    const auto serial = std::uint32_t(number + 1);
    const auto chunks = std::uint32_t(m_options.bytes / eventSize());
    std::string text = down()
                           ? ChatRequest(m_options.port, secret, {serial, chunks, {}}).text()
                           : "POST /v1/files HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + secret +
                                 "\r\nContent-Type: application/octet-stream\r\nContent-Length: " +
                                 std::to_string(m_options.bytes) + "\r\n\r\n";
    client.reader.begin();
    client.check.begin(serial, chunks);
    if (::send(client.descriptor, text.data(), text.size(), MSG_NOSIGNAL) != ssize_t(text.size()))
        fail(client, std::string("cannot send: ") + std::strerror(errno));
}

void Flood::read(FloodClient &client, std::size_t bytes)
{
    static std::vector<char> block(1024 * 1024);
    const ssize_t size = ::recv(client.descriptor, block.data(), std::min(bytes, block.size()), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0)
        return fail(client, "closed by the other side after event " + std::to_string(client.check.events()));
    std::string_view input(block.data(), std::size_t(size));
    while (!input.empty() && client.reader.state() < AnswerReader::State::Complete) {
        const std::string_view content = client.reader.next(input);
        if (client.reader.state() == AnswerReader::State::Failed)
            return fail(client, client.reader.fault());
        if (client.reader.state() != AnswerReader::State::Head && client.reader.status() != 200)
            return fail(client, "status " + std::to_string(client.reader.status()) + ' ' +
                                    std::string(content.substr(0, 200)));
        m_result.bytes += content.size();
        m_delays.clear();
        if (!client.check.feed(content, 0, m_delays))
            return fail(client, "wrong after event " + std::to_string(client.check.events()));
    }
}

void Flood::write(FloodClient &client)
{
    const std::string_view pattern = uploadPattern();
    while (client.bytes < m_options.bytes) {
        const std::size_t at = client.bytes % pattern.size();
        const std::size_t size = std::min<std::uint64_t>(pattern.size() - at, m_options.bytes - client.bytes);
        const ssize_t sent = ::send(client.descriptor, pattern.data() + at, size, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (sent < 0)
            return fail(client, "refused after " + std::to_string(client.bytes) + " bytes");
        client.bytes += std::uint64_t(sent);
        m_result.bytes += std::uint64_t(sent);
    }
}

FloodResult Flood::run()
{
    const std::uint64_t before = m_options.residentKilobytes();
    std::uint64_t highest = before;
    for (std::size_t i = 0; i < m_clients.size(); ++i)
        begin(i);
    const Instant began = Clock::now();
    Instant at = began;
    std::uint64_t allowed = 0;
    while (at - began < m_options.time) {
        at += turn;
        const timespec time{0, std::max<long>(0, long((at - Clock::now()) / 1ns))};
        ::nanosleep(&time, nullptr);
        // By the clock, not by turns: a late turn is made up for.
        const auto due = std::uint64_t(seconds(Clock::now() - began) * clientBytesPerSecond);
        for (FloodClient &client : m_clients) {
            if (client.descriptor < 0)
                continue;
            if (down())
                read(client, std::size_t(due - allowed));
            else
                write(client);
        }
        allowed = due;
        highest = std::max(highest, m_options.residentKilobytes());
    }
    for (FloodClient &client : m_clients) {
        if (!down() && client.descriptor >= 0)
            read(client, 4'096); // an answer before the end can only be a refusal
        leave(client);
    }
    m_result.growthKilobytesPerStream = double(highest - before) / double(m_options.streams);
    return std::move(m_result);
}

}

FloodResult runFlood(const FloodOptions &options)
{
    return Flood(options).run();
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "streamload.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace quota::bench
{

// A stream that is silent for so long is given up.
static constexpr Clock::duration patience = 20s;

StreamLoad::StreamLoad(StreamLoadOptions options)
    : m_options(std::move(options))
    , m_clients(m_options.streams)
{}

StreamLoad::~StreamLoad()
{
    for (Client &client : m_clients)
        close(client);
}

void StreamLoad::open(std::size_t number)
{
    Client &client = m_clients[number];
    client.serial = std::uint32_t(number + 1);
    client.descriptor = connectToLoopback(m_options.port, std::uint32_t(number));
    if (client.descriptor < 0)
        return fail(client, std::string("cannot connect: ") + std::strerror(errno));
    m_result.together = std::max(m_result.together, ++m_open);
    client.lastAt = Clock::now();
    m_poller.add(client.descriptor, EPOLLOUT, number);
}

void StreamLoad::send(std::size_t number)
{
    Client &client = m_clients[number];
    const ChatRequest request(m_options.port, m_options.secrets[number % m_options.secrets.size()],
                              {client.serial, m_options.chunks, m_options.pace});
    client.reader.begin();
    client.check.begin(client.serial, m_options.chunks);
    client.sentAt = client.lastAt = Clock::now();
    const std::string &text = request.text();
    if (::send(client.descriptor, text.data(), text.size(), MSG_NOSIGNAL) != ssize_t(text.size()))
        return fail(client, std::string("cannot send: ") + std::strerror(errno));
    m_poller.change(client.descriptor, EPOLLIN, number);
}

void StreamLoad::receive(std::size_t number)
{
    Client &client = m_clients[number];
    static char block[64 * 1024];
    const ssize_t size = ::recv(client.descriptor, block, sizeof block, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0)
        return fail(client, "closed after " + std::to_string(client.check.events()) + " of " +
                                std::to_string(m_options.chunks) + " events");
    const Instant now = Clock::now();
    std::string_view input(block, std::size_t(size));
    while (!input.empty() && client.reader.state() < AnswerReader::State::Complete) {
        const std::string_view content = client.reader.next(input);
        if (!content.empty() && client.reader.status() == 200)
            takeContent(client, content, now);
        if (client.descriptor < 0)
            return;
    }
    if (client.reader.state() == AnswerReader::State::Failed)
        return fail(client, client.reader.fault());
    if (client.reader.state() == AnswerReader::State::Complete)
        finish(client);
}

void StreamLoad::takeContent(Client &client, std::string_view content, Instant now)
{
    if (!client.begun) {
        client.begun = true;
        m_result.firstBytes.push_back(nanoseconds(now - client.sentAt));
        if (++m_begun == m_options.streams)
            beginWindow(now);
    }
    client.longestSilence = std::max(client.longestSilence, now - client.lastAt);
    client.lastAt = now;
    const std::uint32_t before = client.check.events();
    if (!client.check.feed(content, nanoseconds(now.time_since_epoch()), m_result.delays))
        return fail(client, "wrong or out of order after event " + std::to_string(client.check.events()) +
                                ": " + std::string(content.substr(0, 200)));
    m_chunks += client.check.events() - before;
    if (client.check.events() == m_options.chunks)
        endWindow(now);
}

void StreamLoad::finish(Client &client)
{
    if (!client.check.complete())
        return fail(client, "status " + std::to_string(client.reader.status()) + ", ended after " +
                                std::to_string(client.check.events()) + " of " +
                                std::to_string(m_options.chunks) + " events");
    ++m_result.complete;
    if (client.longestSilence > m_options.pace + stallTime)
        ++m_result.stalled;
    m_result.longestSilence = std::max(m_result.longestSilence, seconds(client.longestSilence));
    close(client);
}

void StreamLoad::fail(Client &client, const std::string &words)
{
    m_result.failures.add("stream " + std::to_string(client.serial) + ": " + words);
    endWindow(Clock::now());
    close(client);
}

void StreamLoad::close(Client &client)
{
    if (client.descriptor < 0)
        return;
    ::close(client.descriptor);
    client.descriptor = -1;
    --m_open;
}

void StreamLoad::beginWindow(Instant now)
{
    if (m_window != Window::Before)
        return;
    m_window = Window::Open;
    m_windowBegan = now;
    m_chunks = 0;
    if (m_options.residentKilobytes)
        m_result.kilobytesPerStream =
            (double(m_options.residentKilobytes()) - double(m_kilobytesBefore)) / double(m_options.streams);
    if (m_options.processorNanoseconds)
        m_result.processorNanoseconds = m_options.processorNanoseconds();
}

void StreamLoad::endWindow(Instant now)
{
    if (m_window == Window::Open) {
        if (m_options.processorNanoseconds)
            m_result.processorNanoseconds = m_options.processorNanoseconds() - m_result.processorNanoseconds;
        m_result.chunks = m_chunks;
        m_result.seconds = seconds(now - m_windowBegan);
    }
    m_window = Window::Over;
}

void StreamLoad::failSilent(Instant now)
{
    for (Client &client : m_clients) {
        if (client.descriptor >= 0 && now - client.lastAt > patience)
            fail(client, "silent for 20 s after event " + std::to_string(client.check.events()));
    }
}

StreamLoadResult StreamLoad::run()
{
    if (m_options.residentKilobytes)
        m_kilobytesBefore = m_options.residentKilobytes();
    m_result.delays.reserve(std::size_t(m_options.streams) * m_options.chunks);
    const Instant began = Clock::now();
    std::size_t opened = 0;
    Instant nextLook = began + 1s;
    while (opened < m_clients.size() || m_open > 0) {
        const Instant now = Clock::now();
        const auto opensAt = [&] {
            return began + m_options.rampUp * std::int64_t(opened) / m_options.streams;
        };
        while (opened < m_clients.size() && opensAt() <= now)
            open(opened++);
        if (now >= nextLook) {
            failSilent(now);
            nextLook = now + 1s;
        }
        for (const epoll_event &event :
             m_poller.wait(opened < m_clients.size() ? std::min(opensAt(), nextLook) : nextLook)) {
            const auto number = std::size_t(event.data.u64);
            if (m_clients[number].descriptor < 0)
                continue;
            if (event.events & EPOLLOUT)
                send(number);
            else
                receive(number);
        }
    }
    return std::move(m_result);
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "jsonload.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace quota::bench
{

static constexpr Clock::duration patience = 10s;

JsonLoad::JsonLoad(JsonLoadOptions options)
    : m_options(std::move(options))
    , m_clients(m_options.connections)
    , m_expected(jsonBody(0))
{
    for (std::size_t i = 0; i < m_clients.size(); ++i)
        m_clients[i].request =
            ChatRequest(m_options.port, m_options.secrets[i % m_options.secrets.size()], {});
}

JsonLoad::~JsonLoad()
{
    for (Client &client : m_clients)
        close(client);
}

void JsonLoad::open(std::size_t number)
{
    Client &client = m_clients[number];
    client.descriptor = connectToLoopback(m_options.port, std::uint32_t(number));
    client.answers = 0;
    if (client.descriptor < 0)
        return fail(client, std::string("cannot connect: ") + std::strerror(errno));
    ++m_open;
    m_poller.add(client.descriptor, EPOLLOUT, number); // writable: connected
}

void JsonLoad::close(Client &client)
{
    if (client.descriptor < 0)
        return;
    ::close(client.descriptor);
    client.descriptor = -1;
    --m_open;
}

void JsonLoad::fail(Client &client, const std::string &words)
{
    m_result.failures.add("JSON request " + std::to_string(client.serial) + ": " + words);
    close(client);
}

void JsonLoad::send(std::size_t number)
{
    Client &client = m_clients[number];
    client.serial = ++m_serial % 100'000'000;
    client.request.setSerial(client.serial);
    client.reader.begin();
    client.content.clear();
    client.sentAt = Clock::now();
    ++m_result.sent;
    const std::string &text = client.request.text();
    // A socket that was empty takes a kilobyte whole.
    if (::send(client.descriptor, text.data(), text.size(), MSG_NOSIGNAL) != ssize_t(text.size()))
        fail(client, std::string("cannot send: ") + std::strerror(errno));
}

void JsonLoad::receive(std::size_t number)
{
    Client &client = m_clients[number];
    static char block[64 * 1024];
    const ssize_t size = ::recv(client.descriptor, block, sizeof block, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0)
        return fail(client, size == 0 ? "the connection was closed before the answer was complete"
                                      : std::string("the connection broke: ") + std::strerror(errno));
    std::string_view input(block, std::size_t(size));
    while (!input.empty() && client.reader.state() < AnswerReader::State::Complete)
        client.content += client.reader.next(input);
    if (client.reader.state() == AnswerReader::State::Failed)
        return fail(client, client.reader.fault());
    if (client.reader.state() == AnswerReader::State::Complete && !input.empty())
        return fail(client, "bytes after the answer");
    if (client.reader.state() == AnswerReader::State::Complete)
        finish(number);
}

void JsonLoad::finish(std::size_t number)
{
    Client &client = m_clients[number];
    const Instant now = Clock::now();
    for (std::uint32_t place = 8, rest = client.serial; place > 0; --place, rest /= 10)
        m_expected[jsonSerialAt + place - 1] = char('0' + rest % 10);
    if (client.reader.status() != 200 || client.content != m_expected)
        return fail(client, "status " + std::to_string(client.reader.status()) + ", content " +
                                client.content.substr(0, 200));
    if (!client.reader.keepAlive())
        return fail(client, "the answer ends the connection, which was to be kept");
    ++client.answers;
    watchTime(now);
    if (m_measuring && !m_over) {
        ++m_result.answers;
        m_result.latencies.push_back(nanoseconds(now - client.sentAt));
    }
    if (m_over)
        close(client);
    else
        send(number);
}

void JsonLoad::watchTime(Instant now)
{
    const auto cost = [this] {
        return m_options.processorNanoseconds ? m_options.processorNanoseconds() : 0;
    };
    if (!m_measuring && now >= m_measureFrom) {
        m_measuring = true;
        m_measureFrom = now;
        m_measureUntil = now + m_options.time;
        m_result.processorNanoseconds = cost();
    } else if (m_measuring && !m_over && now >= m_measureUntil) {
        m_over = true;
        m_result.processorNanoseconds = cost() - m_result.processorNanoseconds;
        m_result.seconds = seconds(now - m_measureFrom);
    }
}

JsonLoadResult JsonLoad::run()
{
    m_measureFrom = Clock::now() + m_options.warmUp;
    m_result.latencies.reserve(1'000'000);
    for (std::size_t i = 0; i < m_clients.size(); ++i)
        open(i);
    while (m_open > 0) {
        const auto events = m_poller.wait(Clock::now() + patience);
        if (events.empty()) {
            for (Client &client : m_clients) {
                if (client.descriptor >= 0)
                    fail(client, "no answer in 10 s");
            }
        }
        for (const epoll_event &event : events) {
            const auto number = std::size_t(event.data.u64);
            Client &client = m_clients[number];
            if (client.descriptor < 0)
                continue;
            if (event.events & EPOLLOUT) {
                m_poller.change(client.descriptor, EPOLLIN, number);
                send(number);
            } else {
                receive(number);
            }
        }
    }
    if (!m_over)
        m_result.failures.add("the JSON load ended before its time: all connections failed");
    return std::move(m_result);
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "mock.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace quota::bench
{

static constexpr std::size_t blockSize = 256 * 1024;
static constexpr std::size_t largestRequest = 1024 * 1024;

MockUpstream::MockUpstream(int listeningSocket)
    : m_listeningSocket(listeningSocket)
    , m_block(blockSize)
{
    m_poller.add(m_listeningSocket, EPOLLIN, std::uint64_t(m_listeningSocket));
}

void MockUpstream::run()
{
    std::optional<Instant> next;
    while (true) {
        for (const epoll_event &event : m_poller.wait(next)) {
            const auto descriptor = std::size_t(event.data.u64);
            if (int(descriptor) == m_listeningSocket) {
                accept();
                continue;
            }
            if (descriptor >= m_peers.size() || !m_peers[descriptor])
                continue;
            if (event.events & EPOLLOUT)
                flush(*m_peers[descriptor]);
            if (m_peers[descriptor] && (event.events & ~std::uint32_t(EPOLLOUT)))
                receive(*m_peers[descriptor]);
        }
        next = runTimers();
    }
}

void MockUpstream::accept()
{
    while (true) {
        const int descriptor = ::accept4(m_listeningSocket, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == EMFILE || errno == ENFILE)
                stop("The mock upstream is out of descriptors: raise the hard limit (ulimit -Hn), or fewer "
                     "--streams.");
            return;
        }
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (m_peers.size() <= std::size_t(descriptor))
            m_peers.resize(std::size_t(descriptor) + 1);
        auto peer = std::make_unique<Peer>();
        peer->generation = ++m_generation;
        peer->descriptor = descriptor;
        m_peers[std::size_t(descriptor)] = std::move(peer);
        m_poller.add(descriptor, reading, std::uint64_t(descriptor));
    }
}

void MockUpstream::close(Peer &peer)
{
    ::close(peer.descriptor);
    m_peers[std::size_t(peer.descriptor)].reset();
}

void MockUpstream::receive(Peer &peer)
{
    if (peer.phase ==
        Phase::Uploading) { // its content is read by the clock; here the client can only have gone
        char byte = 0;
        if (::recv(peer.descriptor, &byte, 1, MSG_PEEK) <= 0 && errno != EAGAIN)
            close(peer);
        return;
    }
    const ssize_t size = ::recv(peer.descriptor, m_block.data(), m_block.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0)
        return close(peer);
    peer.input.append(m_block.data(), std::size_t(size));
    answerRequests(peer);
}

void MockUpstream::answerRequests(Peer &peer)
{
    const int descriptor = peer.descriptor;
    const auto isThere = [&] { return m_peers[std::size_t(descriptor)] != nullptr; };
    while (isThere() && peer.phase == Phase::Request && !peer.input.empty() && answerOne(peer)) {
    }
}

// Whether a request was whole.
bool MockUpstream::answerOne(Peer &peer)
{
    const std::size_t end = peer.input.find("\r\n\r\n");
    if (end == std::string::npos)
        return false;
    const std::string_view head(peer.input.data(), end + 2);
    if (head.starts_with("POST /v1/files")) {
        beginUpload(peer, std::string(head));
        return true;
    }
    ContentReader content;
    content.begin(head);
    std::string_view rest = std::string_view(peer.input).substr(end + 4);
    std::string body;
    while (!rest.empty() && content.state() == ContentReader::State::Reading)
        body += content.next(rest);
    if (content.state() == ContentReader::State::Failed || peer.input.size() > largestRequest) {
        close(peer);
        return false;
    }
    if (content.state() == ContentReader::State::Reading)
        return false;
    const bool authorized = fieldOf(head, "authorization: bearer ") == upstreamSecret;
    const bool models = head.starts_with("GET /v1/models");
    peer.input.erase(0, peer.input.size() - rest.size());
    if (!authorized)
        send(peer, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 14\r\n\r\nwrong secret\r\n");
    else if (models)
        send(peer,
             "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n"
             R"({"object":"list","data":[{"id":"gpt-4o-mini","object":"model","owned_by":"bench"}]}       )");
    else
        answerChat(peer, body);
    return true;
}

void MockUpstream::answerChat(Peer &peer, std::string_view body)
{
    const auto order = orderIn(body);
    if (!order)
        return send(peer, "HTTP/1.1 400 Bad Request\r\nContent-Length: 8\r\n\r\nno order");
    peer.order = *order;
    if (order->chunks > 0)
        return beginStream(peer);
    static const std::string answer = jsonHead(jsonBody(0).size()) + jsonBody(0);
    static const std::size_t serialAt = answer.find("\r\n\r\n") + 4 + jsonSerialAt;
    static std::string text = answer;
    const std::string digits = jsonBody(order->serial).substr(jsonSerialAt, 8);
    text.replace(serialAt, digits.size(), digits);
    send(peer, text);
}

// --- writing, time ---

void MockUpstream::send(Peer &peer, std::string_view bytes)
{
    if (peer.output.empty()) {
        const ssize_t sent = ::send(peer.descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent == ssize_t(bytes.size()))
            return;
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return close(peer);
        bytes.remove_prefix(std::size_t(std::max<ssize_t>(sent, 0)));
        m_poller.change(peer.descriptor, reading | EPOLLOUT, std::uint64_t(peer.descriptor));
    }
    peer.output += bytes;
}

void MockUpstream::flush(Peer &peer)
{
    const ssize_t sent = ::send(peer.descriptor, peer.output.data(), peer.output.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
        return close(peer);
    peer.output.erase(0, std::size_t(std::max<ssize_t>(sent, 0)));
    if (!peer.output.empty())
        return;
    m_poller.change(peer.descriptor, reading, std::uint64_t(peer.descriptor));
    if (peer.phase == Phase::Streaming && peer.order.pace.count() == 0)
        fillSocket(peer);
}

void MockUpstream::schedule(const Peer &peer, std::chrono::microseconds pace, Instant from)
{
    m_due[pace].push_back({from + pace, peer.descriptor, peer.generation});
}

MockUpstream::Peer *MockUpstream::find(const Due &due)
{
    Peer *peer = m_peers[std::size_t(due.descriptor)].get();
    return peer && peer->generation == due.generation ? peer : nullptr;
}

// Returns when the next one is due.
std::optional<Instant> MockUpstream::runTimers()
{
    std::optional<Instant> next;
    const Instant now = Clock::now();
    for (auto &[pace, queue] : m_due) {
        while (!queue.empty() && queue.front().at <= now) {
            const Due due = queue.front();
            queue.pop_front();
            Peer *peer = find(due);
            if (!peer)
                continue;
            if (peer->phase == Phase::Uploading) {
                readUpload(*peer);
            } else if (peer->phase == Phase::Streaming && peer->nextEvent < peer->order.chunks) {
                schedule(*peer, pace, due.at); // by the plan: what comes late once does not shift the rest
                if (peer->output.empty())      // one that is not read does not pile up here
                    sendEvent(*peer);
            } else if (peer->phase == Phase::Streaming) {
                endStream(*peer);
            }
        }
        if (!queue.empty() && (!next || queue.front().at < *next))
            next = queue.front().at;
    }
    return next;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "mock.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace quota::bench
{

static constexpr std::chrono::microseconds uploadTurn{10'000};

// --- streams ---

void MockUpstream::beginStream(Peer &peer)
{
    peer.phase = Phase::Streaming;
    peer.nextEvent = 0;
    static const std::string head = streamHead();
    if (peer.order.pace.count() == 0) {
        send(peer, head);
        return fillSocket(peer);
    }
    schedule(peer, peer.order.pace, Clock::now());
    sendEvent(peer, head);
}

void MockUpstream::sendEvent(Peer &peer, std::string before)
{
    char size[24];
    const auto [end, error] = std::to_chars(size, size + sizeof size, eventSize(), 16);
    before.append(size, end);
    before += "\r\n";
    const std::size_t at = before.size();
    before.resize(at + eventSize());
    writeEvent(before.data() + at, peer.order.serial, peer.nextEvent++,
               nanoseconds(Clock::now().time_since_epoch()));
    before += "\r\n";
    send(peer, before);
}

// As much as the socket takes, so many events a chunk.
void MockUpstream::fillSocket(Peer &peer)
{
    constexpr std::uint32_t eventsAtOnce = 80;
    const int descriptor = peer.descriptor;
    std::string chunk;
    while (m_peers[std::size_t(descriptor)] && peer.output.empty() && peer.phase == Phase::Streaming) {
        const std::uint32_t events = std::min(eventsAtOnce, peer.order.chunks - peer.nextEvent);
        if (events == 0)
            return endStream(peer);
        char size[24];
        const auto [end, error] = std::to_chars(size, size + sizeof size, events * eventSize(), 16);
        chunk.assign(size, end);
        chunk += "\r\n";
        const std::size_t at = chunk.size();
        chunk.resize(at + events * eventSize());
        const std::uint64_t now = nanoseconds(Clock::now().time_since_epoch());
        for (std::uint32_t i = 0; i < events; ++i)
            writeEvent(chunk.data() + at + i * eventSize(), peer.order.serial, peer.nextEvent++, now);
        chunk += "\r\n";
        send(peer, chunk);
    }
}

void MockUpstream::endStream(Peer &peer)
{
    const std::string end = streamEnd(peer.order.serial, peer.order.chunks);
    char size[24];
    const auto [last, error] = std::to_chars(size, size + sizeof size, end.size(), 16);
    peer.phase = Phase::Request;
    send(peer, std::string(size, last) + "\r\n" + end + "\r\n0\r\n\r\n");
}

// --- uploads ---

void MockUpstream::beginUpload(Peer &peer, std::string_view head)
{
    peer.phase = Phase::Uploading;
    peer.upload.begin(head);
    peer.uploaded = 0;
    peer.intact = fieldOf(head, "authorization: bearer ") == upstreamSecret;
    if (fieldOf(head, "expect:") == "100-continue")
        send(peer, "HTTP/1.1 100 Continue\r\n\r\n");
    const std::string input = peer.input.substr(head.size() + 2);
    peer.input.clear();
    // Only the clock reads on, or the loop would spin on what waits in the socket.
    m_poller.change(peer.descriptor, EPOLLHUP | EPOLLERR, std::uint64_t(peer.descriptor));
    takeUploaded(peer, input);
    if (peer.phase == Phase::Uploading)
        schedule(peer, uploadTurn, Clock::now());
}

void MockUpstream::readUpload(Peer &peer)
{
    constexpr std::size_t turn = uploadBytesPerSecond * std::uint64_t(uploadTurn.count()) / 1'000'000;
    const ssize_t size = ::recv(peer.descriptor, m_block.data(), turn, 0);
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR))
        return close(peer);
    schedule(peer, uploadTurn, Clock::now());
    if (size > 0)
        takeUploaded(peer, {m_block.data(), std::size_t(size)});
}

void MockUpstream::takeUploaded(Peer &peer, std::string_view input)
{
    const std::string_view pattern = uploadPattern();
    while (!input.empty() && peer.upload.state() == ContentReader::State::Reading) {
        std::string_view content = peer.upload.next(input);
        while (!content.empty()) {
            const std::size_t at = peer.uploaded % pattern.size();
            const std::size_t size = std::min(content.size(), pattern.size() - at);
            peer.intact = peer.intact && content.substr(0, size) == pattern.substr(at, size);
            peer.uploaded += size;
            content.remove_prefix(size);
        }
    }
    if (peer.upload.state() == ContentReader::State::Reading)
        return;
    peer.phase = Phase::Request;
    m_poller.change(peer.descriptor, reading, std::uint64_t(peer.descriptor));
    const std::string text = std::to_string(peer.uploaded) + (peer.intact ? " intact" : " damaged");
    send(peer, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
                   std::to_string(text.size()) + "\r\n\r\n" + text);
}

}

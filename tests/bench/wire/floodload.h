// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "basics.h"

#include <functional>

// Back-pressure. Downwards: clients that read a million bytes a second from an upstream that sends as fast as it
// can. Upwards: clients that send as fast as they can to an upstream that reads a million bytes a second. Both
// go on for a while and then leave; what counts is how far the memory of what stands between grows.
namespace quota::bench
{

enum class FloodDirection
{
    Down,
    Up
};

struct FloodOptions
{
    FloodDirection direction = FloodDirection::Down;
    std::uint16_t port = 0;
    std::vector<std::string> secrets;
    std::uint32_t streams = 1;
    std::uint64_t bytes = 1'000'000'000; // of one stream, were it to end
    Clock::duration time{};
    std::function<std::uint64_t()> residentKilobytes;
};

struct FloodResult
{
    double growthKilobytesPerStream = 0; // at its highest
    std::uint64_t bytes = 0;             // that the clients read, or sent
    Failures failures;
};

FloodResult runFlood(const FloodOptions &options);

}

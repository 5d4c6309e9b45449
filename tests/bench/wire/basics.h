// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

// What every part of the bench shares: its clock, the note of what went wrong, and figures out of samples.
// No Qt anywhere in this folder, so that the load does not depend on what it measures.
namespace quota::bench
{

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Instant = Clock::time_point;

// Ends the program with a word for a person; children and sockets go with it.
[[noreturn]] void stop(const std::string &words);

// What was wrong in a run: how often, and the first few in words.
struct Failures
{
    void add(const std::string &words);
    void add(const Failures &other);
    bool none() const { return count == 0; }

    std::uint64_t count = 0;
    std::vector<std::string> first;
};

// Latencies in nanoseconds.
using Samples = std::vector<std::uint64_t>;

// The value that `share` (0 to 1) of the samples do not exceed, in microseconds; 0 of none. Reorders them.
double percentile(Samples &samples, double share);
double median(std::vector<double> values);

inline std::uint64_t nanoseconds(Clock::duration duration)
{
    return std::uint64_t(std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count());
}

inline double seconds(Clock::duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

}

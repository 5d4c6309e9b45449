// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "candidate.h"

#include <set>

// What a run does: phases, candidates, sizes.
namespace quota::bench
{

enum class Phase
{
    Streams,
    Json,
    Latency,
    Lanes,
    Flood
};

struct Options
{
    Place place;
    bool quick = false;
    bool json = false;
    std::set<Phase> phases{Phase::Streams, Phase::Json, Phase::Latency, Phase::Lanes, Phase::Flood};
    std::set<Kind> kinds{Kind::Direct, Kind::Nginx, Kind::NginxLua, Kind::Ours};
    int rounds = 5;
    int streamRounds = 3;
    Clock::duration jsonTime = 2s;
    Clock::duration latencyTime = 500ms;
    std::size_t connections = 64;
    std::uint32_t streams = 1'000;
    std::uint32_t chunks = 100;
    std::chrono::microseconds pace{50'000};
    Clock::duration rampUp = 1s;
    Clock::duration floodTime = 4s;
    std::uint32_t floodStreams = 4;
};

// Ends the program with exit code 2 and a word on wrong use.
Options readOptions(int argumentCount, char **arguments);

}

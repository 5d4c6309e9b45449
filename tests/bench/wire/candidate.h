// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "process.h"

// What is measured against each other: the mock itself, nginx, nginx with Lua, and ours, each started with all its
// files in a directory of its own and ready to be asked.
namespace quota::bench
{

enum class Kind
{
    Direct,
    Nginx,
    NginxLua,
    Ours
};
inline constexpr std::size_t kindCount = 4;

// As the table and --candidates say it.
std::string nameOf(Kind kind);

struct Place
{
    std::string scratch; // a directory for all that is written
    std::string sources; // tests/bench
    std::string proxyProgram;
    std::uint16_t upstreamPort = 0;
};

struct Candidate
{
    Kind kind = Kind::Direct;
    std::uint16_t port = 0;
    std::vector<std::string> secrets;
    Process process;       // none of Direct
    std::string directory; // of its files
    std::string log;       // its own words

    std::function<std::uint64_t()> processorNanoseconds() const;
    std::function<std::uint64_t()> residentKilobytes() const;
    // Stops this program with the last lines of the log when it died.
    void mustRun();
};

Candidate directCandidate(const Place &place);
// `name` makes the directory; of more than one instance of a kind each has its own.
Candidate startNginx(const Place &place, Kind kind, const std::string &name, const Processors &processors);
Candidate startOurs(const Place &place, const std::string &name, int lanes, const Processors &processors,
                    const std::vector<std::string> &settings = {});

// The output of `quota-proxy usage --csv` about a service of ours.
std::string usageOfOurs(const Candidate &candidate, const Place &place);

}

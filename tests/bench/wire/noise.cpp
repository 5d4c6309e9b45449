// SPDX-License-Identifier: GPL-3.0-or-later
#include "noise.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace quota::bench
{

// In percent of the processors.
static constexpr double noticeable = 3;

Noise::Ticks Noise::read()
{
    std::ifstream file("/proc/stat");
    std::string name;
    double user = 0;
    double nice = 0;
    double system = 0;
    double idle = 0;
    double waiting = 0;
    double interrupts = 0;
    double soft = 0;
    double stolen = 0;
    file >> name >> user >> nice >> system >> idle >> waiting >> interrupts >> soft >> stolen;
    const double busy = user + nice + system + interrupts + soft;
    return {busy + idle + waiting + stolen, busy, stolen};
}

Noise::Noise()
    : m_before(read())
{}

static double ticksOf(int whose)
{
    rusage usage{};
    ::getrusage(whose, &usage);
    const auto of = [](const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
    return (of(usage.ru_utime) + of(usage.ru_stime)) * double(::sysconf(_SC_CLK_TCK));
}

std::string Noise::words() const
{
    const Ticks now = read();
    const double whole = std::max(1.0, now.whole - m_before.whole);
    const double own = ticksOf(RUSAGE_SELF) + ticksOf(RUSAGE_CHILDREN);
    const double others = std::max(0.0, 100 * (now.busy - m_before.busy - own) / whole);
    const double stolen = 100 * (now.stolen - m_before.stolen) / whole;
    char text[200];
    std::snprintf(text, sizeof text, "others used %.1f %% of the processors, the host %.1f %%%s", others,
                  stolen, others + stolen > noticeable ? ": a noisy run, repeat it on a quiet machine" : "");
    return text;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/descriptorlimit.h"

#include "service/telemetry/log.h"

#include <sys/resource.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace quota::service
{

// Each lane: what its event loop, listener and spare take, and clients that are told that there is no room. The
// rest: database, log, admin API, lookups of names.
static constexpr qint64 perLane = 16 + 128;
static constexpr qint64 rest = 2 * adminConnections + 64;
static constexpr qint64 perConnection = 2;

qint64 raiseDescriptorLimit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return std::numeric_limits<qint64>::max();
    if (limit.rlim_cur < limit.rlim_max) {
        const rlimit raised{limit.rlim_max, limit.rlim_max};
        if (::setrlimit(RLIMIT_NOFILE, &raised) == 0)
            limit = raised;
    }
    return qint64(std::min<rlim_t>(limit.rlim_cur, rlim_t(std::numeric_limits<qint64>::max())));
}

qint64 descriptorsNeeded(int lanes, int wanted)
{
    return rest + lanes * (perLane + perConnection * wanted);
}

int connectionsThatFit(qint64 descriptorLimit, int lanes, int wanted)
{
    const qint64 fit = (descriptorLimit - descriptorsNeeded(lanes, 0)) / (perConnection * lanes);
    return int(std::clamp<qint64>(fit, 1, wanted));
}

// The kernel's table of descriptors doubles as they are opened. Where threads share it, whoever opens one then waits
// ten or twenty milliseconds for all processors, and so do the streams of its lane: better once, at the start.
static void makeRoom(qint64 descriptors)
{
    const int some = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int last = ::fcntl(some, F_DUPFD_CLOEXEC, int(descriptors) - 1);
    for (const int opened : {some, last}) {
        if (opened >= 0)
            ::close(opened);
    }
}

int planConnections(int lanes, int wanted)
{
    const qint64 limit = raiseDescriptorLimit();
    const int connections = connectionsThatFit(limit, lanes, wanted);
    makeRoom(std::min(limit, descriptorsNeeded(lanes, connections)));
    if (connections < wanted)
        logLine(
            lcService(), LogLevel::Warning,
            u"This system lets the service open fewer files than MAX_CONNECTIONS may need, so each lane "
            u"takes "
            "fewer connections. Raise the limit (systemd: LimitNOFILE=; shell: ulimit -n), or lower LANES or "
            "MAX_CONNECTIONS."_s,
            {{u"open_files"_s, limit},
             {u"needed"_s, descriptorsNeeded(lanes, wanted)},
             {u"connections_per_lane"_s, connections}});
    return connections;
}

}

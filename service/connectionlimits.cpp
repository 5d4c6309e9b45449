// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/connectionlimits.h"

#include "shared/adminpaths.h"

namespace quota::service
{

ConnectionLimits connectionLimits(const Config &config, int connections)
{
    ConnectionLimits limits;
    limits.parser.requestLine = config.maximumRequestLine;
    limits.parser.head = config.maximumRequestHead;
    limits.parser.fields = config.maximumRequestFields;
    limits.parser.body = config.maximumRequestBytes;
    limits.parser.unboundedPath = paths::uploadBackup.latin1();
    limits.headTime = config.headTimeout;
    limits.bodyIdleTime = config.bodyIdleTimeout;
    limits.bodyTotalTime = config.bodyTotalTimeout;
    limits.keepAliveTime = config.keepAliveTimeout;
    limits.writeStallTime = config.answerStallTimeout;
    limits.bufferedBodies = config.maximumBufferedBodies;
    limits.connections = connections;
    limits.connectionsPerAddress = config.maximumConnectionsPerAddress;
    return limits;
}

}

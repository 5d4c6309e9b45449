// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/settings/traffictable.h"

#include "service/settings/readers.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace quota::service
{

QList<Setting> trafficSettings()
{
    return {
        {"DEEPSEEK_API_KEY"_L1,
         {},
         {},
         QT_TRANSLATE_NOOP("service", "Secret of the provider from the settings."),
         secret(&Config::upstreamSecret),
         true},
        {"DEEPSEEK_BASE_URL"_L1,
         {{"DEEPSEEK_API_BASE_URL"_L1}},
         {},
         QT_TRANSLATE_NOOP("service", "Base URL of the provider from the settings."),
         into(&Config::upstreamBaseUrl, readBaseUrl)},
        {"UPSTREAM_CONNECT_TIMEOUT"_L1,
         {},
         u"10"_s,
         QT_TRANSLATE_NOOP("service", "How long a connection to a provider may take, in seconds."),
         duration(&Config::connectTimeout, 10ms)},
        {"UPSTREAM_FIRST_BYTE_TIMEOUT"_L1,
         {},
         u"120"_s,
         QT_TRANSLATE_NOOP("service", "How long a provider may take to begin its answer, in seconds."),
         duration(&Config::firstByteTimeout, 10ms)},
        {"UPSTREAM_IDLE_TIMEOUT"_L1,
         {},
         u"120"_s,
         QT_TRANSLATE_NOOP("service", "How long a provider may be silent within an answer, in seconds."),
         duration(&Config::idleTimeout, 10ms)},
        {"MAX_REQUEST_SIZE"_L1,
         {},
         u"32mb"_s,
         QT_TRANSLATE_NOOP("service", "The largest body that is taken."),
         size(&Config::maximumRequestBytes, 1024, 1LL << 30)},
        {"MAX_CONNECTIONS"_L1,
         {},
         u"10000"_s,
         QT_TRANSLATE_NOOP("service", "Connections that one lane holds open."),
         integer(&Config::maximumConnections, 1, 1'000'000)},
        {"REQUEST_HEAD_TIMEOUT"_L1,
         {},
         u"10"_s,
         QT_TRANSLATE_NOOP("service", "How long the head of a request may take, in seconds."),
         duration(&Config::headTimeout, 10ms)},
        {"REQUEST_BODY_TIMEOUT"_L1,
         {},
         u"30"_s,
         QT_TRANSLATE_NOOP("service", "How long a request may be silent within its body, in seconds."),
         duration(&Config::bodyIdleTimeout, 10ms)},
        {"KEEP_ALIVE_TIMEOUT"_L1,
         {},
         u"75"_s,
         QT_TRANSLATE_NOOP("service", "How long an idle connection is kept, in seconds."),
         duration(&Config::keepAliveTimeout, 10ms)},
        {"SHUTDOWN_GRACE"_L1,
         {},
         u"30"_s,
         QT_TRANSLATE_NOOP("service", "How long open answers may go on when the service stops, in seconds."),
         duration(&Config::shutdownGrace, 0ms)},
    };
}

QList<Setting> requestSettings()
{
    return {
        {"MAX_REQUEST_LINE"_L1,
         {},
         u"8kb"_s,
         QT_TRANSLATE_NOOP("service", "The longest request line (method, path, version) that is taken."),
         size(&Config::maximumRequestLine, 256, 1024 * 1024)},
        {"MAX_REQUEST_HEAD"_L1,
         {},
         u"32kb"_s,
         QT_TRANSLATE_NOOP("service",
                           "The largest head of a request (its line and header fields) that is taken."),
         size(&Config::maximumRequestHead, 1024, 16 * 1024 * 1024)},
        {"MAX_REQUEST_FIELDS"_L1,
         {},
         u"100"_s,
         QT_TRANSLATE_NOOP("service", "Header fields that a request may have."),
         integer(&Config::maximumRequestFields, 10, 10'000)},
        {"REQUEST_BODY_TOTAL_TIMEOUT"_L1,
         {},
         u"600"_s,
         QT_TRANSLATE_NOOP("service", "How long the whole body of a request may take, in seconds."),
         duration(&Config::bodyTotalTimeout, 10ms)},
        {"MAX_BUFFERED_BODIES"_L1,
         {},
         u"256mb"_s,
         QT_TRANSLATE_NOOP("service", "Memory that one lane uses for bodies it is receiving."),
         size(&Config::maximumBufferedBodies, 64 * 1024, 1LL << 40)},
        {"MAX_HELD_UPLOAD"_L1,
         {},
         u"32mb"_s,
         QT_TRANSLATE_NOOP("service", "How much of a form is held back until its field “model” has come."),
         size(&Config::maximumHeldUpload, 1024, 1LL << 30)},
        {"ANSWER_STALL_TIMEOUT"_L1,
         {},
         u"60"_s,
         QT_TRANSLATE_NOOP("service", "How long a client may take nothing of its answer, in seconds."),
         duration(&Config::answerStallTimeout, 10ms)},
        {"MAX_CONNECTIONS_PER_ADDRESS"_L1,
         {},
         u"7500"_s,
         QT_TRANSLATE_NOOP("service", "Connections from one address that one lane holds open."),
         integer(&Config::maximumConnectionsPerAddress, 1, 1'000'000)},
    };
}

}

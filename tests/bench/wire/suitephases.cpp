// SPDX-License-Identifier: GPL-3.0-or-later
#include "suite.h"

#include "floodload.h"
#include "jsonload.h"
#include "protocol.h"
#include "streamload.h"

#include <algorithm>

namespace quota::bench
{

// --- streams ---

void Suite::runStreams()
{
    for (int round = 0; round < m_options.streamRounds; ++round) {
        tell("streams, round " + std::to_string(round + 1) + " of " + std::to_string(m_options.streamRounds));
        double directTail = 0;
        for (Contestant &contestant : m_contestants)
            streamRound(contestant, round == 0, directTail);
    }
}

void Suite::streamRound(Contestant &contestant, bool first, double &directTail)
{
    Candidate &candidate = *contestant.candidate;
    StreamLoadOptions options;
    options.port = candidate.port;
    options.secrets = candidate.secrets;
    options.streams = m_options.streams;
    options.chunks = m_options.chunks;
    options.pace = m_options.pace;
    options.rampUp = m_options.rampUp;
    options.processorNanoseconds = candidate.processorNanoseconds();
    options.residentKilobytes = candidate.residentKilobytes();
    StreamLoadResult result = StreamLoad(std::move(options)).run();
    candidate.mustRun();
    m_failures.add(result.failures);
    contestant.expected.requests += m_options.streams;
    contestant.expected.tokens += m_options.streams * (promptTokens + m_options.chunks);

    const Kind kind = candidate.kind;
    const double tail = percentile(result.firstBytes, 0.99) / 1000;
    m_figures.add(Figure::FirstByteMedian, kind, percentile(result.firstBytes, 0.5) / 1000);
    m_figures.add(Figure::FirstByteTail, kind, tail);
    m_figures.add(Figure::ChunkDelayMedian, kind, percentile(result.delays, 0.5) / 1000);
    m_figures.add(Figure::ChunkDelayTail, kind, percentile(result.delays, 0.99) / 1000);
    m_figures.add(Figure::Complete, kind, 100.0 * result.complete / m_options.streams);
    m_figures.add(Figure::Stalled, kind, result.stalled);
    if (kind == Kind::Direct) {
        directTail = tail;
        return;
    }
    m_figures.add(Figure::FirstByteAdded, kind, tail - directTail);
    if (first) // later the process still holds memory from before
        m_figures.add(Figure::StreamMemory, kind, result.kilobytesPerStream);
    if (result.chunks > 0)
        m_figures.add(Figure::StreamCost, kind,
                      double(result.processorNanoseconds) / 1000 / double(result.chunks));
}

// --- JSON ---

void Suite::runJson()
{
    for (int round = 0; round < m_options.rounds; ++round) {
        tell("JSON, round " + std::to_string(round + 1) + " of " + std::to_string(m_options.rounds));
        for (Contestant &contestant : m_contestants)
            jsonRound(contestant);
    }
}

void Suite::jsonRound(Contestant &contestant)
{
    Candidate &candidate = *contestant.candidate;
    const Process::Ticks before = candidate.process.ticks();
    JsonLoadOptions options{candidate.port,         candidate.secrets,  m_options.connections,
                            m_options.jsonTime / 5, m_options.jsonTime, candidate.processorNanoseconds()};
    const JsonLoadResult result = JsonLoad(std::move(options)).run();
    const Process::Ticks after = candidate.process.ticks();
    candidate.mustRun();
    m_failures.add(result.failures);
    contestant.expected.requests += result.sent;
    contestant.expected.tokens += result.sent * jsonTokens;
    if (result.answers == 0)
        return;
    const Kind kind = candidate.kind;
    m_figures.add(Figure::JsonRate, kind, double(result.answers) / result.seconds);
    if (kind == Kind::Direct)
        return;
    m_figures.add(Figure::JsonCost, kind,
                  double(result.processorNanoseconds) / 1000 / double(result.answers));
    m_figures.add(Figure::JsonBusy, kind, double(result.processorNanoseconds) / 1e7 / result.seconds);
    const double user = double(after.user - before.user);
    const double kernel = double(after.kernel - before.kernel);
    if (user + kernel > 0)
        m_figures.add(Figure::JsonUserShare, kind, 100 * user / (user + kernel));
}

void Suite::runLatency()
{
    tell("one client, " + std::to_string(m_options.rounds) + " rounds");
    for (int round = 0; round < m_options.rounds; ++round) {
        double directMedian = 0;
        double directTail = 0;
        for (Contestant &contestant : m_contestants) {
            Candidate &candidate = *contestant.candidate;
            JsonLoadOptions options{
                candidate.port, candidate.secrets, 1, m_options.latencyTime / 5, m_options.latencyTime, {}};
            JsonLoadResult result = JsonLoad(std::move(options)).run();
            candidate.mustRun();
            m_failures.add(result.failures);
            contestant.expected.requests += result.sent;
            contestant.expected.tokens += result.sent * jsonTokens;
            const double middle = percentile(result.latencies, 0.5);
            const double tail = percentile(result.latencies, 0.99);
            if (candidate.kind == Kind::Direct) {
                directMedian = middle;
                directTail = tail;
                continue;
            }
            m_figures.add(Figure::AddedMedian, candidate.kind, middle - directMedian);
            m_figures.add(Figure::AddedTail, candidate.kind, tail - directTail);
        }
    }
}

// --- lanes ---

// One lane and two, with nothing pinned: the mock and the load share the processors with both.
void Suite::runLanes()
{
    tell("one lane and two on all processors");
    const Processors all = allowedProcessors();
    Candidate one = startOurs(m_options.place, "one-lane", 1, all);
    Candidate two = startOurs(m_options.place, "two-lanes", 2, all);
    m_mock.pin(all);
    pinThisProgram(all);
    for (int round = 0; round < m_options.rounds; ++round) {
        laneRound(one, true);
        laneRound(two, false);
    }
    pinThisProgram(m_otherProcessors);
    m_mock.pin(m_otherProcessors);
}

void Suite::laneRound(Candidate &candidate, bool one)
{
    const auto loadCost = [this] { return ownProcessorNanoseconds() + m_mock.processorNanoseconds(); };
    JsonLoadOptions options{candidate.port,         candidate.secrets,  m_options.connections,
                            m_options.jsonTime / 5, m_options.jsonTime, candidate.processorNanoseconds()};
    const std::uint64_t before = loadCost();
    const JsonLoadResult result = JsonLoad(std::move(options)).run();
    const std::uint64_t after = loadCost();
    candidate.mustRun();
    m_failures.add(result.failures);
    if (result.answers == 0)
        return;
    const double cost = double(result.processorNanoseconds) / 1000 / double(result.answers);
    m_figures.add(one ? Figure::OneLaneRate : Figure::TwoLanesRate, Kind::Ours,
                  double(result.answers) / result.seconds);
    m_figures.add(one ? Figure::OneLaneCost : Figure::TwoLanesCost, Kind::Ours, cost);
    if (one) {
        const double others = double(after - before) / 1000 / double(result.sent);
        m_figures.add(Figure::TwoLanesBound, Kind::Ours, std::max(1.0, 2 * cost / (cost + others)));
    }
}

// --- floods ---

void Suite::runFloods()
{
    for (const Kind kind : {Kind::Nginx, Kind::Ours}) {
        if (!m_options.kinds.contains(kind))
            continue;
        tell("floods through " + nameOf(kind));
        flood(kind, true);
        flood(kind, false);
    }
}

// Through a fresh process, so that memory left over from before hides nothing.
void Suite::flood(Kind kind, bool down)
{
    const std::string name = nameOf(kind) + (down ? "-down" : "-up");
    Candidate candidate =
        kind == Kind::Ours ? startOurs(m_options.place, name, 1, m_proxyProcessors, {"MAX_REQUEST_SIZE=1gb"})
                           : startNginx(m_options.place, kind, name, m_proxyProcessors);
    JsonLoad({candidate.port, candidate.secrets, 2, {}, 20ms, {}}).run(); // what is only needed once is there
    FloodOptions options;
    options.direction = down ? FloodDirection::Down : FloodDirection::Up;
    options.port = candidate.port;
    options.secrets = candidate.secrets;
    options.streams = m_options.floodStreams;
    options.time = m_options.floodTime;
    options.residentKilobytes = candidate.residentKilobytes();
    const FloodResult result = runFlood(options);
    candidate.mustRun();
    m_failures.add(result.failures);
    m_figures.add(down ? Figure::FloodDownMemory : Figure::FloodUpMemory, kind,
                  result.growthKilobytesPerStream);
}

}

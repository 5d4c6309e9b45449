// SPDX-License-Identifier: GPL-3.0-or-later
#include "suite.h"

#include "floodload.h"
#include "jsonload.h"
#include "mock.h"
#include "noise.h"
#include "streamload.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace quota::bench
{

static constexpr std::uint64_t jsonTokens = 60;   // of jsonBody()
static constexpr std::uint64_t promptTokens = 31; // of streamEnd()

Suite::Suite(Options options)
    : m_options(std::move(options))
{
    const Processors all = allowedProcessors();
    if (all.size() < 2) {
        std::fprintf(stderr, "note: one processor only: the load disturbs what it measures.\n");
        return;
    }
    m_proxyProcessors = {all[0]};
    m_otherProcessors = {all[1]};
}

// Progress goes to standard error, so that --json prints nothing but JSON.
void Suite::tell(const std::string &words)
{
    std::fprintf(stderr, "%s\n", words.c_str());
}

std::string Suite::where(const Contestant &contestant) const
{
    return nameOf(contestant.candidate->kind);
}

// --- before and after ---

void Suite::startMock()
{
    const ListeningSocket listener = listenOnLoopback();
    m_options.place.upstreamPort = listener.port;
    m_mock = Process::fork(m_otherProcessors, [&] { MockUpstream(listener.descriptor).run(); });
    ::close(listener.descriptor);
}

void Suite::startCandidates()
{
    for (const Kind kind : {Kind::Direct, Kind::Nginx, Kind::NginxLua, Kind::Ours}) {
        if (!m_options.kinds.contains(kind))
            continue;
        const Place &place = m_options.place;
        Candidate candidate = kind == Kind::Direct ? directCandidate(place)
                              : kind == Kind::Ours ? startOurs(place, "ours", 1, m_proxyProcessors)
                                                   : startNginx(place, kind, nameOf(kind), m_proxyProcessors);
        m_contestants.push_back({std::make_unique<Candidate>(std::move(candidate)), {}});
        prove(m_contestants.back());
    }
}

// A few requests of each kind, before anybody measures.
void Suite::prove(Contestant &contestant)
{
    Candidate &candidate = *contestant.candidate;
    if (candidate.kind == Kind::NginxLua || candidate.kind == Kind::Ours)
        checkRefusals(candidate, m_failures);
    JsonLoadOptions json{candidate.port, candidate.secrets, 2, {}, 5ms, {}};
    const JsonLoadResult answers = JsonLoad(json).run();
    constexpr std::uint32_t streams = 3;
    constexpr std::uint32_t chunks = 3;
    StreamLoadOptions stream;
    stream.port = candidate.port;
    stream.secrets = candidate.secrets;
    stream.streams = streams;
    stream.chunks = chunks;
    stream.pace = 2ms;
    const StreamLoadResult streamed = StreamLoad(stream).run();
    m_failures.add(answers.failures);
    m_failures.add(streamed.failures);
    contestant.expected.requests += answers.sent + streams;
    contestant.expected.tokens += answers.sent * jsonTokens + streams * (promptTokens + chunks);
    candidate.mustRun();
    if (!m_failures.none())
        stop(nameOf(candidate.kind) + " does not work: " + m_failures.first.front());
}

// Whether every request was counted and every token added.
void Suite::checkBooks()
{
    for (Contestant &contestant : m_contestants) {
        Candidate &candidate = *contestant.candidate;
        candidate.mustRun();
        if (candidate.kind != Kind::NginxLua && candidate.kind != Kind::Ours)
            continue;
        // Ours commits in groups; a little later all of them are there.
        const Instant patience = Clock::now() + 5s;
        Books books = readBooks(candidate, m_options.place);
        while (books != contestant.expected && Clock::now() < patience) {
            ::usleep(100'000);
            books = readBooks(candidate, m_options.place);
        }
        if (books != contestant.expected)
            m_failures.add(where(contestant) + ": the books say " + std::to_string(books.requests) +
                           " requests, " + std::to_string(books.tokens) + " tokens; the load says " +
                           std::to_string(contestant.expected.requests) + " and " +
                           std::to_string(contestant.expected.tokens));
    }
}

void Suite::stopAll()
{
    for (Contestant &contestant : m_contestants) {
        if (!contestant.candidate->process.exists())
            continue;
        if (const int code = contestant.candidate->process.stop(); code != 0)
            m_failures.add(where(contestant) + " did not stop cleanly: exit code " + std::to_string(code));
    }
    if (!m_mock.isRunning())
        m_failures.add("the mock upstream ended by itself");
}

void Suite::run()
{
    const Noise noise;
    raiseDescriptorLimit();
    guardChildren();
    tell("starting the candidates");
    startMock();
    pinThisProgram(m_otherProcessors);
    startCandidates();
    // Streams first: their memory is to be that of a fresh process.
    if (wants(Phase::Streams))
        runStreams();
    if (wants(Phase::Json))
        runJson();
    if (wants(Phase::Latency))
        runLatency();
    if (wants(Phase::Lanes) && m_options.kinds.contains(Kind::Ours) && allowedProcessors().size() > 1)
        runLanes();
    checkBooks();
    if (wants(Phase::Flood))
        runFloods();
    stopAll();
    tell(noise.words());
}

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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "suite.h"

#include "guard.h"
#include "jsonload.h"
#include "mock.h"
#include "noise.h"
#include "streamload.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace quota::bench
{

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
    m_options.place.scratch = guard::begin();
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

}

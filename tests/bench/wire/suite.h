// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "books.h"
#include "figures.h"
#include "options.h"

#include <memory>

// A whole run: starts the mock and the candidates, proves that each works, lets them take turns in rounds, and proves
// at the end that the books are right.
namespace quota::bench
{

class Suite
{
public:
    explicit Suite(Options options);

    void run();
    const Figures &figures() const { return m_figures; }
    const Failures &failures() const { return m_failures; }

private:
    struct Contestant
    {
        std::unique_ptr<Candidate> candidate; // at a place of its own: functions point to it
        Books expected;
    };

    void startMock();
    void startCandidates();
    void prove(Contestant &contestant);
    void runStreams();
    void streamRound(Contestant &contestant, bool first, double &directTail);
    void runJson();
    void jsonRound(Contestant &contestant);
    void runLatency();
    void runLanes();
    void laneRound(Candidate &candidate, bool one);
    void runFloods();
    void flood(Kind kind, bool down);
    void checkBooks();
    void stopAll();
    void tell(const std::string &words);
    bool wants(Phase phase) const { return m_options.phases.contains(phase); }
    std::string where(const Contestant &contestant) const;

    Options m_options;
    Processors m_proxyProcessors; // of the candidates
    Processors m_otherProcessors; // of the mock and the load
    Process m_mock;
    std::vector<Contestant> m_contestants;
    Figures m_figures;
    Failures m_failures;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "candidate.h"

#include <map>

// What the rounds measured, by figure and candidate, and what is wanted of it.
namespace quota::bench
{

enum class Figure
{
    JsonCost,         // µs of processor time a request
    JsonUserShare,    // of that, percent in user space
    JsonRate,         // requests a second
    JsonBusy,         // percent of its processor that the proxy used
    AddedMedian,      // µs beyond direct at one client
    AddedTail,        // the same, p99
    StreamCost,       // µs of processor time a chunk
    StreamMemory,     // kB a stream
    FirstByteMedian,  // ms
    FirstByteTail,    // ms, p99
    FirstByteAdded,   // ms beyond direct, p99
    ChunkDelayMedian, // ms
    ChunkDelayTail,   // ms, p99
    Complete,         // streams that were whole, percent
    Stalled,          // streams that fell silent
    OneLaneRate,      // requests a second, on all processors
    TwoLanesRate,
    OneLaneCost, // µs of processor time a request
    TwoLanesCost,
    TwoLanesBound,   // the most that two lanes could be to one here, where load and mock need processors too
    FloodDownMemory, // kB a stream
    FloodUpMemory,
};

class Figures
{
public:
    void add(Figure figure, Kind kind, double value) { m_rounds[{figure, kind}].push_back(value); }
    bool has(Figure figure, Kind kind) const { return m_rounds.contains({figure, kind}); }
    // The median of the rounds; 0 of none.
    double value(Figure figure, Kind kind) const;
    // The lowest and the highest of the rounds.
    std::pair<double, double> span(Figure figure, Kind kind) const;

private:
    std::map<std::pair<Figure, Kind>, std::vector<double>> m_rounds;
};

// One line of the targets.
struct Verdict
{
    std::string words;
    double value = 0;
    double bound = 0;
    bool atLeast = false; // else at most
    std::string unit;

    bool met() const { return atLeast ? value >= bound : value <= bound; }
};

// Those that this run has the figures for.
std::vector<Verdict> verdicts(const Figures &figures, std::uint32_t streams);

struct FigureRow
{
    Figure figure;
    const char *name;  // of --json
    const char *words; // of the table
    int decimals;
};
const std::vector<FigureRow> &figureRows();

void printTable(const Figures &figures);
void printVerdicts(const std::vector<Verdict> &verdicts);
void printJson(const Figures &figures, const std::vector<Verdict> &verdicts, const Failures &failures);

}

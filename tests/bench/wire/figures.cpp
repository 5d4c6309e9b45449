// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures.h"

#include <algorithm>
#include <cstdio>

namespace quota::bench
{

static constexpr std::uint32_t manyStreams = 5'000;

double Figures::value(Figure figure, Kind kind) const
{
    const auto found = m_rounds.find({figure, kind});
    return found == m_rounds.end() ? 0 : median(found->second);
}

std::pair<double, double> Figures::span(Figure figure, Kind kind) const
{
    const auto found = m_rounds.find({figure, kind});
    if (found == m_rounds.end())
        return {};
    const auto [least, most] = std::minmax_element(found->second.begin(), found->second.end());
    return {*least, *most};
}

const std::vector<FigureRow> &figureRows()
{
    static const std::vector<FigureRow> rows{
        {Figure::JsonCost, "json_cpu_us", "JSON: CPU µs/request", 2},
        {Figure::JsonUserShare, "json_user_percent", "  of it in user space, %", 0},
        {Figure::JsonRate, "json_requests_per_second", "  requests/s", 0},
        {Figure::JsonBusy, "json_busy_percent", "  its CPU busy, %", 0},
        {Figure::AddedMedian, "added_p50_us", "One client: added p50 µs", 1},
        {Figure::AddedTail, "added_p99_us", "  added p99 µs", 1},
        {Figure::StreamCost, "stream_cpu_us", "SSE: CPU µs/chunk", 2},
        {Figure::StreamMemory, "stream_memory_kb", "  kB/stream", 1},
        {Figure::FirstByteMedian, "first_byte_p50_ms", "  first byte p50 ms", 2},
        {Figure::FirstByteTail, "first_byte_p99_ms", "  first byte p99 ms", 2},
        {Figure::FirstByteAdded, "first_byte_added_p99_ms", "  first byte p99, added ms", 2},
        {Figure::ChunkDelayMedian, "chunk_delay_p50_ms", "  chunk delay p50 ms", 2},
        {Figure::ChunkDelayTail, "chunk_delay_p99_ms", "  chunk delay p99 ms", 2},
        {Figure::Complete, "streams_complete_percent", "  complete and in order, %", 1},
        {Figure::Stalled, "streams_stalled", "  stalled streams", 0},
        {Figure::OneLaneRate, "one_lane_requests_per_second", "All CPUs: one lane, requests/s", 0},
        {Figure::TwoLanesRate, "two_lanes_requests_per_second", "  two lanes, requests/s", 0},
        {Figure::OneLaneCost, "one_lane_cpu_us", "  one lane, CPU µs/request", 2},
        {Figure::TwoLanesCost, "two_lanes_cpu_us", "  two lanes, CPU µs/request", 2},
        {Figure::TwoLanesBound, "two_lanes_bound", "  two to one, at best here", 2},
        {Figure::FloodDownMemory, "flood_down_kb", "Flood down: kB/stream", 0},
        {Figure::FloodUpMemory, "flood_up_kb", "Flood up: kB/stream", 0},
    };
    return rows;
}

static constexpr Kind kinds[] = {Kind::Direct, Kind::Nginx, Kind::NginxLua, Kind::Ours};

static void printCell(bool there, double value, int decimals)
{
    if (there)
        std::printf(" %10.*f", decimals, value);
    else
        std::printf(" %10s", "-");
}

// printf counts bytes; a column is as wide as its letters.
static void printWords(const char *words, int width)
{
    for (const char *c = words; *c; ++c)
        width -= (*c & 0xC0) != 0x80;
    std::printf("%s%*s", words, std::max(width, 0), "");
}

void printTable(const Figures &figures)
{
    std::printf("\n%-31s", "medians of the rounds");
    for (const Kind kind : kinds)
        std::printf(" %10s", nameOf(kind).c_str());
    std::printf("   ours/nginx  ours/lua   ours, lowest-highest\n");
    for (const FigureRow &row : figureRows()) {
        const auto has = [&](Kind kind) { return figures.has(row.figure, kind); };
        if (std::none_of(std::begin(kinds), std::end(kinds), has))
            continue;
        printWords(row.words, 31);
        for (const Kind kind : kinds)
            printCell(has(kind), figures.value(row.figure, kind), row.decimals);
        const double ours = figures.value(row.figure, Kind::Ours);
        std::printf("  ");
        for (const Kind kind : {Kind::Nginx, Kind::NginxLua}) {
            const double other = figures.value(row.figure, kind);
            printCell(has(Kind::Ours) && other > 0 && row.figure != Figure::Complete,
                      other > 0 ? ours / other : 0, 2);
        }
        const auto [least, most] = figures.span(row.figure, Kind::Ours);
        if (has(Kind::Ours))
            std::printf("   %.*f-%.*f", row.decimals, least, row.decimals, most);
        std::printf("\n");
    }
}

std::vector<Verdict> verdicts(const Figures &figures, std::uint32_t streams)
{
    std::vector<Verdict> list;
    const auto ratio = [&](const std::string &words, Figure figure, Kind other, double bound) {
        if (figures.has(figure, Kind::Ours) && figures.value(figure, other) > 0)
            list.push_back(
                {words, figures.value(figure, Kind::Ours) / figures.value(figure, other), bound, false, "x"});
    };
    const auto amount = [&](const std::string &words, Figure figure, double bound, const std::string &unit) {
        if (figures.has(figure, Kind::Ours))
            list.push_back({words, figures.value(figure, Kind::Ours), bound, false, unit});
    };
    ratio("JSON: CPU per request, ours to nginx", Figure::JsonCost, Kind::Nginx, 1.5);
    ratio("JSON: CPU per request, ours to nginx+Lua", Figure::JsonCost, Kind::NginxLua, 1.0);
    ratio("SSE: CPU per chunk, ours to nginx", Figure::StreamCost, Kind::Nginx, 1.2);
    amount("memory per stream", Figure::StreamMemory, 15, "kB");
    if (figures.has(Figure::AddedTail, Kind::Ours) && figures.has(Figure::AddedTail, Kind::Nginx))
        list.push_back(
            {"added p99 at one client, beyond nginx's",
             (figures.value(Figure::AddedTail, Kind::Ours) - figures.value(Figure::AddedTail, Kind::Nginx)) /
                 1000,
             0.15, false, "ms"});
    if (figures.has(Figure::TwoLanesRate, Kind::Ours))
        list.push_back(
            {"requests/s, two lanes to one",
             figures.value(Figure::TwoLanesRate, Kind::Ours) / figures.value(Figure::OneLaneRate, Kind::Ours),
             1.4, true, "x"});
    if (figures.has(Figure::Complete, Kind::Ours)) {
        list.push_back(
            {"streams complete and in order", figures.value(Figure::Complete, Kind::Ours), 100, true, "%"});
        amount("stalled streams", Figure::Stalled, 0, "");
    }
    if (streams >= manyStreams)
        amount("first byte p99 beyond direct, " + std::to_string(streams) + " streams",
               Figure::FirstByteAdded, 50, "ms");
    amount("flood down: memory per stream", Figure::FloodDownMemory, 1'000, "kB");
    amount("flood up: memory per stream", Figure::FloodUpMemory, 1'000, "kB");
    return list;
}

void printVerdicts(const std::vector<Verdict> &verdicts)
{
    std::printf("\ntargets\n");
    for (const Verdict &verdict : verdicts) {
        std::printf("  %-8s ", verdict.met() ? "met" : "NOT MET");
        printWords(verdict.words.c_str(), 48);
        std::printf(" %9.2f %-3s %s %.2f\n", verdict.value, verdict.unit.c_str(),
                    verdict.atLeast ? "at least" : "at most ", verdict.bound);
    }
}

static std::string quoted(const std::string &text)
{
    std::string result = "\"";
    for (const char c : text) {
        char escape[8];
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            std::snprintf(escape, sizeof escape, "\\u%04x", unsigned(c));
            result += escape;
        } else {
            result += c;
        }
    }
    return result + '"';
}

void printJson(const Figures &figures, const std::vector<Verdict> &verdicts, const Failures &failures)
{
    std::printf("{\"figures\":{");
    const char *comma = "";
    for (const FigureRow &row : figureRows()) {
        std::string cells;
        for (const Kind kind : kinds) {
            if (!figures.has(row.figure, kind))
                continue;
            const auto [least, most] = figures.span(row.figure, kind);
            char cell[160];
            std::snprintf(cell, sizeof cell, "%s\"%s\":{\"median\":%.4f,\"least\":%.4f,\"most\":%.4f}",
                          cells.empty() ? "" : ",", nameOf(kind).c_str(), figures.value(row.figure, kind),
                          least, most);
            cells += cell;
        }
        if (cells.empty())
            continue;
        std::printf("%s\"%s\":{%s}", comma, row.name, cells.c_str());
        comma = ",";
    }
    std::printf("},\"targets\":[");
    comma = "";
    for (const Verdict &verdict : verdicts) {
        std::printf("%s{\"target\":%s,\"value\":%.4f,\"%s\":%g,\"unit\":\"%s\",\"met\":%s}", comma,
                    quoted(verdict.words).c_str(), verdict.value, verdict.atLeast ? "at_least" : "at_most",
                    verdict.bound, verdict.unit.c_str(), verdict.met() ? "true" : "false");
        comma = ",";
    }
    std::printf("],\"failures\":{\"count\":%llu,\"first\":[",
                static_cast<unsigned long long>(failures.count));
    comma = "";
    for (const std::string &words : failures.first) {
        std::printf("%s%s", comma, quoted(words).c_str());
        comma = ",";
    }
    std::printf("]}}\n");
}

}

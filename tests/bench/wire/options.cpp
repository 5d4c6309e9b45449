// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.h"

#include <getopt.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>

namespace quota::bench
{

[[noreturn]] static void wrongUse(const std::string &words)
{
    std::fprintf(stderr, "error: %s (--help tells more)\n", words.c_str());
    std::exit(2);
}

static long readNumber(const std::string &name, const char *text, long least, long most)
{
    long value = 0;
    const char *end = text + std::strlen(text);
    const auto [last, error] = std::from_chars(text, end, value);
    if (error != std::errc() || last != end || value < least || value > most)
        wrongUse("--" + name + ": “" + text + "” is not a number from " + std::to_string(least) + " to " +
                 std::to_string(most));
    return value;
}

template <typename Value>
static std::set<Value> readSet(const std::string &name, const char *text,
                               const std::map<std::string, Value> &known)
{
    std::set<Value> chosen;
    std::istringstream words{std::string(text)};
    for (std::string word; std::getline(words, word, ',');) {
        const auto found = known.find(word);
        if (found == known.end()) {
            std::string all;
            for (const auto &[one, value] : known)
                all += (all.empty() ? "" : ", ") + one;
            wrongUse("--" + name + ": “" + word + "” is not known; there are " + all);
        }
        chosen.insert(found->second);
    }
    return chosen;
}

// Sizes that fit into 25 seconds altogether.
static void makeQuick(Options &options)
{
    options.quick = true;
    options.rounds = 1;
    options.streamRounds = 1;
    options.jsonTime = 700ms;
    options.latencyTime = 300ms;
    options.streams = 300;
    options.chunks = 40;
    options.pace = std::chrono::microseconds(40'000);
    options.rampUp = 300ms;
    options.floodTime = 1s;
}

// Many streams of 50 chunks, and nothing else.
static void makeMany(Options &options, long streams)
{
    options.phases = {Phase::Streams};
    options.streams = std::uint32_t(streams);
    options.chunks = 50;
    options.streamRounds = 2;
    options.pace = std::chrono::microseconds(streams * 50); // 20 000 chunks a second altogether
    options.rampUp = std::chrono::microseconds(streams * 500);
}

static const option longOptions[] = {{"quick", no_argument, nullptr, 'q'},
                                     {"json", no_argument, nullptr, 'j'},
                                     {"flood", no_argument, nullptr, 'f'},
                                     {"only", required_argument, nullptr, 'o'},
                                     {"candidates", required_argument, nullptr, 'c'},
                                     {"rounds", required_argument, nullptr, 'r'},
                                     {"streams", required_argument, nullptr, 's'},
                                     {"chunks", required_argument, nullptr, 'k'},
                                     {"pace", required_argument, nullptr, 'p'},
                                     {"ramp", required_argument, nullptr, 'm'},
                                     {"connections", required_argument, nullptr, 'n'},
                                     {"time", required_argument, nullptr, 't'},
                                     {"sources", required_argument, nullptr, 'D'},
                                     {"program", required_argument, nullptr, 'P'},
                                     {}};

static void take(Options &options, int letter, const char *value)
{
    using std::chrono::milliseconds;
    switch (letter) {
    case 'q':
        return makeQuick(options);
    case 'j':
        options.json = true;
        return;
    case 'f':
        options.phases = {Phase::Flood};
        return;
    case 'o':
        options.phases = readSet<Phase>("only", value,
                                        {{"streams", Phase::Streams},
                                         {"json", Phase::Json},
                                         {"latency", Phase::Latency},
                                         {"lanes", Phase::Lanes},
                                         {"flood", Phase::Flood}});
        return;
    case 'c':
        options.kinds = readSet<Kind>(
            "candidates", value, {{"nginx", Kind::Nginx}, {"lua", Kind::NginxLua}, {"ours", Kind::Ours}});
        options.kinds.insert(Kind::Direct);
        return;
    case 'r':
        options.rounds = options.streamRounds = int(readNumber("rounds", value, 1, 1'000));
        return;
    case 's':
        return makeMany(options, readNumber("streams", value, 1, 100'000));
    case 'k':
        options.chunks = std::uint32_t(readNumber("chunks", value, 1, 10'000'000));
        return;
    case 'p':
        options.pace = milliseconds(readNumber("pace", value, 1, 60'000));
        return;
    case 'm':
        options.rampUp = milliseconds(readNumber("ramp", value, 0, 600'000));
        return;
    case 'n':
        options.connections = std::size_t(readNumber("connections", value, 1, 10'000));
        return;
    case 't':
        options.jsonTime = milliseconds(readNumber("time", value, 50, 600'000));
        return;
    case 'D':
        options.place.sources = value;
        return;
    case 'P':
        options.place.proxyProgram = value;
        return;
    default:
        std::exit(2); // getopt has said why
    }
}

Options readOptions(int argumentCount, char **arguments)
{
    // What sets many sizes at once goes first, so that the order of options does not matter.
    Options options;
    for (const char *first : {"qfs", "jocrkpmntDP"}) {
        optind = 1;
        for (int letter;
             (letter = ::getopt_long(argumentCount, arguments, "", longOptions, nullptr)) != -1;) {
            if (letter == '?' || std::strchr(first, letter))
                take(options, letter, optarg);
        }
    }
    if (optind < argumentCount)
        wrongUse(std::string("“") + arguments[optind] + "” is not an option");
    return options;
}

}

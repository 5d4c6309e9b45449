// SPDX-License-Identifier: GPL-3.0-or-later
#include "suite.h"

#include <cstdio>

using namespace quota::bench;

int main(int argumentCount, char **arguments)
{
    const Options options = readOptions(argumentCount, arguments);
    Suite suite(options);
    suite.run();
    const auto targets = verdicts(suite.figures(), options.streams);
    if (options.json) {
        printJson(suite.figures(), targets, suite.failures());
    } else {
        printTable(suite.figures());
        printVerdicts(targets);
        if (options.quick)
            std::printf("\nA quick run proves that all works; its figures are too coarse to judge by.\n");
    }
    for (const std::string &words : suite.failures().first)
        std::fprintf(stderr, "wrong: %s\n", words.c_str());
    if (!suite.failures().none())
        std::fprintf(stderr, "error: %llu answers or streams were wrong\n",
                     static_cast<unsigned long long>(suite.failures().count));
    return suite.failures().none() ? 0 : 1;
}

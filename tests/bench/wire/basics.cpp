// SPDX-License-Identifier: GPL-3.0-or-later
#include "basics.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace quota::bench
{

void stop(const std::string &words)
{
    std::fflush(stdout);
    std::fprintf(stderr, "error: %s\n", words.c_str());
    std::exit(1);
}

void Failures::add(const std::string &words)
{
    constexpr std::size_t kept = 5;
    ++count;
    if (first.size() < kept)
        first.push_back(words);
}

void Failures::add(const Failures &other)
{
    for (const std::string &words : other.first)
        add(words);
    count += other.count - other.first.size();
}

double percentile(Samples &samples, double share)
{
    if (samples.empty())
        return 0;
    const auto rank = std::size_t(std::ceil(share * double(samples.size())));
    const auto place = samples.begin() + std::ptrdiff_t(std::clamp<std::size_t>(rank, 1, samples.size()) - 1);
    std::nth_element(samples.begin(), place, samples.end());
    return double(*place) / 1000;
}

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "candidate.h"

// Whether a candidate that has keys really guards and counts: the proof that its figures are those of the work, not
// of a shortcut.
namespace quota::bench
{

struct Books
{
    std::uint64_t requests = 0;
    std::uint64_t tokens = 0;
    bool operator==(const Books &) const = default;
};

// What nginx+Lua or ours have booked by now.
Books readBooks(const Candidate &candidate, const Place &place);

// A request without a key and one with a wrong key must be refused with 401.
void checkRefusals(const Candidate &candidate, Failures &failures);

}

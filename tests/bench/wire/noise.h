// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "basics.h"

// How much of the processors went to others while the bench ran: other programs, and the host of a virtual machine.
// Figures of a noisy run are worth nothing, and only this tells.
namespace quota::bench
{

class Noise
{
public:
    Noise();
    // To be asked when all children have ended and were waited for: what they used is known only then.
    std::string words() const;

private:
    struct Ticks
    {
        double whole = 0;
        double busy = 0;
        double stolen = 0; // by the host
    };
    static Ticks read();

    Ticks m_before;
};

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

// How many files the system lets this process open, and how many connections fit into that: each client takes a
// descriptor, and each of them may need one more to an upstream. The service asks once, at the start.
namespace quota::service
{

// Raises the soft limit of open files to the hard one; the limit that is then in force.
qint64 raiseDescriptorLimit();

// Connections that each lane may hold, at most as many as wanted, so that all lanes together stay below the limit
// with what the rest of the service needs. At least one.
int connectionsThatFit(qint64 descriptorLimit, int lanes, int wanted);

// Below this limit not all that are wanted fit.
qint64 descriptorsNeeded(int lanes, int wanted);

// Raises the limit, has the kernel make room for as many descriptors, and logs what to do when not all fit; how many
// do.
int planConnections(int lanes, int wanted);

// Open at a time on the listener of the admin API; they are part of what is kept for the rest.
inline constexpr int adminConnections = 128;

}

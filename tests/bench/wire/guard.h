// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <string>

// Nothing is left behind when this program ends by itself or by a signal: its children are killed, its directory is
// removed.
namespace quota::bench::guard
{

// The directory for all that is written; to be called once, before the first child.
std::string begin();

// Children, each the leader of a process group.
void add(pid_t child);
void remove(pid_t child);

// In a new child: it guards nothing, and signals end it as usual.
void becomeChild();

}

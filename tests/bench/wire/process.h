// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "basics.h"

#include <sys/types.h>

#include <functional>
#include <optional>

// A child process, its threads and its children: what it costs, what it holds, where it runs. None outlives this
// program, however that ends.
namespace quota::bench
{

using Processors = std::vector<int>; // empty: wherever the system likes

struct ProcessOptions
{
    std::vector<std::string> environment; // the whole of it
    std::string output;                   // file of both its streams
    Processors processors{};
    int goodbye = 9; // the signal it gets should this program die first
};

class Process
{
public:
    Process() = default;
    // A function of this program in a process of its own.
    static Process fork(const Processors &processors, const std::function<void()> &body);
    static Process start(const std::vector<std::string> &command, const ProcessOptions &options);
    Process(Process &&other) noexcept;
    Process &operator=(Process &&other) noexcept;
    ~Process();

    bool exists() const { return m_process > 0; }
    bool isRunning();
    // SIGTERM, and SIGKILL after a while; the exit code, or 128 and the signal.
    int stop();
    // Waits for its end.
    int wait();

    pid_t id() const { return m_process; }
    // Finds its children, of which there are to be so many; what starts later is not seen by the following.
    bool look(std::size_t children = 0);
    void pin(const Processors &processors) const;
    std::uint64_t processorNanoseconds() const;
    // Ticks so far in user space and in the kernel.
    struct Ticks
    {
        std::uint64_t user = 0;
        std::uint64_t kernel = 0;
    };
    Ticks ticks() const;
    std::uint64_t residentKilobytes() const;

private:
    pid_t m_process = 0;
    std::vector<pid_t> m_all; // with its children
};

// The processors that this program might use when it started.
Processors allowedProcessors();
void pinThisProgram(const Processors &processors);
std::uint64_t ownProcessorNanoseconds();

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "guard.h"

#include "basics.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace quota::bench::guard
{

// For the signal handler, which may not touch much.
static std::array<std::atomic<pid_t>, 32> children{};
static std::string directory;

static constexpr std::array endingSignals{SIGINT, SIGTERM, SIGHUP, SIGABRT, SIGSEGV};

static void killChildren()
{
    for (std::atomic<pid_t> &child : children) {
        if (const pid_t process = child.exchange(0))
            ::kill(-process, SIGKILL);
    }
}

static void removeDirectory()
{
    if (directory.empty())
        return;
    std::error_code error;
    constexpr int tries = 5; // what was killed may be at its last words
    for (int i = 0; i < tries && std::filesystem::exists(directory, error); ++i)
        std::filesystem::remove_all(directory, error);
}

static void endBySignal(int number)
{
    killChildren();
    if (::fork() == 0) { // removing a tree is nothing for a handler
        ::execl("/bin/rm", "rm", "-rf", "--", directory.c_str(), nullptr);
        ::_exit(1);
    }
    ::_exit(128 + number);
}

std::string begin()
{
    const char *base = std::getenv("TMPDIR");
    std::string name = std::string(base && *base ? base : "/tmp") + "/quota-bench.XXXXXX";
    if (!::mkdtemp(name.data()))
        stop("Cannot make a directory " + name + ": " + std::strerror(errno) +
             ". Set TMPDIR to a place that can be written.");
    directory = name;
    std::atexit(removeDirectory);
    std::atexit(killChildren); // before that
    for (const int signal : endingSignals)
        std::signal(signal, endBySignal);
    std::signal(SIGPIPE, SIG_IGN);
    return directory;
}

static void replace(pid_t old, pid_t with)
{
    for (std::atomic<pid_t> &child : children) {
        pid_t expected = old;
        if (child.compare_exchange_strong(expected, with))
            return;
    }
}

void add(pid_t child)
{
    replace(0, child);
}

void remove(pid_t child)
{
    replace(child, 0);
}

void becomeChild()
{
    for (const int signal : endingSignals)
        std::signal(signal, SIG_DFL);
    std::signal(SIGPIPE, SIG_DFL);
    for (std::atomic<pid_t> &child : children)
        child = 0;
    directory.clear();
}

}

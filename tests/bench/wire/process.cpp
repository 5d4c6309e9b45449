// SPDX-License-Identifier: GPL-3.0-or-later
#include "process.h"

#include "guard.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace quota::bench
{

static cpu_set_t toSet(const Processors &processors)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int processor : processors)
        CPU_SET(std::size_t(processor), &set);
    return set;
}

static void pinThread(pid_t thread, const Processors &processors)
{
    const cpu_set_t set = toSet(processors.empty() ? allowedProcessors() : processors);
    ::sched_setaffinity(thread, sizeof set, &set);
}

Processors allowedProcessors()
{
    static const Processors all = [] {
        cpu_set_t set;
        CPU_ZERO(&set);
        ::sched_getaffinity(0, sizeof set, &set);
        Processors processors;
        for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
            if (CPU_ISSET(std::size_t(processor), &set))
                processors.push_back(processor);
        }
        return processors;
    }();
    return all;
}

void pinThisProgram(const Processors &processors)
{
    pinThread(0, processors);
}

std::uint64_t ownProcessorNanoseconds()
{
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return std::uint64_t(time.tv_sec) * 1'000'000'000 + std::uint64_t(time.tv_nsec);
}

// In the new process: a group, a pin, default signals, and death when its parent dies.
static void becomeChild(pid_t parent, const Processors &processors, int goodbye)
{
    ::setpgid(0, 0);
    guard::becomeChild();
    ::prctl(PR_SET_PDEATHSIG, goodbye);
    if (::getppid() != parent)
        ::_exit(1);
    pinThread(0, processors);
}

Process Process::fork(const Processors &processors, const std::function<void()> &body)
{
    allowedProcessors(); // before the first pin changes them
    std::fflush(stdout);
    const pid_t parent = ::getpid();
    Process process;
    process.m_process = ::fork();
    if (process.m_process < 0)
        bench::stop(std::string("fork: ") + std::strerror(errno));
    if (process.m_process == 0) {
        becomeChild(parent, processors, SIGKILL);
        body();
        ::_exit(0);
    }
    guard::add(process.m_process);
    process.look();
    return process;
}

Process Process::start(const std::vector<std::string> &command, const ProcessOptions &options)
{
    std::vector<char *> arguments;
    for (const std::string &word : command)
        arguments.push_back(const_cast<char *>(word.c_str()));
    arguments.push_back(nullptr);
    std::vector<char *> environment;
    for (const std::string &word : options.environment)
        environment.push_back(const_cast<char *>(word.c_str()));
    environment.push_back(nullptr);
    return fork(options.processors, [&] {
        ::prctl(PR_SET_PDEATHSIG, options.goodbye);
        const int input = ::open("/dev/null", O_RDONLY);
        const int output = ::open(options.output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(input, 0);
        ::dup2(output, 1);
        ::dup2(output, 2);
        ::execve(arguments[0], arguments.data(), environment.data());
        std::fprintf(stderr, "%s: %s\n", arguments[0], std::strerror(errno));
        ::_exit(127);
    });
}

Process::Process(Process &&other) noexcept
    : m_process(std::exchange(other.m_process, 0))
    , m_all(std::move(other.m_all))
{}

Process &Process::operator=(Process &&other) noexcept
{
    std::swap(m_process, other.m_process);
    std::swap(m_all, other.m_all);
    return *this;
}

Process::~Process()
{
    if (m_process > 0)
        stop();
}

bool Process::isRunning()
{
    if (m_process <= 0)
        return false;
    siginfo_t info{};
    return ::waitid(P_PID, id_t(m_process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

int Process::wait()
{
    int status = 0;
    while (::waitpid(m_process, &status, 0) < 0 && errno == EINTR) {
    }
    guard::remove(m_process);
    m_process = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int Process::stop()
{
    ::kill(m_process, SIGTERM);
    const Instant patience = Clock::now() + 5s;
    while (isRunning()) {
        if (Clock::now() > patience)
            ::kill(-m_process, SIGKILL);
        ::usleep(2'000);
    }
    return wait();
}

static pid_t parentOf(const std::string &process)
{
    std::ifstream file("/proc/" + process + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(std::min(text.rfind(')') + 2, text.size())));
    char state = 0;
    pid_t parent = 0;
    fields >> state >> parent;
    return parent;
}

bool Process::look(std::size_t children)
{
    m_all = {m_process};
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator("/proc", error)) {
        const std::string name = entry.path().filename();
        pid_t process = 0;
        std::from_chars(name.data(), name.data() + name.size(), process);
        if (process > 0 && parentOf(name) == m_process)
            m_all.push_back(process);
    }
    return m_all.size() == 1 + children;
}

void Process::pin(const Processors &processors) const
{
    std::error_code error;
    for (const pid_t process : m_all) {
        for (const auto &entry :
             std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task", error))
            pinThread(pid_t(std::stol(entry.path().filename())), processors);
    }
}

// The clock is utime + stime of all threads, those that ended too, without the rounding to ticks of 10 ms that
// /proc/PID/stat does.
std::uint64_t Process::processorNanoseconds() const
{
    std::uint64_t sum = 0;
    for (const pid_t process : m_all) {
        clockid_t clock{};
        timespec time{};
        if (::clock_getcpuclockid(process, &clock) == 0 && ::clock_gettime(clock, &time) == 0)
            sum += std::uint64_t(time.tv_sec) * 1'000'000'000 + std::uint64_t(time.tv_nsec);
    }
    return sum;
}

Process::Ticks Process::ticks() const
{
    Ticks sum;
    for (const pid_t process : m_all) {
        std::ifstream file("/proc/" + std::to_string(process) + "/stat");
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        std::istringstream fields(text.substr(std::min(text.rfind(')') + 2, text.size())));
        std::string word;
        constexpr int beforeTimes = 11; // state to cmajflt
        for (int i = 0; i < beforeTimes; ++i)
            fields >> word;
        Ticks own;
        fields >> own.user >> own.kernel;
        sum.user += own.user;
        sum.kernel += own.kernel;
    }
    return sum;
}

std::uint64_t Process::residentKilobytes() const
{
    const auto pageKilobytes = std::uint64_t(::sysconf(_SC_PAGESIZE)) / 1024;
    std::uint64_t sum = 0;
    for (const pid_t process : m_all) {
        std::ifstream file("/proc/" + std::to_string(process) + "/statm");
        std::uint64_t whole = 0;
        std::uint64_t resident = 0;
        file >> whole >> resident;
        sum += resident * pageKilobytes;
    }
    return sum;
}

}

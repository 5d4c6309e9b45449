// SPDX-License-Identifier: GPL-3.0-or-later
#include "candidate.h"

#include "poller.h"
#include "protocol.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace quota::bench
{

static constexpr int keyCount = 50;

std::string nameOf(Kind kind)
{
    switch (kind) {
    case Kind::Direct:
        return "direct";
    case Kind::Nginx:
        return "nginx";
    case Kind::NginxLua:
        return "nginx+lua";
    case Kind::Ours:
        break;
    }
    return "ours";
}

static std::string readFile(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

static std::string lastLines(const std::string &text)
{
    constexpr std::size_t size = 1'500;
    return text.size() > size ? "…" + text.substr(text.size() - size) : text;
}

// With a directory and a port of its own.
static Candidate makeCandidate(const Place &place, Kind kind, const std::string &name)
{
    Candidate candidate;
    candidate.kind = kind;
    candidate.port = freePort();
    candidate.directory = place.scratch + '/' + name;
    candidate.log = candidate.directory + "/output";
    std::filesystem::create_directories(candidate.directory);
    return candidate;
}

static std::vector<std::string> environmentOf(const Candidate &candidate)
{
    return {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + candidate.directory, "LANG=C.UTF-8", "TZ=UTC"};
}

std::function<std::uint64_t()> Candidate::processorNanoseconds() const
{
    if (kind == Kind::Direct)
        return {};
    return [this] { return process.processorNanoseconds(); };
}

std::function<std::uint64_t()> Candidate::residentKilobytes() const
{
    if (kind == Kind::Direct)
        return {};
    return [this] { return process.residentKilobytes(); };
}

void Candidate::mustRun()
{
    if (kind != Kind::Direct && !process.isRunning())
        stop(nameOf(kind) + " ended by itself, exit code " + std::to_string(process.wait()) +
             ". Its last words:\n" + lastLines(readFile(log)));
}

static bool accepts(std::uint16_t port)
{
    const int descriptor = connectToLoopback(port, 0);
    if (descriptor < 0)
        return false;
    pollfd ready{descriptor, POLLOUT, 0};
    int error = 0;
    socklen_t size = sizeof error;
    const bool connected = ::poll(&ready, 1, 1'000) == 1 &&
                           ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
    ::close(descriptor);
    return connected;
}

// `children` as of nginx, whose master listens before its worker is there.
static void waitUntilItAccepts(Candidate &candidate, std::size_t children = 0)
{
    const Instant patience = Clock::now() + 20s;
    while (!accepts(candidate.port) || !candidate.process.look(children)) {
        candidate.mustRun();
        if (Clock::now() > patience)
            stop(nameOf(candidate.kind) + " runs, but does not accept connections. Its last words:\n" +
                 lastLines(readFile(candidate.log)));
        ::usleep(5'000);
    }
}

Candidate directCandidate(const Place &place)
{
    Candidate candidate;
    candidate.port = place.upstreamPort;
    candidate.secrets = {std::string(upstreamSecret)};
    return candidate;
}

// --- nginx ---

static std::string nginxProgram()
{
    for (const char *path : {"/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"}) {
        if (::access(path, X_OK) == 0)
            return path;
    }
    stop("nginx is not installed. On Debian: apt-get install -y nginx libnginx-mod-http-lua");
}

static std::string modulesDirectory()
{
    for (const char *path :
         {"/usr/lib/nginx/modules", "/usr/share/nginx/modules", "/usr/lib64/nginx/modules"}) {
        if (std::filesystem::exists(std::string(path) + "/ngx_http_lua_module.so"))
            return path;
    }
    stop("nginx's Lua module is not installed. On Debian: apt-get install -y libnginx-mod-http-lua");
}

static void fillIn(std::string &text, const std::string &name, const std::string &value)
{
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
        text.replace(at, name.size(), value);
}

static void writeConfiguration(const Place &place, const Candidate &candidate)
{
    const bool lua = candidate.kind == Kind::NginxLua;
    std::string text = readFile(place.sources + (lua ? "/nginx/lua.conf" : "/nginx/plain.conf"));
    fillIn(text, "@USER@",
           ::geteuid() == 0 ? "user root;" : ""); // the scratch directory is its owner's alone
    fillIn(text, "@SCRATCH@", candidate.directory);
    fillIn(text, "@SOURCE@", place.sources + "/nginx");
    fillIn(text, "@UPSTREAM@", std::to_string(place.upstreamPort));
    fillIn(text, "@PORT@", std::to_string(candidate.port));
    fillIn(text, "@SECRET@", std::string(upstreamSecret));
    if (lua)
        fillIn(text, "@MODULES@", modulesDirectory());
    std::ofstream(candidate.directory + "/nginx.conf") << text;
}

static std::vector<std::string> writeLuaKeys(const std::string &directory)
{
    std::vector<std::string> secrets;
    std::ofstream file(directory + "/keys");
    for (int i = 0; i < keyCount; ++i) {
        // As long as ours.
        secrets.push_back("sk-bench0123456789abcdefghijklmnopqrstu" + std::to_string(1'000 + i));
        file << secrets.back() << " key_bench" << i << " 1000000000\n";
    }
    return secrets;
}

Candidate startNginx(const Place &place, Kind kind, const std::string &name, const Processors &processors)
{
    Candidate candidate = makeCandidate(place, kind, name);
    const std::string &directory = candidate.directory;
    candidate.secrets =
        kind == Kind::NginxLua ? writeLuaKeys(directory) : std::vector{std::string(upstreamSecret)};
    writeConfiguration(place, candidate);
    ProcessOptions options{environmentOf(candidate), candidate.log, processors};
    options.goodbye = SIGTERM; // the master takes its worker along
    candidate.process = Process::start(
        {nginxProgram(), "-e", directory + "/error.log", "-c", directory + "/nginx.conf"}, options);
    waitUntilItAccepts(candidate, 1);
    return candidate;
}

// --- ours ---

// Runs a verb of the command line against a service of ours; what it printed.
static std::string runOurs(const Place &place, const Candidate &candidate, std::vector<std::string> words)
{
    const std::string output = candidate.directory + "/command";
    std::filesystem::remove(output);
    const std::string verb = words.front();
    words.insert(words.begin(), place.proxyProgram);
    words.insert(words.end(), {"--url", "http://127.0.0.1:" + std::to_string(candidate.port),
                               "--admin-token-file", candidate.directory + "/data/admin-token"});
    Process process = Process::start(words, {environmentOf(candidate), output});
    const int code = process.wait();
    std::string text = readFile(output);
    if (code != 0)
        stop("quota-proxy " + verb + " failed: " + lastLines(text));
    return text;
}

std::string usageOfOurs(const Candidate &candidate, const Place &place)
{
    return runOurs(place, candidate, {"usage", "--csv", "--days", "2"});
}

static std::vector<std::string> makeKeys(const Place &place, const Candidate &candidate)
{
    std::istringstream lines(
        runOurs(place, candidate,
                {"keys", "create", "--count", std::to_string(keyCount), "--label", "Bench", "--limit",
                 "requests/minute=100000000", "--limit", "requests/day=1000000000", "--limit",
                 "tokens/day=1000000000000", "--limit", "tokens/month=100000000000000", "--limit",
                 "concurrency=10000"}));
    std::vector<std::string> secrets;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("sk-"))
            secrets.push_back(line);
    }
    if (secrets.size() != std::size_t(keyCount))
        stop("quota-proxy keys create: " + std::to_string(keyCount) + " secrets expected, got " +
             std::to_string(secrets.size()) + '.');
    return secrets;
}

Candidate startOurs(const Place &place, const std::string &name, int lanes, const Processors &processors,
                    const std::vector<std::string> &settings)
{
    Candidate candidate = makeCandidate(place, Kind::Ours, name);
    ProcessOptions options{environmentOf(candidate), candidate.log, processors};
    options.environment.insert(options.environment.end(), {"DEEPSEEK_API_KEY=" + std::string(upstreamSecret),
                                                           "DEEPSEEK_BASE_URL=http://127.0.0.1:" +
                                                               std::to_string(place.upstreamPort) + "/v1"});
    options.environment.insert(options.environment.end(), settings.begin(), settings.end());
    candidate.process = Process::start({place.proxyProgram, "serve", "--host", "127.0.0.1", "--port",
                                        std::to_string(candidate.port), "--data-dir",
                                        candidate.directory + "/data", "--lanes", std::to_string(lanes)},
                                       options);
    waitUntilItAccepts(candidate);
    candidate.secrets = makeKeys(place, candidate);
    return candidate;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/serve.h"

#include "service/commands/settingoptions.h"
#include "service/service.h"
#include "service/telemetry/log.h"
#include "shared/version.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

using namespace Qt::StringLiterals;

namespace quota::service
{

// SIGTERM, SIGINT and SIGHUP as readable bytes. Blocked before any thread starts, so that no thread takes them.
static int openSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

// The shell of a terminal that is closed sends SIGHUP, too, and means that it is time to stop.
static bool hasTerminal()
{
    return ::isatty(STDERR_FILENO) == 1;
}

static void tellStart(const Config &config, const Service &service)
{
    for (const QString &notice : config.notices)
        logLine(lcService(), LogLevel::Warning, notice);
    logLine(lcService(), LogLevel::Info, u"Quota Proxy %1 listens."_s.arg(productVersion),
            {{u"url"_s, service.url().toString()},
             {u"admin"_s, service.adminUrl().toString()},
             {u"store"_s, config.memoryMode ? u"memory"_s : config.databasePath},
             {u"lanes"_s, config.lanes}});
    if (!service.writtenTokenPath().isEmpty())
        logLine(lcService(), LogLevel::Info, u"The admin token is in a file that only you can read."_s,
                {{u"path"_s, service.writtenTokenPath()}});
    if (config.adminInClear())
        logLine(lcService(), LogLevel::Warning,
                u"Plain HTTP on %1, which others can reach: admin tokens and keys cross the network in "
                u"clear. Set "
                "TLS_CERT_FILE and TLS_KEY_FILE, put a TLS proxy in front and HOST on loopback, or keep the "
                "admin "
                "API on this host with ADMIN_LISTEN=127.0.0.1:8788."_s.arg(config.adminAddress().host));
    if (service.demo())
        logLine(
            lcService(), LogLevel::Warning,
            u"No provider is configured: answers come from the built-in demo. Add one in the console, over "
            "/admin/providers, or with DEEPSEEK_API_KEY."_s);
}

int runServe(const Console &console, const QStringList &arguments)
{
    const auto loaded =
        loadConfigFor(console, u"serve"_s,
                      QT_TRANSLATE_NOOP("service", "Runs the service until a signal stops it."), arguments);
    if (!loaded)
        return loaded.error();
    const Config &config = loaded->config;
    const int signals = openSignals();
    const bool hadTerminal = hasTerminal();
    Log log(logOptions(config));
    const SystemClock clock;
    Service service(config, clock);
    if (const Done started = service.start(); !started) {
        const Error &fault = started.error();
        if (fault.detail.isEmpty())
            logLine(lcService(), LogLevel::Error, fault.message);
        else
            logLine(lcService(), LogLevel::Error, fault.message, {{u"detail"_s, fault.detail}});
        return ExitRefused;
    }
    tellStart(config, service);

    QSocketNotifier notifier(signals, QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &service, [&] {
        signalfd_siginfo signal{};
        while (::read(signals, &signal, sizeof signal) == ssize_t(sizeof signal)) {
            if (signal.ssi_signo == SIGHUP && !(hadTerminal && !hasTerminal())) {
                log.reopen();
                service.reload();
                continue;
            }
            logLine(lcService(), LogLevel::Info,
                    u"Stopping: open answers may finish, a second signal cuts them."_s,
                    {{u"grace_seconds"_s, qint64(config.shutdownGrace.count() / 1000)}});
            service.stop();
        }
    });
    QObject::connect(&service, &Service::stopped, qApp, &QCoreApplication::quit, Qt::QueuedConnection);
    const int code = QCoreApplication::exec();
    ::close(signals);
    logLine(lcService(), LogLevel::Info, u"Stopped; the books are closed."_s);
    return code;
}

}

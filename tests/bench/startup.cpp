// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QThread>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace Qt::StringLiterals;

// Prints how long the service needs from its start to the first 200 of /healthz, what memory it then holds idle, and
// how both grow with that many keys of four limits each. Usage: bench_startup [PATH-TO-QUOTA-PROXY] [ROUNDS] [KEYS].
// Figures for a person, no pass or fail.

static quint16 freePort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

static bool isHealthy(quint16 port)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, port);
    if (!socket.waitForConnected(100))
        return false;
    socket.write("GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    QByteArray answer;
    while (!answer.contains("\r\n\r\n") && socket.waitForReadyRead(1'000))
        answer += socket.readAll();
    return answer.startsWith("HTTP/1.1 200");
}

// Kilobytes of a line of /proc/PID/smaps_rollup.
static qint64 memoryOf(qint64 pid, const QByteArray &name)
{
    QFile file(u"/proc/%1/smaps_rollup"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith(name + ':'))
            return line.simplified().split(' ').value(1).toLongLong();
    }
    return -1;
}

struct Figures
{
    double startMilliseconds = 0;
    qint64 resident = 0; // kB
    qint64 own = 0;      // kB, shared memory by its share
};

// Starts the service, measures, lets work(port) do something with it, stops it. Ends the program when that fails.
template <class Work>
static Figures run(const QString &program, const QString &directory, Work work)
{
    const quint16 port = freePort();
    QProcess service;
    QElapsedTimer watch;
    watch.start();
    service.start(program, {u"serve"_s, u"--port"_s, QString::number(port), u"--data-dir"_s, directory});
    if (!service.waitForStarted()) {
        std::fprintf(stderr, "%s does not start: %s\n", qPrintable(program),
                     qPrintable(service.errorString()));
        std::exit(1);
    }
    while (!isHealthy(port)) {
        if (watch.elapsed() > 20'000 || service.state() != QProcess::Running) {
            std::fprintf(stderr, "no answer: %s\n", service.readAllStandardError().constData());
            std::exit(1);
        }
        QThread::usleep(500);
    }
    Figures figures{double(watch.nsecsElapsed()) / 1e6};
    QThread::sleep(1); // memory at rest
    figures.resident = memoryOf(service.processId(), "Rss");
    figures.own = memoryOf(service.processId(), "Pss");
    work(port);
    service.terminate();
    service.waitForFinished();
    return figures;
}

static void makeKeys(const QString &program, const QString &directory, quint16 port, int count)
{
    constexpr int atATime = 100;
    for (int made = 0; made < count; made += atATime) {
        QStringList arguments{u"keys"_s,
                              u"create"_s,
                              u"--url"_s,
                              u"http://127.0.0.1:%1"_s.arg(port),
                              u"--admin-token-file"_s,
                              directory + u"/admin-token"_s,
                              u"--count"_s,
                              QString::number(qMin(atATime, count - made))};
        for (const QString &limit : {u"requests/minute=100"_s, u"requests/day=10000"_s,
                                     u"tokens/day=1000000"_s, u"tokens/month=20000000"_s})
            arguments.append({u"--limit"_s, limit});
        QProcess maker;
        maker.start(program, arguments);
        if (!maker.waitForFinished(120'000) || maker.exitCode() != 0) {
            std::fprintf(stderr, "no keys: %s\n", maker.readAllStandardError().constData());
            std::exit(1);
        }
    }
}

static Figures medianOf(QList<Figures> rounds)
{
    const auto median = [&](auto Figures::*member) {
        std::sort(rounds.begin(), rounds.end(),
                  [&](const Figures &one, const Figures &other) { return one.*member < other.*member; });
        return rounds.at(rounds.size() / 2).*member;
    };
    return {median(&Figures::startMilliseconds), median(&Figures::resident), median(&Figures::own)};
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const QString program =
        arguments.value(1, QCoreApplication::applicationDirPath() + u"/../../bin/quota-proxy"_s);
    const int rounds = qMax(1, arguments.value(2, u"10"_s).toInt());
    const int keys = arguments.value(3).toInt();
    const auto nothing = [](quint16) {};
    QList<Figures> empty;
    double worst = 0;
    for (int round = 0; round < rounds; ++round) {
        const QTemporaryDir directory;
        empty.append(run(program, directory.path(), nothing));
        worst = qMax(worst, empty.constLast().startMilliseconds);
    }
    const Figures median = medianOf(empty);
    std::printf("cold start to the first 200 of /healthz: median %.0f ms, worst %.0f ms (%d rounds)\n",
                median.startMilliseconds, worst, rounds);
    std::printf("memory idle: resident %.1f MB, proportional %.1f MB (medians)\n",
                double(median.resident) / 1024, double(median.own) / 1024);
    if (keys <= 0)
        return 0;
    const QTemporaryDir directory;
    run(program, directory.path(), [&](quint16 port) { makeKeys(program, directory.path(), port, keys); });
    QList<Figures> filled;
    for (int round = 0; round < rounds; ++round)
        filled.append(run(program, directory.path(), nothing));
    const Figures full = medianOf(filled);
    std::printf(
        "with %d keys of four limits: start %.0f ms, resident %.1f MB more, %.2f kB a key (medians)\n", keys,
        full.startMilliseconds, double(full.resident - median.resident) / 1024,
        double(full.resident - median.resident) / keys);
    return 0;
}

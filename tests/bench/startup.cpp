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

using namespace Qt::StringLiterals;

// Prints how long the service needs from its start to the first 200 of /healthz, and what memory it then holds
// idle. Usage: bench_startup [PATH-TO-QUOTA-PROXY] [ROUNDS]. Figures for a person, no pass or fail.

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

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const QString program =
        arguments.value(1, QCoreApplication::applicationDirPath() + u"/../../bin/quota-proxy"_s);
    const int rounds = qMax(1, arguments.value(2, u"10"_s).toInt());
    QList<double> starts;
    QList<qint64> resident;
    QList<qint64> own;
    for (int round = 0; round < rounds; ++round) {
        const QTemporaryDir directory;
        const quint16 port = freePort();
        QProcess service;
        service.setProcessChannelMode(QProcess::SeparateChannels);
        QElapsedTimer watch;
        watch.start();
        service.start(program,
                      {u"serve"_s, u"--port"_s, QString::number(port), u"--data-dir"_s, directory.path()});
        if (!service.waitForStarted()) {
            std::fprintf(stderr, "%s does not start: %s\n", qPrintable(program),
                         qPrintable(service.errorString()));
            return 1;
        }
        while (!isHealthy(port)) {
            if (watch.elapsed() > 20'000 || service.state() != QProcess::Running) {
                std::fprintf(stderr, "no answer: %s\n", service.readAllStandardError().constData());
                return 1;
            }
            QThread::usleep(500);
        }
        starts.append(double(watch.nsecsElapsed()) / 1e6);
        QThread::sleep(1); // memory at rest
        resident.append(memoryOf(service.processId(), "Rss"));
        own.append(memoryOf(service.processId(), "Pss"));
        service.terminate();
        service.waitForFinished();
    }
    std::sort(starts.begin(), starts.end());
    std::sort(resident.begin(), resident.end());
    std::sort(own.begin(), own.end());
    std::printf("cold start to the first 200 of /healthz: median %.0f ms, worst %.0f ms (%d rounds)\n",
                starts.at(rounds / 2), starts.constLast(), rounds);
    std::printf("memory idle: resident %.1f MB, proportional %.1f MB (medians)\n",
                double(resident.at(rounds / 2)) / 1024, double(own.at(rounds / 2)) / 1024);
    return 0;
}

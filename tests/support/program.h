// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>

#include <csignal>
#include <memory>

// The program quota-proxy as a process, in a directory of its own and with an environment that holds nothing of the
// host's: what it is started with, what it says, how it ends.
namespace quota::test
{

class Program
{
public:
    struct Ended
    {
        int code = -1;
        QByteArray out;
        QByteArray error;
    };

    QString path(const QString &name) const { return m_directory.filePath(name); }
    QString data() const { return path(QStringLiteral("data")); }

    // Runs a verb to its end.
    Ended run(const QStringList &arguments, const QHash<QString, QString> &environment = {}) const
    {
        QProcess process;
        prepare(process, environment);
        process.start(binary(), arguments);
        process.closeWriteChannel();
        process.waitForFinished(20'000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
                process.readAllStandardOutput(), process.readAllStandardError()};
    }

    // Starts the service on free ports; false when it does not listen.
    bool serve(const QHash<QString, QString> &environment = {}, const QStringList &arguments = {})
    {
        m_service = std::make_unique<QProcess>();
        prepare(*m_service, environment);
        m_service->setReadChannel(QProcess::StandardError);
        m_service->start(binary(), QStringList{QStringLiteral("serve"), QStringLiteral("--data-dir"), data(),
                                               QStringLiteral("--port"), QStringLiteral("0")} +
                                       arguments);
        return waitFor("listens");
    }
    // Until the service has said this since it was last asked; what it says is kept in log().
    bool waitFor(const QByteArray &words)
    {
        for (;;) {
            m_log += m_service->readAllStandardError();
            if (const qsizetype at = m_log.indexOf(words, m_seen); at >= 0 && m_log.indexOf('\n', at) >= 0) {
                m_seen = m_log.indexOf('\n', at);
                return true;
            }
            if (!m_service->waitForReadyRead(10'000))
                return false;
        }
    }
    void signal(int number) const { ::kill(pid_t(m_service->processId()), number); }
    qint64 pid() const { return m_service->processId(); }
    int end()
    {
        m_service->terminate();
        m_service->waitForFinished(20'000);
        m_log += m_service->readAllStandardError();
        return m_service->exitStatus() == QProcess::NormalExit ? m_service->exitCode() : -1;
    }
    const QByteArray &log() const { return m_log; }

    static QString binary() { return QStringLiteral(QUOTA_BINARY_DIR "/bin/quota-proxy"); }

private:
    void prepare(QProcess &process, const QHash<QString, QString> &more) const
    {
        QProcessEnvironment environment;
        for (const char *name :
             {"PATH", "HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
            if (qEnvironmentVariableIsSet(name))
                environment.insert(QString::fromLatin1(name), qEnvironmentVariable(name));
        }
        environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
        for (auto it = more.begin(); it != more.end(); ++it)
            environment.insert(it.key(), it.value());
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(m_directory.path());
    }

    QTemporaryDir m_directory;
    std::unique_ptr<QProcess> m_service;
    QByteArray m_log;
    qsizetype m_seen = 0;
};

}

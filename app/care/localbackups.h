// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/care/restoredoor.h"
#include "app/widgets/language.h"

#include <QProcess>
#include <QPromise>

#include <functional>
#include <memory>

// The backups of a data directory of this computer whose service is dead, through the service's own command line.
// It runs in a process beside the console, one command at a time; futures finish on the GUI thread, which never waits.
namespace quota::console
{

class LocalBackups : public QObject, public RestoreDoor
{
    Q_OBJECT

public:
    // Program: empty: it is looked for beside the console, then in PATH.
    explicit LocalBackups(const QString &program = {}, QObject *parent = nullptr);
    ~LocalBackups() override;

    static QString findProgram();      // empty: there is none
    static QString defaultDirectory(); // where a service of this user keeps its data

    void setDirectory(const QString &directory) { m_directory = directory; }
    const QString &directory() const { return m_directory; }
    void setLanguage(Language language) { m_language = language; } // of the messages

    QFuture<Result<BackupList>> list();
    // Id: a name of the list, or the path of a file.
    QFuture<Result<BackupInfo>> verify(const QString &id, const QByteArray &passphrase) override;
    QFuture<Result<RestoreOutcome>> restore(const QString &id, RestoreScope scope, bool dryRun,
                                            const QByteArray &passphrase) override;
    QFuture<Result<bool>> cancel() override;
    std::optional<BackupActivity> activity() const override;
    QObject *teller() override { return this; }
    QString command(const QString &id, RestoreScope scope) const override;
    QString cancelRefusal() const override;

Q_SIGNALS:
    void activityChanged();

private:
    using Taker = std::function<void(const Result<QJsonObject> &)>;
    template <class T, class Read>
    QFuture<Result<T>> run(const QString &action, const QStringList &arguments, const QByteArray &passphrase,
                           Read read);
    void start(const QStringList &arguments, const QByteArray &passphrase, Taker taker);
    void finish(const Result<QJsonObject> &answer);
    Result<QJsonObject> answerOf(int code, QProcess::ExitStatus status);

    QString m_program;
    QString m_directory;
    Language m_language = Language::English;
    std::unique_ptr<QProcess> m_process;
    Taker m_taker;
    QString m_action; // empty: nothing is under way
    bool m_changes = false;
    bool m_cancelled = false;
};

}

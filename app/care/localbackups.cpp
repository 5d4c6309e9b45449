// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/care/localbackups.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace quota::console
{

static constexpr int longestWords = 2000; // of what the command says

LocalBackups::LocalBackups(const QString &program, QObject *parent)
    : QObject(parent)
    , m_program(program)
    , m_directory(defaultDirectory())
{}

LocalBackups::~LocalBackups()
{
    if (!m_process)
        return;
    // What only reads is ended with the console; a restore goes on alone, to the one state or the other.
    m_process->disconnect(this);
    if (m_changes) {
        QProcess *left = m_process.release();
        left->setParent(nullptr);
        QObject::connect(left, &QProcess::finished, left, &QObject::deleteLater);
        return;
    }
    m_process->kill();
    m_process->waitForFinished(1000);
}

QString LocalBackups::findProgram()
{
    const QString name = u"quota-proxy"_s;
    const QString beside = QStandardPaths::findExecutable(name, {QCoreApplication::applicationDirPath()});
    return beside.isEmpty() ? QStandardPaths::findExecutable(name) : beside;
}

QString LocalBackups::defaultDirectory()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u"/quota-proxy"_s;
}

QFuture<Result<BackupList>> LocalBackups::list()
{
    return run<BackupList>(u"list"_s, {u"list"_s, u"--json"_s}, {}, backupListFromJson);
}

QFuture<Result<BackupInfo>> LocalBackups::verify(const QString &id, const QByteArray &passphrase)
{
    return run<BackupInfo>(u"verify"_s, {u"verify"_s, id, u"--json"_s}, passphrase, backupInfoFromJson);
}

QFuture<Result<RestoreOutcome>> LocalBackups::restore(const QString &id, RestoreScope scope, bool dryRun,
                                                      const QByteArray &passphrase)
{
    QStringList arguments{u"restore"_s, id, u"--json"_s, dryRun ? u"--dry-run"_s : u"--yes"_s};
    if (scope != RestoreScope::All)
        arguments << u"--only"_s << toString(scope);
    return run<RestoreOutcome>(dryRun ? u"compare"_s : u"restore"_s, arguments, passphrase,
                               restoreOutcomeFromJson);
}

QString LocalBackups::command(const QString &id, RestoreScope scope) const
{
    QString words = u"quota-proxy backup restore \"%1\" --data-dir \"%2\""_s.arg(id, m_directory);
    if (scope != RestoreScope::All)
        words += u" --only "_s + toString(scope);
    return words;
}

QFuture<Result<bool>> LocalBackups::cancel()
{
    QPromise<Result<bool>> promise;
    promise.start();
    // A restore ends by itself: what it has begun it also puts right.
    const bool can = m_process && !m_changes;
    promise.addResult(can);
    promise.finish();
    if (can) {
        m_cancelled = true;
        m_process->terminate();
    }
    return promise.future();
}

std::optional<BackupActivity> LocalBackups::activity() const
{
    if (m_action.isEmpty())
        return {};
    return BackupActivity{m_action, {}, 0, 0};
}

QString LocalBackups::cancelRefusal() const
{
    return m_changes ? tr("It ends by itself: what is there stays as it is, or is restored.") : QString();
}

template <class T, class Read>
QFuture<Result<T>> LocalBackups::run(const QString &action, const QStringList &arguments,
                                     const QByteArray &passphrase, Read read)
{
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    const QFuture<Result<T>> future = promise->future();
    const auto take = [promise, read](const Result<QJsonObject> &answer) {
        promise->addResult(answer ? read(*answer) : Result<T>(tl::unexpected(answer.error())));
        promise->finish();
    };
    if (m_process) {
        take(failure(ErrorCode::Unavailable, tr("Something else is under way; wait for it, or cancel it.")));
        return future;
    }
    m_action = action;
    m_changes = action == "restore"_L1;
    start(arguments, passphrase, take);
    return future;
}

void LocalBackups::start(const QStringList &arguments, const QByteArray &passphrase, Taker taker)
{
    m_cancelled = false;
    m_taker = std::move(taker);
    const QString program = m_program.isEmpty() ? findProgram() : m_program;
    if (program.isEmpty())
        return finish(
            failure(ErrorCode::NotFound,
                    tr("The program quota-proxy is neither beside the console nor in PATH. Install it on "
                       "this computer.")));
    m_process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LC_ALL"_s, m_language == Language::Chinese ? u"zh_CN.UTF-8"_s : u"C.UTF-8"_s);
    m_process->setProcessEnvironment(environment);
    // Not where the console was started: an .env that lies there is of something else.
    m_process->setWorkingDirectory(QFileInfo(m_directory).isDir() ? m_directory : QDir::rootPath());
    QStringList all{u"backup"_s};
    all << arguments << u"--data-dir"_s << m_directory;
    if (!passphrase.isEmpty())
        all << u"--passphrase-file"_s << u"/dev/stdin"_s; // never on the disk, nor among the arguments
    connect(m_process.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            finish(
                failure(ErrorCode::Unavailable,
                        tr("%1 cannot be started: %2.").arg(m_process->program(), m_process->errorString())));
    });
    connect(m_process.get(), &QProcess::finished, this,
            [this](int code, QProcess::ExitStatus status) { finish(answerOf(code, status)); });
    connect(m_process.get(), &QProcess::started, this, [this, passphrase] {
        if (!passphrase.isEmpty())
            m_process->write(passphrase + '\n');
        m_process->closeWriteChannel();
    });
    m_process->start(program, all);
    Q_EMIT activityChanged();
}

Result<QJsonObject> LocalBackups::answerOf(int code, QProcess::ExitStatus status)
{
    if (m_cancelled)
        return failure(ErrorCode::Cancelled, tr("It was cancelled."));
    const QJsonDocument answer = QJsonDocument::fromJson(m_process->readAllStandardOutput());
    // A damaged backup is an answer, too, whatever the code.
    if (answer.isObject() && (status == QProcess::NormalExit))
        return answer.object();
    QString words = QString::fromUtf8(m_process->readAllStandardError()).trimmed().right(longestWords);
    if (words.startsWith("quota-proxy backup "_L1))
        words.remove(0, words.indexOf(": "_L1) + 2);
    if (words.isEmpty())
        words = tr("quota-proxy ended with code %1 and said nothing.").arg(code);
    return failure(ErrorCode::Storage, words);
}

void LocalBackups::finish(const Result<QJsonObject> &answer)
{
    if (m_process) {
        m_process->disconnect(this);
        m_process.release()->deleteLater();
    }
    m_action.clear();
    m_changes = false;
    const Taker taker = std::exchange(m_taker, {});
    Q_EMIT activityChanged();
    if (taker)
        taker(answer);
}

}

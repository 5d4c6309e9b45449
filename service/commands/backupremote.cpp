// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/backupremote.h"

#include "service/commands/outputfile.h"
#include "service/commands/session.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

class RemoteBackups : public BackupDoor
{
public:
    explicit RemoteBackups(const CommandParser &parser)
        : m_session(parser)
        , m_console(parser.console())
    {}

    std::optional<int> open()
    {
        const auto code = m_session.open();
        // Packing and proving take as long as the books are large.
        if (!code)
            m_session.client().setTimeout(std::chrono::hours(1));
        return code;
    }

    Result<BackupInfo> create(const QByteArray &passphrase) override
    {
        return m_session.wait(m_session.client().createBackup(passphrase));
    }
    Result<BackupList> list() override { return m_session.wait(m_session.client().backups()); }
    Result<BackupInfo> verify(const QString &id, const QByteArray &passphrase) override
    {
        return m_session.wait(m_session.client().verifyBackup(id, passphrase));
    }
    Result<QStringList> prune() override { return m_session.wait(m_session.client().pruneBackups()); }
    Done fetch(const QString &id, const QString &path) override;
    Result<RestoreOutcome> restore(const Restore &restore) override;
    int refused(const Error &error) override { return m_session.refused(error); }

private:
    Result<QString> upload(const QString &path);

    Session m_session;
    const Console &m_console;
    QString m_uploaded; // id of the file that was; empty: none
};

}

Done RemoteBackups::fetch(const QString &id, const QString &path)
{
    OutputFile file(path);
    if (const Done opened = file.open(); !opened)
        return opened;
    const auto got = m_session.wait(m_session.client().downloadBackup(id, file.device()));
    return got ? file.keep() : tl::unexpected(got.error());
}

Result<RestoreOutcome> RemoteBackups::restore(const Restore &restore)
{
    QString id = restore.what;
    if (restore.isFile) {
        const auto uploaded = upload(restore.what);
        if (!uploaded)
            return tl::unexpected(uploaded.error());
        id = *uploaded;
    }
    return m_session.wait(
        m_session.client().restoreBackup(id, restore.scope, restore.dryRun, restore.passphrase));
}

// Once, however often it is asked for: what is shown first is what is restored then.
Result<QString> RemoteBackups::upload(const QString &path)
{
    if (!m_uploaded.isEmpty())
        return m_uploaded;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Storage,
                       u"The backup %1 cannot be read: %2."_s.arg(path, file.errorString()));
    const auto taken = m_session.wait(m_session.client().uploadBackup(file));
    if (!taken)
        return tl::unexpected(taken.error());
    m_uploaded = taken->id;
    m_console.tell(m_console.text(
        QT_TRANSLATE_NOOP("service", "The file is in the service's list of backups now, as %1."),
        {m_uploaded}));
    return m_uploaded;
}

tl::expected<std::unique_ptr<BackupDoor>, int> remoteBackups(const CommandParser &parser)
{
    auto door = std::make_unique<RemoteBackups>(parser);
    if (const auto code = door->open())
        return tl::unexpected<int>(*code);
    return door;
}

}

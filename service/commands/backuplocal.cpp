// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/backuplocal.h"

#include "service/backup/restore.h"
#include "service/commands/outputfile.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

class LocalBackups : public BackupDoor
{
public:
    LocalBackups(std::unique_ptr<LocalData> data, const CommandParser &parser)
        : m_data(std::move(data))
        , m_parser(parser)
        , m_places(m_data->config())
    {}

    Result<BackupInfo> create(const QByteArray &passphrase) override;
    Result<BackupList> list() override;
    Result<BackupInfo> verify(const QString &id, const QByteArray &passphrase) override;
    Result<QStringList> prune() override;
    Done fetch(const QString &id, const QString &path) override;
    Result<RestoreOutcome> restore(const Restore &restore) override;
    int refused(const Error &error) override
    {
        m_parser.console().tell(u"quota-proxy %1: %2"_s.arg(m_parser.verb(), error.message));
        return ExitRefused;
    }

private:
    const Config &config() const { return m_data->config(); }

    const std::unique_ptr<LocalData> m_data;
    const CommandParser &m_parser;
    const RestorePlaces m_places;
    BackupProgress m_progress;
};

}

static Done needsFile(const Config &config)
{
    if (!config.memoryMode)
        return {};
    return failure(
        ErrorCode::Storage,
        u"The settings keep everything in memory (DATABASE_URL=memory:), so there is nothing here to back "
        "up or restore while no service runs."_s);
}

Result<BackupInfo> LocalBackups::create(const QByteArray &passphrase)
{
    if (const Done file = needsFile(config()); !file)
        return tl::unexpected(file.error());
    BackupRequest request;
    request.passphrase = passphrase;
    request.now = SystemClock().now();
    return makeBackup(m_places, request, m_progress);
}

Result<BackupList> LocalBackups::list()
{
    auto backups = m_places.directory.list();
    if (!backups)
        return tl::unexpected(backups.error());
    BackupList list;
    list.backups = std::move(*backups);
    list.directory = m_places.directory.path();
    list.schedule = config().backupSchedule.text();
    list.keptDaily = config().backupsKept.daily;
    list.keptWeekly = config().backupsKept.weekly;
    list.keptMonthly = config().backupsKept.monthly;
    list.maximumBytes = config().backupMaximumSize;
    return list;
}

Result<BackupInfo> LocalBackups::verify(const QString &id, const QByteArray &passphrase)
{
    return verifyListed(m_places, id, passphrase, SystemClock().now(), m_progress);
}

Result<QStringList> LocalBackups::prune()
{
    return pruneBackups(m_places.directory, config().backupsKept, config().timeZone);
}

Done LocalBackups::fetch(const QString &id, const QString &path)
{
    OutputFile target(path);
    if (const Done opened = target.open(); !opened)
        return opened;
    QFile source(m_places.directory.pathOf(id));
    if (!source.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Storage,
                       u"The backup %1 cannot be read: %2."_s.arg(id, source.errorString()));
    while (!source.atEnd()) {
        constexpr qint64 piece = 1024 * 1024;
        const QByteArray bytes = source.read(piece);
        if (bytes.isEmpty())
            return failure(ErrorCode::Storage,
                           u"The backup %1 cannot be read: %2."_s.arg(id, source.errorString()));
        if (target.device().write(bytes) != bytes.size())
            return tl::unexpected(target.fault());
    }
    return target.keep();
}

Result<RestoreOutcome> LocalBackups::restore(const Restore &restore)
{
    if (const Done file = needsFile(config()); !file)
        return tl::unexpected(file.error());
    RestoreRequest request;
    request.archive = restore.what;
    if (!restore.isFile) {
        const auto listed = m_places.directory.find(restore.what);
        if (!listed)
            return tl::unexpected(listed.error());
        request.archive = m_places.directory.pathOf(listed->id);
    }
    request.scope = restore.scope;
    request.passphrase = restore.passphrase;
    request.dryRun = restore.dryRun;
    request.now = SystemClock().now();
    request.actor = u"command line"_s;
    return restoreBackup(m_places, request, offlineStore(m_places.database), m_progress);
}

std::unique_ptr<BackupDoor> localBackups(std::unique_ptr<LocalData> data, const CommandParser &parser)
{
    return std::make_unique<LocalBackups>(std::move(data), parser);
}

}

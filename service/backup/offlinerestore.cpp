// SPDX-License-Identifier: GPL-3.0-or-later
// The half of a restore that needs no service: reaching the store by its file, and ending what was interrupted.
#include "service/backup/restore.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace quota::service
{

RestoreStore offlineStore(const QString &databasePath)
{
    DatabaseOptions options;
    options.path = databasePath;
    RestoreStore store;
    store.swap = [options](const RestoreStore::Exchange &exchange, const RestoreStore::Prove &prove,
                           const RestoreStore::Exchange &undo) -> Result<qint64> {
        const auto attempt = [&]() -> Result<qint64> {
            if (const Done exchanged = exchange(); !exchanged)
                return tl::unexpected(exchanged.error());
            const auto database = Database::open(options);
            if (!database)
                return tl::unexpected(database.error());
            return prove(**database);
        };
        auto proven = attempt();
        if (proven)
            return proven;
        if (const Done undone = undo(); !undone)
            return tl::unexpected(undone.error());
        proven.error().message += u" Everything is as it was before."_s;
        return proven;
    };
    store.change = [options](const std::function<Result<qint64>(Database &)> &change) -> Result<qint64> {
        const auto database = Database::open(options);
        if (!database)
            return tl::unexpected(database.error());
        return change(**database);
    };
    return store;
}

Result<QString> recoverRestore(const QString &dataDirectory)
{
    QDir(dataDirectory + u"/scratch"_s).removeRecursively();
    const auto recovered = FileExchange::recover(dataDirectory + u"/restore.journal"_s);
    if (!recovered)
        return tl::unexpected(recovered.error());
    // Staged by one that was killed before it had begun to exchange anything.
    const QDir directory(dataDirectory);
    const QStringList staged = directory.entryList({u"*.restoring"_s}, QDir::Files | QDir::Hidden);
    for (const QString &file : staged)
        QFile::remove(directory.filePath(file));
    switch (*recovered) {
    case FileExchange::Recovery::None:
        return QString();
    case FileExchange::Recovery::Undone:
        return u"A restore, or another exchange of files, was interrupted before it was proven: everything "
               u"is as it was "
               "before it."_s;
    case FileExchange::Recovery::Kept:
        return u"A restore, or another exchange of files, was interrupted at its very end: it is done."_s;
    }
    Q_UNREACHABLE();
}

}

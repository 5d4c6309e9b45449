// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/backupdoor.h"

#include "service/backup/restore.h"
#include "service/commands/backuplocal.h"
#include "service/commands/backupremote.h"
#include "service/commands/session.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

void BackupDoor::addOptions(CommandParser &parser)
{
    Session::addOptions(parser);
    LocalData::addOptions(parser);
}

static int said(const CommandParser &parser, const QString &text)
{
    parser.console().tell(u"quota-proxy %1: %2"_s.arg(parser.verb(), text));
    return ExitRefused;
}

static tl::expected<std::unique_ptr<BackupDoor>, int> remote(const CommandParser &parser)
{
    auto door = remoteBackups(parser);
    if (!door)
        return tl::unexpected<int>(door.error());
    return std::move(*door);
}

tl::expected<std::unique_ptr<BackupDoor>, int> BackupDoor::open(const CommandParser &parser, bool mayBeNew)
{
    if (parser.isSet(u"url"_s))
        return remote(parser);
    auto data = LocalData::read(parser);
    if (!data)
        return tl::unexpected<int>(data.error());
    if (!(*data)->exists() && !mayBeNew) {
        return tl::unexpected<int>(
            said(parser, parser.console().text(
                             QT_TRANSLATE_NOOP("service", "There is no data directory at %1. Give the "
                                                          "service's with --data-dir, or its address with "
                                                          "--url."),
                             {(*data)->config().dataDirectory})));
    }
    if (const Done created = (*data)->create(); !created)
        return tl::unexpected<int>(said(parser, created.error().message));
    const auto locked = (*data)->lock();
    if (!locked)
        return tl::unexpected<int>(said(parser, locked.error().message));
    if (!*locked)
        return remote(parser);
    const auto recovered = recoverRestore((*data)->config().dataDirectory);
    if (!recovered)
        return tl::unexpected<int>(said(parser, recovered.error().message));
    if (!recovered->isEmpty())
        parser.console().tell(*recovered);
    return localBackups(std::move(*data), parser);
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/databaseplace.h"

#include "service/backup/restore.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

int refuse(const CommandParser &parser, const QString &text)
{
    parser.console().tell(u"quota-proxy %1: %2"_s.arg(parser.verb(), text));
    return ExitRefused;
}

tl::expected<bool, int> isAgreed(const CommandParser &parser, const QString &question)
{
    if (parser.isSet(u"yes"_s))
        return true;
    const Console &console = parser.console();
    if (!console.interactive || parser.isSet(u"json"_s))
        return tl::unexpected<int>(parser.wrongUse(
            console.text(QT_TRANSLATE_NOOP("service", "nobody is there to be asked; say --yes."))));
    console.writeError(question);
    const QString reply = console.readLine().toLower();
    return reply == "yes"_L1 || reply == "y"_L1;
}

void DatabasePlace::addOptions(CommandParser &parser)
{
    parser.option(u"data-dir"_s, u"DIRECTORY"_s,
                  QT_TRANSLATE_NOOP("service", "The data directory, as the service has it."));
    parser.option(u"database"_s, u"URL"_s,
                  QT_TRANSLATE_NOOP("service", "Where the database is, as DATABASE_URL says it; without it, "
                                               "quota.db in the data directory."));
    LocalData::addOptions(parser);
}

tl::expected<DatabasePlace, int> DatabasePlace::read(const CommandParser &parser, const char *inMemory)
{
    auto data = LocalData::read(parser);
    if (!data)
        return tl::unexpected<int>(data.error());
    if ((*data)->config().memoryMode)
        return tl::unexpected<int>(refuse(
            parser,
            parser.console().text(
                inMemory ? inMemory
                         : QT_TRANSLATE_NOOP("service",
                                             "The settings keep everything in memory (DATABASE_URL=memory:): "
                                             "there is no file. Give one with --database."))));
    return DatabasePlace(std::move(*data));
}

std::optional<qint64> DatabasePlace::servicePid() const
{
    if (m_isOurs)
        return std::nullopt;
    const auto holder = RunLock::holderOf(config().dataDirectory + u"/run.lock"_s);
    return holder ? std::optional(holder->pid) : std::nullopt;
}

tl::expected<DatabasePlace, int> DatabasePlace::toRead(const CommandParser &parser, const char *inMemory)
{
    auto place = read(parser, inMemory);
    if (!place || !place->m_data->exists())
        return place;
    const auto locked = place->m_data->lock();
    // Who may not write there can still look.
    place->m_isOurs = locked.value_or(false);
    return place;
}

tl::expected<DatabasePlace, int> DatabasePlace::toChange(const CommandParser &parser, bool mayBeNew)
{
    auto place = read(parser);
    if (!place)
        return place;
    const Console &console = parser.console();
    const QString &directory = place->config().dataDirectory;
    if (!place->m_data->exists() && !mayBeNew)
        return tl::unexpected<int>(refuse(
            parser, console.text(QT_TRANSLATE_NOOP("service", "There is no data directory at %1. Give the "
                                                              "service's with --data-dir."),
                                 {directory})));
    if (const Done created = place->m_data->create(); !created)
        return tl::unexpected<int>(refuse(parser, created.error().message));
    const auto locked = place->m_data->lock();
    if (!locked)
        return tl::unexpected<int>(refuse(parser, locked.error().message));
    if (!*locked) {
        const auto pid = place->servicePid();
        return tl::unexpected<int>(refuse(
            parser,
            console.text(QT_TRANSLATE_NOOP("service", "A quota-proxy (pid %1) uses the data directory %2. "
                                                      "Stop it first, and try again."),
                         {pid ? QString::number(*pid) : u"?"_s, directory})));
    }
    place->m_isOurs = true;
    const auto recovered = recoverRestore(directory);
    if (!recovered)
        return tl::unexpected<int>(refuse(parser, recovered.error().message));
    if (!recovered->isEmpty())
        console.tell(*recovered);
    return place;
}

}

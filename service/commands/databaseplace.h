// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/localdata.h"

// The database of a data directory, for the database verbs: their options, where it is, and whether this verb has it
// to itself.
namespace quota::service
{

class DatabasePlace
{
public:
    static void addOptions(CommandParser &parser);
    // To read: beside a running service, or alone.
    // inMemory: what is said when there is no file, instead of the usual.
    static tl::expected<DatabasePlace, int> toRead(const CommandParser &parser,
                                                   const char *inMemory = nullptr);
    // To change: the data directory is ours until this dies, made when mayBeNew, and what an interrupted restore
    // left is settled. The exit code when it is not, which has been said.
    static tl::expected<DatabasePlace, int> toChange(const CommandParser &parser, bool mayBeNew);

    const Config &config() const { return m_data->config(); }
    const QString &path() const { return config().databasePath; }
    bool isOurs() const { return m_isOurs; }
    std::optional<qint64> servicePid() const; // of the service that has the data directory

private:
    static tl::expected<DatabasePlace, int> read(const CommandParser &parser, const char *inMemory = nullptr);
    explicit DatabasePlace(std::unique_ptr<LocalData> data)
        : m_data(std::move(data))
    {}

    std::unique_ptr<LocalData> m_data;
    bool m_isOurs = false;
};

// Says it with the verb before it; ExitRefused.
int refuse(const CommandParser &parser, const QString &text);
// Whether the person types yes, or has said --yes. Without anybody to ask: ExitWrongUse.
tl::expected<bool, int> isAgreed(const CommandParser &parser, const QString &question);

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/commands/commandparser.h"
#include "service/config.h"
#include "service/runlock.h"

#include <memory>

// The data directory of a verb that works without a running service: the settings that name it, and its lock, so that
// no service and no second verb works on it at the same time.
namespace quota::service
{

class LocalData
{
public:
    // --data-dir, and perhaps --database, are the verb's; this adds --env-file.
    static void addOptions(CommandParser &parser);
    // After parse(); the exit code when the settings cannot be used, which has been said.
    static tl::expected<std::unique_ptr<LocalData>, int> read(const CommandParser &parser);

    const Config &config() const { return m_config; }
    bool exists() const;
    // False when a service, or another verb, has it.
    Result<bool> lock();
    Done create(); // the directory itself, for this user alone

private:
    explicit LocalData(Config config)
        : m_config(std::move(config))
    {}

    const Config m_config;
    std::unique_ptr<RunLock> m_lock;
};

}

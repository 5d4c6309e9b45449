// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/localdata.h"

#include "service/commands/settingoptions.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace quota::service
{

void LocalData::addOptions(CommandParser &parser)
{
    parser.option(
        u"env-file"_s, u"FILE"_s,
        QT_TRANSLATE_NOOP("service", "File of NAME=VALUE lines; without it, .env here if there is one."));
}

tl::expected<std::unique_ptr<LocalData>, int> LocalData::read(const CommandParser &parser)
{
    SettingSources sources;
    sources.environment = parser.console().environment;
    sources.envFile = parser.value(u"env-file"_s);
    sources.checksFiles = false;
    if (parser.isSet(u"data-dir"_s))
        sources.options.insert(u"DATA_DIR"_s, parser.value(u"data-dir"_s));
    if (parser.isSet(u"database"_s))
        sources.options.insert(u"DATABASE_URL"_s, parser.value(u"database"_s));
    auto loaded = loadConfig(sources, parser.console().language);
    if (!loaded) {
        printFaults(parser.console(), loaded.error());
        return tl::unexpected<int>(ExitRefused);
    }
    return std::unique_ptr<LocalData>(new LocalData(loaded->config));
}

bool LocalData::exists() const
{
    return QFileInfo(m_config.dataDirectory).isDir();
}

Done LocalData::create()
{
    if (exists())
        return {};
    if (!QDir().mkpath(m_config.dataDirectory)) {
        return failure(ErrorCode::Storage,
                       u"Cannot create the data directory %1. Create it for this user or choose another with "
                       "--data-dir or DATA_DIR."_s.arg(m_config.dataDirectory));
    }
    QFile::setPermissions(m_config.dataDirectory, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return {};
}

Result<bool> LocalData::lock()
{
    auto lock = std::make_unique<RunLock>();
    const QString path = m_config.dataDirectory + u"/run.lock"_s;
    if (const Done taken = lock->take(path); !taken) {
        if (taken.error().code == ErrorCode::Unavailable)
            return false;
        return tl::unexpected(taken.error());
    }
    m_lock = std::move(lock);
    return true;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/settings/readers.h"

#include "shared/apikey.h"
#include "shared/proxyurl.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace quota::service
{

Reader defaultLimit(LimitWindow window)
{
    return [window](Config &config, const QString &text) -> std::optional<Text> {
        if (text == "unlimited"_L1 || text == "-1"_L1)
            return std::nullopt;
        const auto amount = readInteger(text, 0, maximumAmount);
        if (!amount) {
            return Text{QT_TRANSLATE_NOOP("service",
                                          "“%1” does not do; give a number of requests, 0 to block, or "
                                          "-1 for no limit."),
                        {text.left(80)}};
        }
        config.defaultLimits.append({LimitUnit::Requests, window, *amount});
        return std::nullopt;
    };
}

Reader secret(QByteArray Config::*field)
{
    return [field](Config &config, const QString &text) -> std::optional<Text> {
        for (const QChar character : text) {
            if (character <= u' ' || character > u'~') {
                return Text{QT_TRANSLATE_NOOP(
                                "service", "it holds a character that cannot stand in a header; use letters, "
                                           "digits and signs of ASCII without blanks."),
                            {}};
            }
        }
        config.*field = text.toLatin1();
        return std::nullopt;
    };
}

Reader proxyUrl(QUrl Config::*field)
{
    return [field](Config &config, const QString &text) -> std::optional<Text> {
        const auto url = readProxyUrl(text);
        if (!url) // the text is not repeated: it may hold a password
            return Text{QT_TRANSLATE_NOOP("service", "this is not the address of a proxy; write it like "
                                                     "http://host:3128 or socks5://user:password@host:1080."),
                        {}};
        config.*field = *url;
        return std::nullopt;
    };
}

std::optional<Text> readKeyPrefix(Config &config, const QString &text)
{
    if (!checkPrefix(text)) {
        return Text{
            QT_TRANSLATE_NOOP("service", "“%1” does not do; give up to %2 letters, digits, “-” and “_”."),
            {text.left(80), QString::number(maximumPrefixLength)}};
    }
    config.keyPrefix = text;
    return std::nullopt;
}

std::optional<Text> readDatabaseUrl(Config &config, const QString &text)
{
    const auto location = readDatabase(text);
    if (!location)
        return location.error();
    config.memoryMode = location->memory;
    config.databasePath = location->path;
    return std::nullopt;
}

std::optional<Text> readServiceName(Config &config, const QString &text)
{
    config.serviceName = text.left(100);
    return std::nullopt;
}

Reader path(QString Config::*field)
{
    return [field](Config &config, const QString &text) -> std::optional<Text> {
        if (text.contains(QChar(0)))
            return Text{QT_TRANSLATE_NOOP("service", "“%1” is not a path."), {text.left(80)}};
        const bool home = text == "~"_L1 || text.startsWith("~/"_L1);
        config.*field = home ? QDir::homePath() + text.sliced(1) : text;
        return std::nullopt;
    };
}

}

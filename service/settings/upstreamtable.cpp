// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/settings/upstreamtable.h"

#include "service/http/proxyrules.h"
#include "service/settings/readers.h"
#include "shared/proxyurl.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace quota::service
{

static QString shownProxy(const QString &value)
{
    const auto url = readProxyUrl(value);
    return url ? maskProxyUrl(*url) : u"********"_s;
}

static Setting proxySetting(QLatin1StringView name, QLatin1StringView lowerCase, const char *help,
                            QUrl Config::*field)
{
    Setting setting{name, {{lowerCase, nullptr, true}}, {}, help, proxyUrl(field), true};
    setting.shown = shownProxy;
    return setting;
}

static std::optional<Text> readNoProxy(Config &config, const QString &text)
{
    config.noProxy = splitNoProxy(text);
    return std::nullopt;
}

QList<Setting> proxySettings()
{
    return {
        proxySetting("HTTPS_PROXY"_L1, "https_proxy"_L1,
                     QT_TRANSLATE_NOOP("service", "Outbound proxy to https providers: http://host:3128 or "
                                                  "socks5://user:password@host:1080."),
                     &Config::httpsProxy),
        proxySetting("HTTP_PROXY"_L1, "http_proxy"_L1,
                     QT_TRANSLATE_NOOP("service", "Outbound proxy to http providers, of the same forms."),
                     &Config::httpProxy),
        proxySetting("ALL_PROXY"_L1, "all_proxy"_L1,
                     QT_TRANSLATE_NOOP("service", "Outbound proxy where neither of the two is set."),
                     &Config::allProxy),
        {"NO_PROXY"_L1,
         {{"no_proxy"_L1, nullptr, true}},
         {},
         QT_TRANSLATE_NOOP("service",
                           "Hosts that are reached without a proxy, with all below them, separated by "
                           "commas; * for all. This host always is."),
         readNoProxy},
    };
}

QList<Setting> upstreamSettings()
{
    return {
        {"UPSTREAM_CA_FILE"_L1,
         {},
         {},
         QT_TRANSLATE_NOOP("service",
                           "Certificates (PEM) of private authorities, for the providers that say so; "
                           "relative to the data directory."),
         path(&Config::upstreamCaFile)},
        {"UPSTREAM_PRIVATE_CA"_L1,
         {},
         u"false"_s,
         QT_TRANSLATE_NOOP("service",
                           "Whether only UPSTREAM_CA_FILE vouches for the provider from the settings."),
         into(&Config::upstreamPrivateCa, readBoolean)},
        {"UPSTREAM_TOTAL_TIMEOUT"_L1,
         {},
         u"3600"_s,
         QT_TRANSLATE_NOOP("service", "How long a provider may take for an answer in all, in seconds."),
         duration(&Config::upstreamTotalTimeout, 10ms, 24h)},
        {"UPSTREAM_KEPT_CONNECTIONS"_L1,
         {},
         u"64"_s,
         QT_TRANSLATE_NOOP("service", "Idle connections to a provider that one lane keeps."),
         integer(&Config::upstreamKeptConnections, 0, 10'000)},
        {"UPSTREAM_KEEP_ALIVE"_L1,
         {},
         u"60"_s,
         QT_TRANSLATE_NOOP("service", "How long an idle connection to a provider is kept, in seconds."),
         duration(&Config::upstreamKeepAlive, 10ms)},
        {"UPSTREAM_CONNECTION_AGE"_L1,
         {},
         u"300"_s,
         QT_TRANSLATE_NOOP("service",
                           "How long a connection to a provider serves before its name is looked up "
                           "anew, in seconds."),
         duration(&Config::upstreamConnectionAge, 10ms)},
    };
}

}

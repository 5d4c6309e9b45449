// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/settings/checks.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

static std::optional<SettingFault> tokenFault(Config &config)
{
    if (config.adminToken.isEmpty() || !isWeakToken(QString::fromLatin1(config.adminToken)))
        return std::nullopt;
    const QString host = config.adminAddress().host;
    if (isLoopbackHost(host)) {
        config.notices.append(
            u"ADMIN_TOKEN is short or well known; it will be refused on any address but loopback."_s);
        return std::nullopt;
    }
    return SettingFault{
        u"ADMIN_TOKEN"_s,
        {QT_TRANSLATE_NOOP(
             "service", "the token is short or well known, and %1 can be reached from other hosts; give at "
                        "least 16 random characters (openssl rand -hex 32), or leave it out to have one "
                        "made."),
         {(config.adminListen ? u"ADMIN_LISTEN "_s : u"HOST "_s) + host}}};
}

static std::optional<SettingFault> listenerFault(const Config &config)
{
    const ListenAddress common{config.host, config.port};
    if (!config.adminListen || !overlap(*config.adminListen, common))
        return std::nullopt;
    return SettingFault{
        u"ADMIN_LISTEN"_s,
        {QT_TRANSLATE_NOOP("service", "%1 is where HOST and PORT are served already (%2); give the admin API "
                                      "another port, or leave ADMIN_LISTEN out to have it there, too."),
         {config.adminListen->text(), common.text()}}};
}

static std::optional<SettingFault> pairFault(const Config &config)
{
    if (config.tlsCertificateFile.isEmpty() == config.tlsKeyFile.isEmpty())
        return std::nullopt;
    const bool keyMissing = config.tlsKeyFile.isEmpty();
    return SettingFault{
        keyMissing ? u"TLS_KEY_FILE"_s : u"TLS_CERT_FILE"_s,
        {QT_TRANSLATE_NOOP("service", "it is missing, and %1 is given; TLS takes both, plain HTTP neither."),
         {keyMissing ? u"TLS_CERT_FILE"_s : u"TLS_KEY_FILE"_s}}};
}

QList<SettingFault> faultsBetween(Config &config)
{
    QList<SettingFault> faults;
    for (const auto &fault : {tokenFault(config), listenerFault(config), pairFault(config)}) {
        if (fault)
            faults.append(*fault);
    }
    return faults;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/proxyrules.h"

#include <QHostAddress>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace quota::service
{

static bool isLoopback(const QString &host)
{
    return host == "localhost"_L1 || host.endsWith(".localhost"_L1) || QHostAddress(host).isLoopback();
}

static bool matches(const QString &host, const QString &rule)
{
    return rule == "*"_L1 || host == rule || host.endsWith(u'.' + rule);
}

QUrl ProxyRules::proxyFor(const QUrl &origin, const UpstreamRoute &route) const
{
    if (route.proxy)
        return *route.proxy;
    QString host = origin.host(QUrl::FullyEncoded).toLower();
    if (host.endsWith(u'.'))
        host.chop(1);
    if (isLoopback(host) ||
        std::any_of(direct.begin(), direct.end(), [&](const QString &rule) { return matches(host, rule); }))
        return {};
    return origin.scheme() == "https"_L1 ? forHttps : forHttp;
}

QStringList splitNoProxy(const QString &text)
{
    static const QRegularExpression between(u"[,\\s]+"_s);
    static const QRegularExpression port(u"(?<=[^:]):\\d+$"_s);
    QStringList rules;
    for (QString rule : text.toLower().split(between, Qt::SkipEmptyParts)) {
        if (!QHostAddress().setAddress(rule))
            rule.remove(port);
        if (rule.startsWith(u'[') && rule.endsWith(u']'))
            rule = rule.sliced(1, rule.size() - 2);
        while (rule.startsWith(u'.') || rule.startsWith("*."_L1))
            rule = rule.sliced(1);
        if (!rule.isEmpty())
            rules.append(rule);
    }
    return rules;
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/origin.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

Origin::Origin(const QUrl &url, const UpstreamRoute &route, const ProxyRules &rules)
    : secure(url.scheme() == "https"_L1)
    , host(url.host(QUrl::FullyEncoded))
    , privateAuthority(route.privateAuthority)
    , proxy(rules.proxyFor(url, route))
{
    if (host.startsWith(u'['))
        host = host.sliced(1, host.size() - 2);
    const int standardPort = secure ? 443 : 80;
    port = quint16(url.port(standardPort));
    const QString authority = host.contains(u':') ? u'[' + host + u']' : host;
    name = u"%1://%2:%3"_s.arg(url.scheme(), authority).arg(port);
    hostField = authority.toLatin1();
    if (port != standardPort)
        hostField += ':' + QByteArray::number(port);
}

QByteArray Origin::key() const
{
    return name.toUtf8() + (privateAuthority ? " private " : " public ") +
           proxy.toEncoded(QUrl::FullyEncoded);
}

}

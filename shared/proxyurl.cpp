// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/proxyurl.h"

using namespace Qt::StringLiterals;

namespace quota
{

static constexpr qsizetype maximumLength = 2000;

Result<QUrl> readProxyUrl(const QString &text)
{
    const QString example = u"write it like http://host:3128 or socks5://user:password@host:1080."_s;
    const auto wrong = [&](const QString &reason) {
        return failure(ErrorCode::InvalidField,
                       u"is not the address of a proxy: "_s + reason + u"; "_s + example);
    };
    const QString trimmed = text.trimmed();
    if (trimmed.size() > maximumLength)
        return wrong(u"it is too long"_s);
    if (trimmed.contains(u'…'))
        return wrong(u"it is the masked form in which an address is shown"_s);
    QUrl url(trimmed.contains("://"_L1) ? trimmed : u"http://"_s + trimmed, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return wrong(u"it names no host, or holds a sign that must be written as %XX"_s);
    if (url.scheme() == "socks5h"_L1)
        url.setScheme(u"socks5"_s);
    if (url.scheme() != "http"_L1 && url.scheme() != "socks5"_L1)
        return wrong(u"%1 is not a kind of proxy that is spoken here"_s.arg(url.scheme().left(40)));
    if (url.port() <= 0)
        return wrong(u"it names no port"_s);
    if ((!url.path().isEmpty() && url.path() != "/"_L1) || url.hasQuery() || url.hasFragment())
        return wrong(u"there is more behind the port"_s);
    url.setPath({});
    return url;
}

QString maskProxyUrl(const QUrl &url)
{
    if (url.isEmpty())
        return {};
    const QString host = url.host().contains(u':') ? u'[' + url.host() + u']' : url.host();
    return u"%1://%2%3:%4"_s.arg(url.scheme(), url.userInfo().isEmpty() ? u""_s : u"…@"_s, host)
        .arg(url.port());
}

}

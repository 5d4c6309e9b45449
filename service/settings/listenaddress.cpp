// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/settings/listenaddress.h"

#include <QHostAddress>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace quota::service
{

QString ListenAddress::text() const
{
    return (host.contains(u':') ? u'[' + host + u']' : host) + u':' + QString::number(port);
}

QUrl ListenAddress::url(bool tls) const
{
    QUrl url;
    url.setScheme(tls ? u"https"_s : u"http"_s);
    url.setHost(host == "0.0.0.0"_L1 ? u"127.0.0.1"_s : host == "::"_L1 ? u"::1"_s : host);
    url.setPort(port);
    return url;
}

Reading<ListenAddress> readListenAddress(const QString &text)
{
    static const QRegularExpression form(u"^(?:(\\[[^\\[\\]]+\\]|[^:]+):)?(\\d{1,5})$"_s);
    if (const auto match = form.match(text); match.hasMatch()) {
        const auto host =
            match.captured(1).isEmpty() ? Reading<QString>(u"127.0.0.1"_s) : readHost(match.captured(1));
        const auto port = readInteger(match.captured(2), 0, 65535);
        if (host && port)
            return ListenAddress{*host, quint16(*port)};
    }
    return tl::unexpected<Text>(Text{
        QT_TRANSLATE_NOOP("service",
                          "“%1” is not an address to listen on; give an IP address of this host and a "
                          "port, like 127.0.0.1:9000 or [::1]:9000, or a port alone for this host only."),
        {text.left(80)}});
}

bool overlap(const ListenAddress &left, const ListenAddress &right)
{
    if (left.port != right.port || left.port == 0)
        return false;
    const auto address = [](const QString &host) {
        return host == "localhost"_L1 ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(host);
    };
    const auto covers = [](const QHostAddress &one, const QHostAddress &other) {
        return one == QHostAddress(QHostAddress::AnyIPv6) ||
               (one == QHostAddress(QHostAddress::AnyIPv4) &&
                other.protocol() == QAbstractSocket::IPv4Protocol);
    };
    const QHostAddress one = address(left.host);
    const QHostAddress other = address(right.host);
    return one == other || covers(one, other) || covers(other, one);
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/http/client.h"

#include "service/http/clientconnection.h"

#include <QHash>
#include <QTimer>

namespace quota::service
{

struct Client::Private
{
    ClientTimeouts timeouts;
    QSslConfiguration tls;
    QHash<QString, QList<ClientConnection *>> idle; // by origin, the latest used last
    QTimer sweep;
};

Client::Client(ClientTimeouts timeouts, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->timeouts = timeouts;
    d->tls = QSslConfiguration::defaultConfiguration();
    d->tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    d->tls.setAllowedNextProtocols({"http/1.1"});
    d->sweep.setInterval(std::chrono::seconds(1));
    connect(&d->sweep, &QTimer::timeout, this, &Client::closeStale);
}

Client::~Client()
{
    d->idle.clear();
}

void Client::setTlsConfiguration(const QSslConfiguration &configuration)
{
    d->tls = configuration;
}

static QString originOf(const QUrl &url)
{
    return url.scheme() + QStringLiteral("://") + url.host() + u':' +
           QString::number(url.port(url.scheme() == QLatin1StringView("https") ? 443 : 80));
}

std::unique_ptr<UpstreamCall> Client::start(UpstreamRequest request)
{
    auto call = std::make_unique<ClientCall>(std::move(request));
    const QString origin = originOf(call->request().origin);
    QList<ClientConnection *> &idle = d->idle[origin];
    while (!idle.isEmpty()) {
        ClientConnection *connection = idle.takeLast();
        if (connection->isUsable()) {
            connection->begin(call.get());
            return call;
        }
        connection->deleteLater();
    }
    // A child of the client: a call that is deleted leaves its connection to close by itself.
    auto *connection = new ClientConnection(origin, d->timeouts, d->tls, this);
    connect(connection, &ClientConnection::free, this, [this, connection] { keep(connection); });
    connect(connection, &ClientConnection::stale, this, [this, connection] {
        d->idle[connection->origin()].removeOne(connection);
        connection->deleteLater();
    });
    connection->begin(call.get());
    return call;
}

void Client::keep(ClientConnection *connection)
{
    QList<ClientConnection *> &idle = d->idle[connection->origin()];
    idle.append(connection);
    if (idle.size() > maximumIdlePerOrigin)
        idle.takeFirst()->deleteLater();
    if (!d->sweep.isActive())
        d->sweep.start();
}

void Client::closeStale()
{
    bool any = false;
    for (auto it = d->idle.begin(); it != d->idle.end();) {
        it->removeIf([](ClientConnection *connection) {
            const bool stale = !connection->isUsable();
            if (stale)
                connection->deleteLater();
            return stale;
        });
        any = any || !it->isEmpty();
        it = it->isEmpty() ? d->idle.erase(it) : std::next(it);
    }
    if (!any)
        d->sweep.stop();
}

}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rawclient.h"
#include "service/service.h"

#include <QJsonObject>
#include <QTemporaryDir>

#include <memory>
#include <optional>

// The whole service in this process: port 0, a temporary data directory, settings as a person would give them.
// Stops (drains, closes the books) in its destructor or earlier, and can be started again on the same directory,
// on any free port or on one it had before. It has two lanes, or QUOTA_TEST_LANES of them, where the settings do not
// say how many.
namespace quota::test
{

class RunningService
{
public:
    // Settings by their names, «DAILY_REQ_LIMIT» -> «5»; PORT, DATA_DIR and LOG_FILE are ours.
    explicit RunningService(const QHash<QString, QString> &settings = {}, const Clock *clock = nullptr);
    ~RunningService();

    void start(quint16 port = 0);
    void stop(); // waits until the books are closed
    service::Service &service() { return *m_service; }

    quint16 port() const { return m_service->port(); }
    QString directory() const { return m_directory.path(); }
    QByteArray adminToken() const { return m_service->adminToken(); }

    // Where the admin API listens: port() unless the settings say otherwise.
    quint16 adminPort() const { return m_service->adminPort(); }
    // A connection to one of its ports, over TLS when the service speaks it; authority.pem is trusted.
    std::unique_ptr<RawClient> connectTo(quint16 port) const;

    // The admin API over HTTP, as an operator would.
    QJsonObject admin(const QByteArray &method, const QByteArray &target, const QJsonObject &body = {},
                      int expectedStatus = 200);
    // The secret of a new key; the body as for POST /admin/keys.
    QByteArray createKey(const QJsonObject &body = {});
    // Requests that the books count for the key, once everything settled is committed.
    qint64 countedRequests(const QString &keyId);

private:
    QHash<QString, QString> m_settings;
    QTemporaryDir m_directory;
    SystemClock m_systemClock;
    const Clock *m_clock;
    std::unique_ptr<service::Config> m_config;
    std::unique_ptr<service::Service> m_service;
};

}

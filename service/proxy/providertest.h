// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/proxy/upstream.h"
#include "shared/provider.h"

#include <QElapsedTimer>
#include <QObject>

// Asks one provider in stages, as an operator would by hand: find the address, connect (TLS included), list the
// models with its secret. Stops at the first stage that fails and says what was measured there. Spends nothing.
namespace quota::service
{

class ProviderTester : public QObject, private UpstreamListener
{
    Q_OBJECT

public:
    ProviderTester(const StoredProvider &provider, Client &client, QObject *parent);

    void start();
    const ProviderTest &result() const { return m_result; }

Q_SIGNALS:
    void finished();

private:
    void askModels();
    void onConnected() override;
    void onData(const QByteArray &bytes) override;
    void onFinished() override;
    void onFailed(const Error &error) override;
    void note(const QString &name, bool good, const QString &detail);
    void conclude();

    const StoredProvider m_provider;
    Client &m_client;
    std::unique_ptr<UpstreamCall> m_call;
    QByteArray m_body;
    QElapsedTimer m_watch;
    ProviderTest m_result;
    bool m_connected = false;
};

}

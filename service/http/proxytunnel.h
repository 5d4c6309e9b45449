// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/http/proxydialogue.h"

#include <QSocketNotifier>

#include <memory>

// Leads the dialogue with an outbound proxy over a connected descriptor, which is a plain way to the host
// afterwards. The connector bounds its time.
namespace quota::service
{

class ProxyTunnel : public QObject
{
    Q_OBJECT

public:
    // descriptor: connected to the proxy, non-blocking; closed unless it is taken.
    ProxyTunnel(int descriptor, ProxyDialogue dialogue, QObject *parent = nullptr);
    ~ProxyTunnel() override;

    int takeDescriptor(); // after opened()

Q_SIGNALS:
    // One of them, once, from the event loop.
    void opened();
    void failed(const QString &message);

private:
    void send();
    void read();
    void fail(const QString &message);

    int m_descriptor;
    ProxyDialogue m_dialogue;
    QSocketNotifier m_readable;
    QSocketNotifier m_writable;
    QByteArray m_unsent;
};

}

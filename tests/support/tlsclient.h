// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rawclient.h"

#include <QSslConfiguration>
#include <QSslSocket>

// A RawClient over TLS.
namespace quota::test
{

class TlsClient : public RawClient
{
public:
    // The handshake is over, well or not.
    TlsClient(quint16 port, const QSslConfiguration &tls);

    void send(const QByteArray &bytes) override;
    void leave() override;
    QSslSocket &tls() { return m_socket; }

protected:
    bool more(QDeadlineTimer deadline, qsizetype maximum) override;

private:
    QSslSocket m_socket;
};

}
